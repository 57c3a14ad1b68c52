//! Renders comments of readers, whom nobody trusts: a small part of Markdown, and links that search engines do not follow.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::losses::Losses;
use super::providers::Providers;
use super::{embeds, markdown, sanitize, tidy};

/// The elements of a comment.
const ELEMENTS: [&str; 14] = [
    "p",
    "br",
    "em",
    "strong",
    "b",
    "i",
    "q",
    "s",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
];

/// The schemes of links.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The relation of every link.
const REL: &str = "nofollow ugc noopener";

/// Renders the source of a comment as HTML that is safe to embed in a page.
pub fn comment(source: &str) -> String {
    let source = sanitize::without_controls(source);
    restricted(&markdown::comments::to_html(&source))
}

/// Returns only what comments may have.
fn restricted(html: &str) -> String {
    static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(sanitizer);
    // `tidy` bounds the work of the parser.
    let mut losses = Losses::default();
    let tidy = tidy::tidy(embeds::pieces(html), Providers::default(), &mut losses);
    SANITIZER.clean(&sanitize::sanitize(&tidy)).to_string()
}

/// Returns HTML of another system as the HTML of a comment.
pub fn comment_of_html(html: &str) -> String {
    restricted(&sanitize::without_controls(html))
}

/// Returns the number of links in the HTML of a comment.
pub fn links(html: &str) -> usize {
    html.matches("<a ").count()
}

fn sanitizer() -> Builder<'static> {
    let mut builder = Builder::empty();
    let attributes = [
        ("a", HashSet::from(["href"])),
        ("ol", HashSet::from(["start"])),
    ];
    builder
        .tags(ELEMENTS.into_iter().chain(["code"]).collect())
        .tag_attributes(HashMap::from(attributes))
        .url_schemes(SCHEMES.into_iter().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(REL));
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_part_of_markdown_is_rendered() {
        for (source, html) in [
            ("Hello *you*", "<p>Hello <em>you</em></p>\n"),
            ("# Big", "<p>Big</p>\n"),
            ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
            (
                "> so\n\n3. a\n4. b",
                "<blockquote>\n<p>so</p>\n</blockquote>\n<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n",
            ),
            (
                "![a dog](https://a.example/x.png)",
                "<p><em>a dog</em></p>\n",
            ),
            (
                "[x](https://a.example/)",
                "<p><a href=\"https://a.example/\" rel=\"nofollow ugc noopener\">x</a></p>\n",
            ),
            (
                "see https://a.example/b.",
                "<p>see <a href=\"https://a.example/b\" rel=\"nofollow ugc noopener\">https://a.example/b</a>.</p>\n",
            ),
            ("`a<b`", "<p><code>a&lt;b</code></p>\n"),
        ] {
            assert_eq!(comment(source), html, "{source}");
        }
    }

    #[test]
    fn html_is_text_and_nothing_runs() {
        for source in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<b>bold</b>",
            "[x](javascript:alert(1))",
            "[x](data:text/html,<script>alert(1)</script>)",
            "[x](/v1/admin)",
            "![x](https://a.example/\" onload=alert(1))",
            "<a href=\"https://a.example/\" onclick=alert(1)>x</a>",
            "[youtube https://youtu.be/abc]",
            "<https://a.example/?\"onmouseover=alert(1)>",
        ] {
            let html = comment(source);
            let is_inert = [
                "<script",
                "<img",
                "<b>",
                "javascript:",
                "data:text",
                "<iframe",
                "href=\"/",
            ]
            .iter()
            .all(|bad| !html.contains(bad));
            assert!(is_inert, "{source}: {html}");
            let tags = html
                .split('<')
                .skip(1)
                .filter_map(|rest| rest.split('>').next());
            for tag in tags {
                assert!(!tag.contains(" on"), "{source}: {html}");
            }
        }
        let deep = comment(&">".repeat(5000));
        assert!(deep.len() < 100_000);
        assert_eq!(links(&comment("https://a.example https://b.example")), 2);
    }
}
