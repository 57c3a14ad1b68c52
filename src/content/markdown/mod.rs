//! Converts Markdown to HTML: CommonMark with tables, footnotes, strikethrough, task lists and autolinks. HTML inside
//! the Markdown is passed through, so the output is not safe until it has been sanitised.

mod autolinks;
pub(super) mod comments;
mod shortcodes;
mod tildes;

use comrak::{Arena, Options};

use shortcodes::HiddenShortcodes;
use tildes::HiddenTildes;

/// Converts a Markdown source to HTML that has not been sanitised.
pub(super) fn to_html(source: &str) -> String {
    let options = options();
    let tildes = HiddenTildes::new(source);
    let arena = Arena::new();
    let shortcodes = HiddenShortcodes::new(&tildes.source);
    let document = comrak::parse_document(&arena, &shortcodes.source, &options);
    shortcodes.restore_in_document(&arena, document);
    autolinks::link(&arena, document);
    let mut html = String::with_capacity(source.len());
    // Writing to a string does not fail.
    let _ = comrak::format_html(document, &options, &mut html);
    tildes.restore_in_html(shortcodes.restore_in_html(html))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    // CommonMark's rule relies on spaces between words; without this option `**重要。**次` is not emphasised.
    options.extension.cjk_friendly_emphasis = true;
    options.render.tasklist_classes = true;
    options.render.r#unsafe = true;
    options
}
