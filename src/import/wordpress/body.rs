//! Converts WordPress's post content to HTML: removes the comments of the block editor, renders shortcodes, and adds
//! the paragraphs of the classic editor. The result is not sanitised; that happens on publication.

use std::collections::BTreeMap;

use super::{autop, code, footnotes, shortcodes};

/// A body, with the numbers of parts that could not be kept.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// The removed parts with their numbers: `[gallery]`, `wp:latest-posts`.
    pub removed: BTreeMap<String, u64>,
}

/// Converts the text of `<content:encoded>`. `notes` is the custom field with the footnotes of the text.
pub fn read(content: &str, notes: &str) -> Body {
    let blocks = content.contains("<!-- wp:");
    let mut removed = BTreeMap::new();
    let bare = without_comments(content, notes, &mut removed);
    let rendered = shortcodes::render(&code::blocks(&bare));
    for name in rendered.removed {
        *removed.entry(format!("[{name}]")).or_default() += 1;
    }
    let html = if blocks {
        rendered.html.trim().to_owned()
    } else {
        autop::paragraphs(&rendered.html)
    };
    Body { html, removed }
}

/// Removes all comments: the marks of the block editor, `<!--more-->` and `<!--nextpage-->`. Blocks that consist only
/// of a mark, which WordPress renders when it displays the page, are counted in `removed`. The one for footnotes is replaced
/// by the notes.
fn without_comments(content: &str, notes: &str, removed: &mut BTreeMap<String, u64>) -> String {
    let mut out = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((comment, after)) = comment.split_once("-->") else {
            break;
        };
        out.push_str(before);
        if let Some(name) = comment
            .strip_suffix('/')
            .and_then(|it| it.split_whitespace().next())
            && name.starts_with("wp:")
            && !matches!(
                name,
                "wp:spacer" | "wp:separator" | "wp:shortcode" | "wp:paragraph"
            )
        {
            match footnotes::list(notes).filter(|_| name == "wp:footnotes") {
                Some(list) => out.push_str(&list),
                None => *removed.entry(name.to_owned()).or_default() += 1,
            }
        }
        // A page break inside a line separates paragraphs.
        out.push_str(if comment == "nextpage" { "\n\n" } else { "" });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Body {
        super::read(content, "")
    }

    #[test]
    fn footnotes_stand_where_their_block_stood() {
        let mark =
            "<p>A<sup data-fn=\"a1\" class=\"fn\"><a href=\"#a1\" id=\"a1-link\">1</a></sup></p>";
        let content =
            format!("<!-- wp:paragraph -->{mark}<!-- /wp:paragraph --><!-- wp:footnotes /-->");
        let body = super::read(&content, r##"[{"content":"The <em>note</em>","id":"a1"}]"##);
        assert_eq!(
            body.html,
            format!(
                "{mark}<section class=\"footnotes\">\n<ol>\n<li id=\"a1\">The <em>note</em> \
                 <a href=\"#a1-link\" class=\"footnote-backref\">↩</a></li>\n</ol>\n</section>"
            )
        );
        assert_eq!(body.removed, BTreeMap::new());
        let lost = super::read(&content, "");
        assert_eq!(
            lost.removed,
            BTreeMap::from([("wp:footnotes".to_owned(), 1)])
        );
    }

    #[test]
    fn classic_text_gets_paragraphs_and_loses_its_marks() {
        let body = read("one<!--more-->\n\ntwo<!--nextpage-->three\n\n[gallery]");
        assert_eq!(body.html, "<p>one</p>\n<p>two</p>\n<p>three</p>");
        assert_eq!(body.removed, BTreeMap::from([("[gallery]".to_owned(), 1)]));
    }

    #[test]
    fn block_text_keeps_its_html_without_the_marks() {
        let body = read(
            "<!-- wp:paragraph {\"a\":1} -->\n<p>one\ntwo</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:latest-posts /-->\n\n\
             <!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n<!-- wp:list --><ul><li>x</li></ul><!-- /wp:list -->",
        );
        assert_eq!(
            body.html.split_whitespace().collect::<Vec<_>>().join(" "),
            "<p>one two</p> <ul><li>x</li></ul>"
        );
        assert_eq!(
            body.removed,
            BTreeMap::from([("wp:latest-posts".to_owned(), 1)])
        );
    }

    #[test]
    fn a_figure_of_a_caption_stands_between_paragraphs() {
        assert_eq!(
            read("a\n\n[caption]<img src=\"p\"> words[/caption]\n\nb").html,
            "<p>a</p>\n<figure><img src=\"p\"><figcaption>words</figcaption></figure>\n<p>b</p>"
        );
    }

    #[test]
    fn a_comment_never_closed_is_text() {
        assert_eq!(read("a <!-- b").html, "<p>a <!-- b</p>");
    }
}
