//! The Markdown of comments: paragraphs, emphasis, links, lists, quotes and code. Headings become paragraphs and images
//! become their descriptions. HTML is text.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options};

use super::autolinks;

/// Converts the source of a comment to HTML that has not been sanitised.
pub(in crate::content) fn to_html(source: &str) -> String {
    let options = options();
    let arena = Arena::new();
    let document = comrak::parse_document(&arena, source, &options);
    for node in document.descendants() {
        let mut data = node.data_mut();
        let plain = match &data.value {
            NodeValue::Heading(_) => Some(NodeValue::Paragraph),
            NodeValue::Image(_) => Some(NodeValue::Emph),
            _ => None,
        };
        if let Some(plain) = plain {
            data.value = plain;
        }
    }
    autolinks::link(&arena, document);
    let mut html = String::with_capacity(source.len());
    // Writing to a string does not fail.
    let _ = comrak::format_html(document, &options, &mut html);
    html
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.cjk_friendly_emphasis = true;
    // A line break in a comment is meant.
    options.render.hardbreaks = true;
    options.render.escape = true;
    options
}
