//! Writes the footnotes of the block editor. The marks stand in the text, the notes in a custom field, as JSON.

use serde::Deserialize;

/// The custom field with the notes of a post.
pub const FIELD: &str = "footnotes";

#[derive(Deserialize)]
struct Footnote {
    /// The id that the mark in the text links to.
    id: String,
    /// The note, as HTML.
    content: String,
}

/// Returns the list of notes as HTML; `None` if there are none.
pub fn list(json: &str) -> Option<String> {
    let notes: Vec<Footnote> = serde_json::from_str(json).ok()?;
    let items = notes.iter().map(|Footnote { id, content }| {
        let id = id.replace('&', "&amp;").replace('"', "&quot;");
        format!(
            "<li id=\"{id}\">{content} <a href=\"#{id}-link\" class=\"footnote-backref\">↩</a></li>\n"
        )
    });
    let items: String = items.collect();
    (!items.is_empty())
        .then(|| format!("<section class=\"footnotes\">\n<ol>\n{items}</ol>\n</section>"))
}
