//! Converts Markdown to HTML: CommonMark with tables, footnotes, strikethrough, task lists and autolinks. HTML inside
//! the Markdown is passed through, so the output is not safe until it has been sanitised.

use comrak::Options;

/// Converts a Markdown source to HTML that has not been sanitised.
pub(super) fn to_html(source: &str) -> String {
    comrak::markdown_to_html(source, &options())
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    // CommonMark's rule relies on spaces between words; without this option `**重要。**次` is not emphasised.
    options.extension.cjk_friendly_emphasis = true;
    options.render.tasklist_classes = true;
    options.render.r#unsafe = true;
    options
}
