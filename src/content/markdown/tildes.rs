//! Keeps single tildes away from the parser of Markdown, which would strike through what is between two of them.

use std::borrow::Cow;

/// Punctuation that stands in for a tilde. Nobody writes it.
pub(super) const STAND_INS: [char; 4] = ['⸛', '⸞', '⸟', '⹃'];

/// A source whose single tildes are hidden from the parser. It would pair them as it pairs double ones and strike through
/// what is between, but in Korean, Japanese and Chinese `3~5` is a range.
pub(super) struct HiddenTildes<'a> {
    /// The source for the parser.
    pub(super) source: Cow<'a, str>,
    /// The character in the places of the tildes; `None` if none is hidden.
    stand_in: Option<char>,
}

impl<'a> HiddenTildes<'a> {
    pub(super) fn new(source: &'a str) -> Self {
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

    /// Brings the tildes back.
    pub(super) fn restore_in_html(&self, html: String) -> String {
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
