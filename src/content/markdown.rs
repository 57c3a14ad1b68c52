//! Markdown to HTML: CommonMark and the extensions the documentation names. HTML inside the markdown passes through,
//! so nothing that comes out of here is safe before it is sanitised.

use comrak::Options;

/// The HTML of a markdown source, not sanitised.
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
    // Without it `**重要。**次` stays unemphasised: CommonMark's rule counts on spaces between words.
    options.extension.cjk_friendly_emphasis = true;
    options.render.tasklist_classes = true;
    options.render.r#unsafe = true;
    options
}
