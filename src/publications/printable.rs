//! Texts of people in documents and sentences of the server: without characters that a format cannot hold, and without
//! effect on the direction of what stands around them (UAX 9).

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

use crate::content::{escape, without_controls};

const PDF: char = '\u{202c}';
const FSI: char = '\u{2068}';
const PDI: char = '\u{2069}';

/// Returns a text as every format can hold it: without the characters that XML does not permit, and with an end for each
/// change of direction that begins in it.
pub fn printable(text: &str) -> String {
    let text = without_controls(text);
    let mut written = String::with_capacity(text.len());
    // The characters that end what has begun.
    let mut open: Vec<char> = Vec::new();
    for character in text.chars() {
        match character {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => open.push(PDF),
            '\u{2066}' | '\u{2067}' | FSI => open.push(PDI),
            // The end of an isolate ends what has begun inside, too.
            PDF | PDI => match open.iter().rposition(|end| *end == character) {
                Some(at) if character == PDI || at + 1 == open.len() => open.truncate(at),
                Some(_) | None => continue,
            },
            _ => {}
        }
        written.push(character);
    }
    written.extend(open.iter().rev());
    written
}

/// Returns a text as HTML.
pub fn in_html(text: &str) -> String {
    escape(&printable(text))
}

/// Returns a text as part of a sentence, which it does not reorder.
pub fn isolated(text: &str) -> String {
    format!("{FSI}{}{PDI}", printable(text))
}

/// Returns whether nothing in a text is written from right to left or changes the direction.
pub fn is_left_to_right(text: &str) -> bool {
    let classes = CodePointMapData::<BidiClass>::new();
    let is_other = |character: char| {
        matches!(
            classes.get(character),
            BidiClass::RightToLeft
                | BidiClass::ArabicLetter
                | BidiClass::ArabicNumber
                | BidiClass::LeftToRightEmbedding
                | BidiClass::LeftToRightOverride
                | BidiClass::LeftToRightIsolate
                | BidiClass::RightToLeftEmbedding
                | BidiClass::RightToLeftOverride
                | BidiClass::RightToLeftIsolate
                | BidiClass::FirstStrongIsolate
                | BidiClass::PopDirectionalFormat
                | BidiClass::PopDirectionalIsolate
        )
    };
    !text.chars().any(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_in_a_text_ends_in_it() {
        for (text, expected) in [
            ("Rents\u{7} \u{fffe}now", "Rents now"),
            ("a \u{202e}b", "a \u{202e}b\u{202c}"),
            ("a\u{2069} b\u{202c}", "a b"),
            ("\u{2067}a\u{202e}b\u{2069}c", "\u{2067}a\u{202e}b\u{2069}c"),
            (
                "\u{202e}a\u{2067}b\u{202c}c",
                "\u{202e}a\u{2067}bc\u{2069}\u{202c}",
            ),
            ("\u{2068}سمر\u{2069}", "\u{2068}سمر\u{2069}"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
        assert_eq!(isolated("a\u{2069}"), "\u{2068}a\u{2069}");
        assert_eq!(in_html("<\u{7}"), "&lt;");
        for (text, expected) in [
            ("Café 12 – “日本”!", true),
            ("Lin سمر", false),
            ("שלום", false),
            ("١٢", false),
            ("a\u{202e}", false),
        ] {
            assert_eq!(is_left_to_right(text), expected, "{text:?}");
        }
    }
}
