//! Shortcodes of WordPress in markdown and in HTML.

use super::{html, markdown};

#[test]
fn shortcodes_work_in_markdown_too() {
    for source in [
        "[embed]https://player.example/a_b_c[/embed]",
        "[youtube https://player.example/a_b_c]",
        "[youtube=https://player.example/a_b_c]",
        "[video src='https://player.example/a_b_c']",
    ] {
        assert_eq!(
            markdown(&format!("Watch:\n\n{source}")).html,
            "<p>Watch:</p>\n<p><a href=\"https://player.example/a_b_c\">https://player.example/a_b_c</a></p>\n",
            "from {source}"
        );
    }
}

#[test]
fn markdown_leaves_the_address_of_a_shortcode_alone() {
    for source in [
        "[embed]https://player.example/a_b*4*_[/embed]",
        "[embed]\nhttps://player.example/a_b*4*_\n[/embed]",
        "[embed]\n\nhttps://player.example/a_b*4*_\n\n[/embed]",
        "[youtube https://player.example/a_b*4*_]",
        "[video src=\"https://player.example/a_b*4*_\" width=\"*\"]",
        "[embed]https://player.example/a\\_b\\*4*_[/embed]",
    ] {
        let link = "<a href=\"https://player.example/a_b*4*_\">https://player.example/a_b*4*_</a>";
        assert_eq!(
            markdown(source).html,
            format!("<p>{link}</p>\n"),
            "from {source}"
        );
        let within = markdown(&format!("*See*: {source} *there*")).html;
        assert!(
            within.contains(link) && within.contains("<em>there</em>"),
            "{within}"
        );
        let quoted = source.replace('\n', "\n> ");
        assert!(!quoted.contains("\\") || markdown(&format!("> {quoted}")).html.contains(link));
    }
    assert_eq!(
        markdown("[embed]<https://player.example/a>[/embed]").html,
        "<p><a href=\"https://player.example/a\">https://player.example/a</a></p>\n"
    );
}

#[test]
fn a_shortcode_that_is_escaped_or_in_code_stays_text_in_markdown() {
    for (source, shown) in [
        ("\\[youtube abc]", "<p><span>[</span>youtube abc]</p>\n"),
        ("`[youtube a_b_c]`", "<p><code>[youtube a_b_c]</code></p>\n"),
        (
            "```\n[embed]https://a.example/_x_[/embed]\n```",
            "<pre><code>[embed]https://a.example/_x_[/embed]\n</code></pre>\n",
        ),
        (
            "    [video src=\"/a&b.mp4\"]",
            "<pre><code>[video src=\"/a&amp;b.mp4\"]\n</code></pre>\n",
        ),
        (
            "[[embed]https://a.example/_x_[/embed]]",
            "<p>[[embed]https://a.example/_x_[/embed]]</p>\n",
        ),
        (
            "[youtube abc](https://a.example/)",
            "<p><a href=\"https://a.example/\">youtube abc</a></p>\n",
        ),
        (
            "[a *[youtube abc]* b](https://a.example/)",
            "<p><a href=\"https://a.example/\">a <em>[youtube abc]</em> b</a></p>\n",
        ),
        (
            "![[youtube abc]](/a.jpg \"[vimeo 1]\")",
            "<p><img src=\"/a.jpg\" alt=\"[youtube abc]\" title=\"[vimeo 1]\"></p>\n",
        ),
        (
            "<i title=\"[youtube abc]\">x</i> <!-- [youtube abc] -->",
            "<p><i title=\"[youtube abc]\">x</i> </p>\n",
        ),
        (
            "[video]: /a.mp4\n\n[video]",
            "<p><a href=\"/a.mp4\">video</a></p>\n",
        ),
    ] {
        let rendition = markdown(source);
        assert_eq!(rendition.html, shown, "from {source}");
        assert_eq!(html(&rendition.html).html, shown, "again from {source}");
    }
    assert_eq!(markdown("\\[youtube abc]").text, "[youtube abc]");
    let marks = "\u{e0b1}0\u{e0b1} [vimeo 1]";
    assert!(
        markdown(marks)
            .html
            .starts_with("<p>\u{e0b1}0\u{e0b1} <a href=")
    );
}

#[test]
fn what_is_no_shortcode_stays_text() {
    for source in [
        "[embed]",
        "[embed]not an address[/embed]",
        "[embed]javascript:alert(1)[/embed]",
        "[embed][youtube][/embed]",
        "[youtube]",
        "[youtuber https://a.example/]",
        "[[youtube abc]]",
        "[gallery ids=1]",
        "[video]",
        "[video width=640 controls /]",
        "[video poster=/p.jpg]",
        "[embed]...[/embed]",
        "[instagram]",
        "[spotify spotify:]",
        "a[0]",
        "[",
    ] {
        assert_eq!(html(source).html, source);
    }
    for source in [
        "<pre>[youtube abc]</pre>",
        "<p><code>[embed]https://a.example/[/embed]</code></p>",
        "<p><a href=\"/x\">[youtube abc]</a></p>",
    ] {
        assert_eq!(html(source).html, source);
    }
}
