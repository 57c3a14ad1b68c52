//! Converts Markdown to HTML: CommonMark with tables, footnotes, strikethrough, task lists and autolinks. HTML inside
//! the Markdown is passed through, so the output is not safe until it has been sanitised.

mod autolinks;
mod shortcodes;

use std::borrow::Cow;

use comrak::{Arena, Options};

use shortcodes::Hidden;

/// Converts a Markdown source to HTML that has not been sanitised.
pub(super) fn to_html(source: &str) -> String {
    let options = options();
    let tildes = Tildes::hidden(source);
    let arena = Arena::new();
    let shortcodes = Hidden::within(&tildes.source);
    let document = comrak::parse_document(&arena, &shortcodes.source, &options);
    shortcodes.show(&arena, document);
    autolinks::link(&arena, document);
    let mut html = String::with_capacity(source.len());
    // Writing to a string does not fail.
    let _ = comrak::format_html(document, &options, &mut html);
    tildes.shown(shortcodes.shown(html))
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

/// Punctuation that stands in for a tilde. Nobody writes it.
const STAND_INS: [char; 4] = ['⸛', '⸞', '⸟', '⹃'];

/// A source whose single tildes are hidden from the parser. It would pair them as it pairs double ones and strike through
/// what is between, but in Korean, Japanese and Chinese `3~5` is a range.
struct Tildes<'a> {
    source: Cow<'a, str>,
    stand_in: Option<char>,
}

impl<'a> Tildes<'a> {
    fn hidden(source: &'a str) -> Self {
        let is_free = |c: &char| !source.contains(*c) && !source.contains(&percent_encoded(*c));
        let stand_in = match source.contains('~') {
            true => STAND_INS.into_iter().find(is_free),
            false => None,
        };
        let source = match stand_in {
            Some(stand_in) => Cow::Owned(with_hidden_tildes(source, stand_in)),
            None => Cow::Borrowed(source),
        };
        Self { source, stand_in }
    }

    fn shown(&self, html: String) -> String {
        match self.stand_in {
            Some(stand_in) => html
                .replace(stand_in, "~")
                .replace(&percent_encoded(stand_in), "~"),
            None => html,
        }
    }
}

/// Replaces each tilde that stands alone, unless it is escaped.
fn with_hidden_tildes(source: &str, stand_in: char) -> String {
    let mut hidden = String::with_capacity(source.len());
    let mut before = ' ';
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        let is_alone = c == '~' && !matches!(before, '~' | '\\') && chars.peek() != Some(&'~');
        hidden.push(if is_alone { stand_in } else { c });
        before = c;
    }
    hidden
}

/// A character as it stands in addresses.
fn percent_encoded(c: char) -> String {
    let mut bytes = [0; 4];
    let bytes = c.encode_utf8(&mut bytes).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}
