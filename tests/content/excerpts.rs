//! Excerpts consist of paragraphs.

use super::{html, markdown};

#[test]
fn an_excerpt_is_made_of_paragraphs_only() {
    let source = "# Heading\n\n![x](y.jpg)\n\nOne *fine* day[^1].\n\n- item\n\n  more of it\n\n| a | b |\n|---|---|\n| c | d |\n\n\
        ```\ncode\n```\n\n> A quotation.\n\n1. first\n\nTwo.\n\n[^1]: The note.\n";
    assert_eq!(markdown(source).excerpt, "One fine day. A quotation. Two.");
    assert_eq!(
        html("<figure><img src=a><figcaption>C</figcaption></figure><h2>H</h2><div>Loose text<br>goes on</div>\
              <aside><p>Aside</p></aside><dl><dt>T<dd><p>D</p></dl><table><caption>C</caption><td><p>c</p></table>\
              <details><summary>S</summary><p>In it.</p></details><pre>x</pre>The end")
        .excerpt,
        "Loose text goes on In it. The end"
    );
}

#[test]
fn an_address_alone_is_no_paragraph() {
    assert_eq!(
        html(
            "<p><iframe src=https://a.example/x></iframe></p><p>See https://a.example/x there.</p>"
        )
        .excerpt,
        "See https://a.example/x there."
    );
    assert_eq!(
        html("<iframe src=https://a.example/x></iframe>").excerpt,
        ""
    );
}

#[test]
fn without_paragraphs_it_is_empty() {
    for source in [
        "# H\n\n- one\n- two",
        "```\na b\nc\n```",
        "# H\n\n| a | b |\n|---|---|\n| c | d |",
        "<figure><img src=\"/a.jpg\" alt=\"a\"><figcaption>A town.</figcaption></figure>",
        "# H",
        "",
    ] {
        assert_eq!(markdown(source).excerpt, "", "from {source:?}");
    }
}

#[test]
fn a_block_of_links_is_no_paragraph() {
    for source in [
        "<p>Hello.</p><div class=\"wp-block-file\"><a href=\"/f.pdf\">f</a><a href=\"/f.pdf\" download>Download</a></div>",
        "<p>Hello.</p><iframe src=/f title=\"A film\"></iframe>",
        "<p>Hello.</p><div class=\"wp-block-button\"><a href=\"/f\">Read on</a> →</div>",
        "Hello.<p><a href=/f>f</a>, <a href=/g>g</a></p>",
    ] {
        assert_eq!(html(source).excerpt, "Hello.", "from {source}");
    }
    assert_eq!(
        html("<p><a href=/f>One</a> of them<br><a href=/f>two</a></p><p>🎉</p>").excerpt,
        "One of them two 🎉"
    );
}

#[test]
fn an_excerpt_is_cut_like_any_other() {
    let rendition = html(&format!("<h2>H</h2><p>{}</p>", "word ".repeat(100)));
    assert!(rendition.excerpt.starts_with("word word") && rendition.excerpt.ends_with("word…"));
    assert!(rendition.excerpt.chars().count() <= 300);
}

#[test]
fn a_word_that_leaves_too_little_is_divided() {
    let rendition = html(&format!("<p>Hello.</p><p>{}</p>", "a".repeat(299)));
    assert_eq!(rendition.excerpt, format!("Hello. {}…", "a".repeat(292)));
    let long = "b".repeat(90);
    let rendition = html(&format!("<p>{}{long}</p>", "word ".repeat(50)));
    assert_eq!(
        rendition.excerpt,
        format!("{}…", "word ".repeat(50).trim_end())
    );
}

#[test]
fn the_ellipsis_stands_for_the_full_stop() {
    for (end, shown) in [
        (".", "end…"),
        ("。", "end…"),
        ("?", "end?…"),
        ("!", "end!…"),
    ] {
        let text = format!("{}end{end} {}", "a ".repeat(147), "more ".repeat(20));
        let excerpt = html(&format!("<p>{text}</p>")).excerpt;
        assert!(excerpt.ends_with(shown), "{excerpt}");
    }
}
