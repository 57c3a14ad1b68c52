//! What an editor writes and what the public reads: the rendering of bodies, from friendly markdown to hostile HTML.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::time::{Duration, Instant};

use tribuna::content::{ExternalLinks, Format, Rendition, excerpt, plain_line, render};

fn markdown(source: &str) -> Rendition {
    render(Format::Markdown, source, ExternalLinks::Plain)
}

fn html(source: &str) -> Rendition {
    render(Format::Html, source, ExternalLinks::Plain)
}

fn toc(rendition: &Rendition) -> Vec<(u8, &str, &str)> {
    rendition
        .toc
        .iter()
        .map(|entry| (entry.level, entry.id.as_str(), entry.title.as_str()))
        .collect()
}

/// A reading of the HTML of its own, stricter than a parser: every `<` begins a tag in the sanitiser's form, tags are
/// balanced, names and attributes are known to be harmless, and no URL has a scheme that runs.
fn assert_harmless(html: &str, source: &str) {
    const VOID: &[&str] = &["br", "col", "hr", "img", "input", "wbr"];
    const ATTRIBUTES: &[&str] = &[
        "align", "alt", "checked", "cite", "class", "colspan", "datetime", "dir", "disabled",
        "height", "href", "hreflang", "id", "lang", "loading", "open", "rel", "reversed",
        "rowspan", "scope", "span", "src", "start", "title", "type", "value", "width",
    ];
    const DANGEROUS: &[&str] = &[
        "applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "link", "math",
        "meta", "noscript", "object", "script", "select", "style", "svg", "template", "textarea",
        "title", "video", "xmp",
    ];
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let (tag, text) = tag
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag without end in {html:?} from {source:?}"));
        assert!(!text.contains('>'), "a bare > in {html:?} from {source:?}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "unbalanced: {html:?} from {source:?}"
            );
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
            "{name:?} in {html:?}"
        );
        assert!(
            !DANGEROUS.contains(&name),
            "<{name}> in {html:?} from {source:?}"
        );
        while !attributes.is_empty() {
            let (attribute, rest) = attributes.split_once("=\"").expect("a value in quotes");
            let (value, rest) = rest.split_once('"').expect("the end of a value");
            assert!(
                ATTRIBUTES.contains(&attribute),
                "{attribute:?} in {html:?} from {source:?}"
            );
            if matches!(attribute, "href" | "src" | "cite") {
                let is_dropped = |c: &char| c.is_ascii_whitespace() || c.is_control();
                let url: String = value.trim().chars().filter(|c| !is_dropped(c)).collect();
                let scheme = url
                    .split_once(':')
                    .map_or("", |(scheme, _)| scheme)
                    .to_lowercase();
                let runs =
                    ["javascript", "vbscript", "data", "file", "blob"].contains(&scheme.as_str());
                assert!(!runs, "{url:?} in {html:?} from {source:?}");
            }
            attributes = rest.trim_start();
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    assert!(
        open.is_empty(),
        "{open:?} stay open in {html:?} from {source:?}"
    );
}

fn assert_stable(rendition: &Rendition, source: &str) {
    assert_eq!(
        &html(&rendition.html),
        rendition,
        "rendering again changes what came from {source:?}"
    );
}

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
        "\n<p>One&nbsp;two</p>\n\n\n\n<h2 id=\"why-how\">Why &amp; how</h2>\n"
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
        render(Format::Html, &marked.html, ExternalLinks::NoFollow),
        marked
    );
    assert!(!html(source).html.contains("rel="));
}

#[test]
fn plain_text_has_a_line_per_block_and_no_markup() {
    let source = "<h2>T</h2><p>a<br>b <b>c</b>&lt;d&gt; &amp;amp;  e\n f</p><ul><li>one<ul><li>two</ul><li>three</ul>\
        <table><tr><th>x<td>y<tr><td>z</table><p>&nbsp;</p><img src=a alt=\"left out\"><p>soft\u{ad}hyphen \
        <ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby></p><pre>  p\n    q\n</pre>end<!-- no --><style>no</style>";
    assert_eq!(
        html(source).text,
        "T\na\nb c<d> &amp; e f\none\ntwo\nthree\nx\ty\nz\nsofthyphen 漢\np\n    q\nend"
    );
}

#[test]
fn footnote_marks_and_back_links_are_neither_text_nor_words() {
    let rendition = markdown("Housing[^a] and homes[^a].\n\n[^a]: See *there*.");
    assert_eq!(rendition.text, "Housing and homes.\nSee there.");
    assert_eq!(rendition.word_count, 5);
}

#[test]
fn words_are_counted_in_every_script() {
    for (text, words) in [
        ("", 0),
        ("— … ! 🎉", 0),
        ("It's a well-known 3.5 % rise.", 6),
        ("L’État n’est pas là", 4),
        ("人人生而自由，在尊严和权利上一律平等。", 11),
        ("すべての人間は、生まれながらにして自由であり", 10),
        ("มนุษย์ทั้งหลายเกิดมามีอิสระ", 7),
        ("ມະນຸດທຸກຄົນເກີດມາມີສິດເສລີພາບ", 7),
        ("လူတိုင်းသည်တူညီလွတ်လပ်သော", 6),
        ("មនុស្សទាំងអស់កើតមកមានសេរីភាព", 5),
        ("يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق", 8),
        ("כל בני האדם נולדו בני חורין", 6),
        ("모든 인간은 태어날 때부터 자유로우며", 5),
        ("सभी मनुष्यों को गौरव", 4),
    ] {
        assert_eq!(html(text).word_count, words, "{text}");
    }
}

#[test]
fn reading_takes_a_minute_at_least_and_nothing_only_for_no_words() {
    for (words, minutes) in [(0, 0), (1, 1), (238, 1), (239, 2), (812, 4)] {
        assert_eq!(
            html(&"word ".repeat(words)).reading_minutes,
            minutes,
            "{words} words"
        );
    }
}

#[test]
fn an_excerpt_is_one_line_cut_between_words() {
    assert_eq!(
        excerpt("  One\n\ntwo\t three \u{a0}\u{2028}"),
        "One two three"
    );
    assert_eq!(excerpt("Vraiment\u{a0}: oui"), "Vraiment\u{a0}: oui");
    assert_eq!(excerpt(&"a".repeat(300)), "a".repeat(300));
    let cut = excerpt(&"word, ".repeat(100));
    assert!(
        cut.ends_with("word…") && cut.chars().count() <= 300,
        "{cut}"
    );
    assert!(cut.chars().count() > 290, "{cut}");
}

#[test]
fn an_excerpt_never_splits_a_word_of_any_script() {
    for (text, words) in [
        ("ประเทศไทย", vec!["ประเทศ", "ไทย"]),
        ("自由权利", vec!["自由", "权利"]),
        ("الكرامة والحقوق ", vec!["الكرامة", "والحقوق"]),
    ] {
        let cut = excerpt(&text.repeat(200));
        assert!(
            cut.chars().count() <= 300 && cut.chars().count() > 280,
            "{cut}"
        );
        let end = cut.trim_end_matches('…');
        assert!(words.iter().any(|word| end.ends_with(word)), "{cut}");
    }
}

#[test]
fn an_excerpt_of_one_endless_word_is_cut_between_characters() {
    let family = "👨‍👩‍👧";
    let cut = excerpt(&family.repeat(200));
    assert!(
        cut.chars().count() <= 300 && cut.trim_end_matches('…').chars().count().is_multiple_of(5),
        "{cut}"
    );
    assert_eq!(excerpt(&"a".repeat(301)).chars().count(), 300);
    assert_eq!(
        excerpt(&format!("e{}", "\u{301}".repeat(400)))
            .chars()
            .count(),
        300
    );
}

#[test]
fn a_plain_line_loses_markup_and_newlines_but_no_words() {
    assert_eq!(
        plain_line(" <p>AT&amp;T <b>says</b>\n“hi”</p> a < b, if a <c then"),
        "AT&T says “hi” a < b, if a <c then"
    );
    assert_eq!(plain_line("<script>alert(1)</script>"), "");
    assert_eq!(plain_line("x &lt;b&gt; y\u{0}\u{7}z"), "x <b> yz");
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

const ATTACKS: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.example/a.js>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src='x'/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\"java\0script:alert(1)\">x</a>",
    "<a href=\"java&#1;script:alert(1)\">x</a>",
    "<a href=JaVaScRiPt&colon;alert(1)>x</a>",
    "<a href=\"&#106;&#97;&#118;&#97;script:alert(1)\">x</a>",
    "<a href=\"vbscript:x\">x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"\u{85}javascript:alert(1)\">x</a>",
    "<img src=\"data:image/svg+xml;base64,PHN2Zz4=\">",
    "<q cite=\"javascript:alert(1)\">x</q>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img src=x onerror=alert(1)>\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<base href=\"javascript:/a/\">",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</button><input type=image formaction=javascript:alert(1)></form>",
    "<p style=\"background:url(javascript:alert(1))\">x",
    "<style>@import 'javascript:alert(1)';</style>",
    "<div style=\"width:expression(alert(1))\">x",
    "<a href=\"https://x.example\" onclick=alert(1) autofocus onfocus=alert(1) tabindex=1>x</a>",
    "<details open ontoggle=alert(1)>x",
    "<video><source onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--a--!><img src=x onerror=alert(1)>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<?php <img src=x onerror=alert(1)>",
    "<p title='\"><img src=x onerror=alert(1)>'>x",
    "<p lang='\" onclick=alert(1)'>x",
    "<code class='language-\" onclick=alert(1) x=\"'>x</code>",
    "<li id='fn-\"><script>alert(1)</script>'>x",
    "<h2>\"><script>alert(1)</script></h2>",
    "<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>",
    "<a href='x\"onclick=alert(1)'>y</a>",
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[a](https://x.example \"\\\"><script>alert(1)</script>\")",
    "```\"><script>alert(1)</script>\nx\n```",
    "[^\"><script>]\n\n[^\"><script>]: x",
    "| <img src=x onerror=alert(1)> |\n|-|",
];

#[test]
fn nothing_that_runs_comes_out() {
    for source in ATTACKS {
        for rendition in [html(source), markdown(source)] {
            assert_harmless(&rendition.html, source);
            assert_stable(&rendition, source);
        }
    }
}

#[test]
fn pieces_glued_at_random_are_harmless_and_stable() {
    const PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b title=1>",
        "</b>",
        "<i>",
        "</i>",
        "<a href=x>",
        "</a>",
        "<h2>",
        "</h3>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<tbody>",
        "</tbody>",
        "<thead>",
        "<caption>",
        "</caption>",
        "<colgroup>",
        "<col>",
        "<dl>",
        "<dt>",
        "<dd>",
        "<pre>",
        "</pre>",
        "\n",
        "&#10;",
        " ",
        "text",
        "<ruby>",
        "<rt>",
        "<rp>",
        "</ruby>",
        "<br>",
        "<hr>",
        "<code>",
        "</code>",
        "<details>",
        "<summary>",
        "<blockquote>",
        "</blockquote>",
        "<span dir=rtl>",
        "</span>",
        "<svg>",
        "</svg>",
        "<math>",
        "<style>",
        "</style>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<select>",
        "<option>",
        "<form>",
        "</form>",
        "<textarea>",
        "</textarea>",
        "<template>",
        "<noscript>",
        "<button>",
        "</br>",
        "<img src=\"",
        "\"",
        "'",
        ">",
        "<",
        "&",
        ";",
        "&lt",
        "&nbsp;",
        "=",
        "/",
        " onerror=alert(1) ",
        "javascript:",
        "\0",
        "\r",
        "\u{c}",
        "\u{2028}",
        "字",
        "ไทย",
        "é",
        "«",
        "\u{fffe}",
        "# ",
        "> ",
        "- ",
        "* ",
        "1. ",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "[",
        "](",
        ")",
        "![",
        "[^a]",
        "\n[^a]: ",
        "|",
        "\n|-|\n",
        "\n\n",
        "- [ ] ",
        "https://x.example/",
        "\\",
        "<input type=checkbox>",
        "<sup class=footnote-ref>",
        "</sup>",
        "<li id=fn-a>",
        "<section class=footnotes>",
        "</section>",
        "<figure>",
        "<figcaption>",
        "<nobr>",
        "<font>",
        "<center>",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..3_000 {
        let source: String = (0..2 + next(40))
            .map(|_| PIECES[next(PIECES.len())])
            .collect();
        for rendition in [html(&source), markdown(&source)] {
            assert_harmless(&rendition.html, &source);
            assert_stable(&rendition, &source);
            assert!(excerpt(&rendition.text).chars().count() <= 300);
        }
    }
}

/// Input made to be slow, deep or large, of about `n` bytes.
fn hostile(n: usize) -> Vec<(Format, String)> {
    let repeated = [
        "<div>",
        "</div>",
        "<b>",
        "<p><b><i>",
        "<table>",
        "<table><td>",
        "<table>a",
        "<ul><li>",
        "<h2>",
        "<a href=x>",
        "<",
        "<a ",
        "<a b=\"",
        "<!--",
        "<!---->",
        "<script>",
        "</scrip",
        "<ruby><rt>",
        "<svg><math>",
        "&",
        "&amp;",
        "&<x>",
        "«",
        "<select><option>",
        "a",
        "ประเทศไทย",
        "地方政府",
        "မြန်မာ",
        "e\u{301}",
        "\0",
        "\r",
        ">",
        "> ",
        "- ",
        "1. ",
        "- > ",
        "[",
        "![",
        "[a](",
        "[a](<b",
        "*",
        "*a ",
        "*_",
        "a**b",
        "**x [*y*",
        "~~a",
        "`` a ` ",
        "<?",
        "a<![CDATA[",
        "[^a]",
        "[^",
        "|",
        "www.a(",
        "http://a",
        "a@b.c_",
        "\\",
        "\n",
        "\t",
        "# a\n",
        "a\n=\n",
        "- a\n\n",
        "- [ ] a\n",
        "[a]: b\n",
        "|x|y|\n",
        "|a|\n|-|\n\n",
        "<div>\n\n",
    ];
    let mut all: Vec<String> = repeated
        .iter()
        .map(|piece| piece.repeat(n / piece.len()))
        .collect();
    let numbered = |piece: fn(usize) -> String| (0..n / 12).map(piece).collect::<String>();
    all.push(format!("<a {}>x</a>", numbered(|i| format!(" a{i}"))));
    all.push(format!(
        "{}{}",
        numbered(|i| format!("<b title={i}>")),
        "<p>".repeat(n / 6)
    ));
    all.push("&".repeat(3 * n));
    all.push("&<x>".repeat(n));
    all.push("«".repeat(3 * n));
    all.push(format!("<p title=\"{}\">x</p>", "&amp;".repeat(n / 5)));
    all.push(format!("{}{}", "[".repeat(n / 2), "]".repeat(n / 2)));
    all.push(format!("{}{}", ">".repeat(n / 2), "\na".repeat(n / 4)));
    all.push(format!("{}\n{}\n", "|".repeat(n / 2), "-|".repeat(n / 4)));
    all.push(format!("{}\n\n[^a]: x", "[^a]".repeat(n / 4)));
    all.push(numbered(|i| format!("[^{i}]: [^{}]\n\n", i + 1)) + "[^0]");
    all.into_iter()
        .flat_map(|source| [(Format::Html, source.clone()), (Format::Markdown, source)])
        .collect()
}

#[test]
fn hostile_input_takes_no_more_than_its_share_of_time_and_room() {
    for (format, source) in hostile(40_000) {
        let begun = Instant::now();
        let rendition = render(format, &source, ExternalLinks::NoFollow);
        let label: String = source.chars().take(30).collect();
        // Several times what the slowest takes unoptimised; what grows with the square of the length takes longer.
        assert!(
            begun.elapsed()
                < Duration::from_secs(4)
                    + Duration::from_micros(40) * u32::try_from(source.len()).unwrap(),
            "{format:?} {label:?} took {:?}",
            begun.elapsed()
        );
        assert!(
            rendition.html.len() <= 60 * source.len(),
            "{format:?} {label:?} made {} bytes",
            rendition.html.len()
        );
        assert_harmless(&rendition.html, &label);
    }
}

#[test]
fn two_mebibytes_of_nesting_overflow_no_stack() {
    for (format, piece) in [
        (Format::Html, "<div>"),
        (Format::Html, "<table><td>"),
        (Format::Markdown, "> "),
        (Format::Markdown, "["),
    ] {
        let source = piece.repeat(2 * 1024 * 1024 / piece.len());
        let rendition = render(format, &source, ExternalLinks::Plain);
        let depth = rendition.html.split('<').skip(1).scan(0_i32, |depth, tag| {
            *depth += if tag.starts_with('/') { -1 } else { 1 };
            Some(*depth)
        });
        assert!(depth.max().unwrap_or(0) <= 110, "{format:?} {piece}");
    }
}

#[test]
fn text_beyond_the_limit_of_elements_is_kept() {
    let rendition = html(&format!("{}<p>the end</p>", "<b>x</b>".repeat(200_001)));
    assert!(rendition.text.ends_with("the end"));
    assert_harmless(&rendition.html, "too many elements");
}
