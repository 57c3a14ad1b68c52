//! Rendering of markdown and HTML to HTML with ids, footnotes and marked links.

use tribuna::content::{ExternalLinks, Format, render};

use super::harmless::{assert_harmless, assert_stable};
use super::{html, markdown, toc};

#[test]
fn markdown_has_tables_footnotes_strikethrough_task_lists_and_autolinks() {
    let source = "# City\n\nA ~~bad~~ **good** idea[^1], see https://example.org/a?b=1&c=2.\n\n- [ ] ask\n- [x] done\n\n\
        | Town | People |\n|:-----|-------:|\n| Ghent | 265,000 |\n\n```rust\nlet x = 1;\n  y();\n```\n\n[^1]: A note.\n";
    let rendition = markdown(source);
    for part in [
        "<h1 id=\"city\">City</h1>",
        "<del>bad</del> <strong>good</strong>",
        "<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\">1</a></sup>",
        "<a href=\"https://example.org/a?b=1&amp;c=2\">https://example.org/a?b=1&amp;c=2</a>.",
        "<ul class=\"contains-task-list\">\n<li class=\"task-list-item\"><input type=\"checkbox\" \
         class=\"task-list-item-checkbox\" disabled=\"\"> ask</li>",
        "checked=\"\"",
        "<td align=\"right\">265,000</td>",
        "<pre><code class=\"language-rust\">let x = 1;\n  y();\n</code></pre>",
        "<section class=\"footnotes\">\n<ol>\n<li id=\"fn-1\">\n<p>A note. <a href=\"#fnref-1\" class=\"footnote-backref\">↩</a>",
    ] {
        assert!(
            rendition.html.contains(part),
            "{part} is not in {}",
            rendition.html
        );
    }
    assert_eq!(
        rendition.text,
        "City\nA bad good idea, see https://example.org/a?b=1&c=2.\nask\ndone\nTown\tPeople\nGhent\t265,000\n\
         let x = 1;\n  y();\nA note."
    );
    assert_harmless(&rendition.html, source);
    assert_stable(&rendition, source);
}

#[test]
fn html_inside_markdown_passes_the_same_allow_list() {
    let rendition = markdown(
        "Hi <mark lang=\"fr\">oui</mark> <script>alert(1)</script>\n\n<figure><img src=\"/a.jpg\" onload=x></figure>",
    );
    assert_eq!(
        rendition.html,
        "<p>Hi <mark lang=\"fr\">oui</mark> </p>\n<figure><img src=\"/a.jpg\"></figure>\n"
    );
}

#[test]
fn wordpress_blocks_leave_no_trace_of_their_comments() {
    let source = "<!-- wp:paragraph {\"align\":\"left\"} -->\n<p class=\"has-text-align-left\" style=\"color:red\">One&nbsp;two</p>\n\
        <!-- /wp:paragraph -->\n\n<!-- wp:heading -->\n<h2 class=\"wp-block-heading\" id=\"x\">Why &amp; how</h2>\n<!-- /wp:heading -->";
    let rendition = html(source);
    assert_eq!(
        rendition.html,
        "\n<p class=\"has-text-align-left\">One&nbsp;two</p>\n\n\n\n<h2 id=\"why-how\">Why &amp; how</h2>\n"
    );
    assert_eq!(rendition.text, "One\u{a0}two\nWhy & how");
    assert_eq!(toc(&rendition), [(2, "why-how", "Why & how")]);
    assert_eq!(rendition.word_count, 4);
}

#[test]
fn heading_ids_are_unique_and_in_the_script_of_the_heading() {
    let source = "## Don't panic!\n\n## Don't panic!\n\n## Dont panic 2\n\n### 背景と目的\n\n### حقوق الإنسان\n\n### สิทธิมนุษยชน\n\n\
        ### हिन्दी में\n\n#### 🎉\n\n#### !\n\n## fn-1 [*x*](y)[^a]\n\n## ![only an image](a.png)\n\n## fn\n\n## fn\n\n[^a]: note";
    let rendition = markdown(source);
    assert_eq!(
        toc(&rendition),
        [
            (2, "dont-panic", "Don't panic!"),
            (2, "dont-panic-2", "Don't panic!"),
            (2, "dont-panic-2-2", "Dont panic 2"),
            (3, "背景と目的", "背景と目的"),
            (3, "حقوق-الإنسان", "حقوق الإنسان"),
            (3, "สิทธิมนุษยชน", "สิทธิมนุษยชน"),
            (3, "हिन्दी-में", "हिन्दी में"),
            (4, "section", "🎉"),
            (4, "section-2", "!"),
            (2, "section-fn-1-x", "fn-1 x"),
            (2, "section-fn", "fn"),
            (2, "section-fn-2", "fn"),
        ]
    );
    assert!(
        rendition.html.contains("<h2 id=\"section-3\"><img"),
        "{}",
        rendition.html
    );
    assert_stable(&rendition, source);
}

#[test]
fn ids_of_the_writer_cannot_take_those_of_headings_or_footnotes() {
    let rendition = html(
        "<p id=\"intro\">a</p><h2 id=\"evil\">Intro</h2><a id=\"location\" name=\"x\">b</a>\
         <ol><li id=\"fn-1\">c</li><li id=\"fn-1\">d</li><li id=\"body\">e</li></ol>",
    );
    assert_eq!(
        rendition.html,
        "<p>a</p><h2 id=\"intro\">Intro</h2><a>b</a><ol><li id=\"fn-1\">c</li><li>d</li><li>e</li></ol>"
    );
}

#[test]
fn a_very_long_heading_has_a_short_id() {
    let rendition = html(&format!(
        "<h2>{}</h2><h2>{}</h2>",
        "word ".repeat(500),
        "字".repeat(5000)
    ));
    assert!(
        rendition
            .toc
            .iter()
            .all(|entry| entry.id.chars().count() <= 80),
        "{:?}",
        rendition.toc
    );
}

#[test]
fn only_links_to_other_sites_are_marked_and_only_where_wanted() {
    let source = "<a href=\"https://a.example/\" rel=\"me\" target=_blank>1</a><a href=\"//b.example\">2</a><a href=\"/\\c.example\">3</a>\
        <a href=\"/here\">4</a><a href=\"#there\">5</a><a href=\"mailto:a@b.example\">6</a><a>7</a>";
    let marked = render(Format::Html, source, ExternalLinks::NoFollow);
    let rels: Vec<bool> = marked
        .html
        .split("</a>")
        .map(|link| link.contains(" rel=\"noopener nofollow\""))
        .collect();
    assert_eq!(rels, [true, true, true, false, false, false, false, false]);
    assert_eq!(
        render(Format::Html, &marked.html, ExternalLinks::NoFollow).html,
        marked.html
    );
    assert!(!html(source).html.contains("rel="));
}

#[test]
fn formats_have_one_name_everywhere() {
    for format in [Format::Markdown, Format::Html] {
        assert_eq!(format.as_str().parse(), Ok(format));
        assert_eq!(serde_json::to_value(format).unwrap(), format.as_str());
    }
    assert_eq!(
        "HTML".parse::<Format>().unwrap_err().to_string(),
        "unknown format \"HTML\": expected markdown or html"
    );
}

#[test]
fn broken_nesting_is_mended_as_browsers_read_it() {
    for (source, mended) in [
        ("<p>a<p>b<div>c</p>d", "<p>a</p><p>b</p><div>cd</div>"),
        (
            "<ul><li>a<li>b</ul></li>c",
            "<ul><li>a</li><li>b</li></ul>c",
        ),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        (
            "<a href=x>a<a href=y>b",
            "<a href=\"x\">a</a><a href=\"y\">b</a>",
        ),
        (
            "<table><tr><td>a<td>b",
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
        ),
        ("<td>lonely</td>", "lonely"),
        (
            "<table>stray<tr><td>a</table>",
            "<table><tbody><tr><td>stray</td></tr><tr><td>a</td></tr></tbody></table>",
        ),
        (
            "<center>a</center><strike>b</strike>",
            "<div>a</div><s>b</s>",
        ),
        (
            "<input type=text><input type=checkbox autofocus>",
            "<input type=\"checkbox\" disabled=\"\">",
        ),
        ("<pre>\n\n\nx</pre>", "<pre>x</pre>"),
        ("<hr>a<br/>b<img src=c>", "<hr>a<br>b<img src=\"c\">"),
        (
            "<dl><dt>a<dd>b<dt>c",
            "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>",
        ),
    ] {
        assert_eq!(html(source).html, mended, "from {source}");
    }
}
