//! Rendering makes attacks harmless.

use tribuna::content::{Rendition, excerpt};

use super::{html, markdown, with_players};

/// Checks HTML more strictly than a parser does: every `<` begins a tag in the form of the sanitizer, tags are
/// balanced, names and attributes are on a list, and no URL has a scheme that executes code.
pub(super) fn assert_harmless(html: &str, source: &str) {
    const VOID: &[&str] = &["br", "col", "hr", "img", "input", "source", "wbr"];
    const ATTRIBUTES: &[&str] = &[
        "align",
        "alt",
        "checked",
        "cite",
        "class",
        "colspan",
        "data-provider",
        "data-src",
        "datetime",
        "dir",
        "disabled",
        "height",
        "href",
        "hreflang",
        "id",
        "lang",
        "loading",
        "media",
        "open",
        "rel",
        "reversed",
        "rowspan",
        "scope",
        "sizes",
        "span",
        "src",
        "srcset",
        "start",
        "title",
        "type",
        "value",
        "width",
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
            if attribute == "data-src" {
                assert!(value.starts_with("https://"), "{value:?} from {source:?}");
            }
            if matches!(attribute, "href" | "src" | "srcset" | "cite") {
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

pub(super) fn assert_stable(rendition: &Rendition, source: &str) {
    assert_same(&html(&rendition.html), rendition, source);
}

/// Rendering rendered HTML again changes nothing.
fn assert_same(again: &Rendition, rendition: &Rendition, source: &str) {
    let expected = Rendition {
        warnings: Vec::new(),
        ..rendition.clone()
    };
    assert_eq!(
        again, &expected,
        "rendering again changes what came from {source:?}"
    );
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
    "<iframe src='https://x.example/\"onload=alert(1) x=\"'></iframe>",
    "<iframe src='https://x.example/&quot;>&lt;script>alert(1)&lt;/script>'></iframe>",
    "<iframe title='\"><script>alert(1)</script>' src=//x.example></iframe>",
    "<iframe src=\"java&#10;script:alert(1)\" data-src=\"&#1;javascript:alert(1)\"></iframe>",
    "<object data=data:text/html,x><param name=movie value=javascript:alert(1)></object>",
    "<video src=blob:x><source src=javascript:alert(1)></video>",
    "<img srcset='javascript:alert(1) 1x, data:image/svg+xml;base64,PHN2Zz4= 2x'>",
    "<picture><source srcset='javascript:alert(1)' onerror=alert(1)><img src=x></picture>",
    "<figure class=embed data-provider=youtube data-src=javascript:alert(1)><a href=https://x.example/>x</a></figure>",
    "[embed]javascript:alert(1)[/embed]",
    "[youtube javascript:alert(1)]",
    "[youtube id='\"><script>alert(1)</script>']",
    "[embed]https://x.example/\"onclick=alert(1)[/embed]",
    "<p id='\"onclick=alert(1)'>x</p><a href='#\"onclick=alert(1)'>y</a>",
];

#[test]
fn nothing_that_runs_comes_out() {
    for source in ATTACKS {
        for rendition in [html(source), markdown(source)] {
            assert_harmless(&rendition.html, source);
            assert_stable(&rendition, source);
        }
        let rendition = with_players(source);
        assert_harmless(&rendition.html, source);
        assert_same(&with_players(&rendition.html), &rendition, source);
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
        "<iframe src=https://youtu.be/abc>",
        "<iframe src=//x.example/>",
        "</iframe>",
        "<video src=v.mp4>",
        "</video>",
        "<audio>",
        "</audio>",
        "<source src=https://vimeo.com/1>",
        "<object data=o>",
        "</object>",
        "<embed src=e>",
        "<picture>",
        "</picture>",
        "<source srcset='a 1x, b 2x'>",
        "<figure class='embed alignleft'>",
        "</figure>",
        "<a href='https://youtu.be/abc'>",
        "[embed]",
        "[/embed]",
        "[youtube abc]",
        "[vimeo https://vimeo.com/1]",
        "[[",
        "]",
        "~",
        "，",
        "www.x.example",
        "a@x.example",
        "<a href='#x'>",
        "<a href='#anchor-x'>",
        "<p id=x>",
        "<h3 id=x>",
        "<a name=x>",
        "<sup>",
        "<?php ",
        "?>",
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
            assert!(rendition.excerpt.chars().count() <= 300);
        }
        let rendition = with_players(&source);
        assert_harmless(&rendition.html, &source);
        assert_same(&with_players(&rendition.html), &rendition, &source);
    }
}
