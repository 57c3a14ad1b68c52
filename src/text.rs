//! Rules that all texts of people follow: a text that must not be blank has a visible character, and a text of a single line
//! is kept in one line, without the white space at its ends. Every other text is kept as it was written.

use serde::{Deserialize, Deserializer};

use crate::patch::Patched;

/// The regular expression of a text with a visible character. White space, control characters and characters of no width
/// are not visible. The classes are written out, because `\s` differs between dialects.
pub const VISIBLE: &str = r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]";

/// The pattern that `#[schema(…)]` attributes use in place of [`VISIBLE`], because an attribute cannot name a constant.
/// The documents and the validators get [`VISIBLE`].
pub const VISIBLE_IN_SOURCE: &str = r"\S";

/// The error for a text without a visible character.
pub const EXPECTED: &str = "must not be blank";

/// Deserialises a text of a single line.
pub fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(in_one_line)
}

/// Deserialises a text of a single line that may be absent or null. Use with `#[serde(default, deserialize_with =
/// "text::optional_line")]`.
pub fn optional_line<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    let given: Option<String> = Option::deserialize(deserializer)?;
    Ok(given.map(in_one_line))
}

/// Deserialises a text of a single line in a patch that may be absent but not null. Use with `#[serde(default,
/// deserialize_with = "text::required_line")]`.
pub fn required_line<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    line(deserializer).map(Some)
}

/// Deserialises a clearable text of a single line in a patch. Use with `#[serde(default, deserialize_with =
/// "text::clearable_line")]`.
pub fn clearable_line<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Patched<String>, D::Error> {
    optional_line(deserializer).map(Some)
}

/// Deserialises a text that may be absent, null or empty, all of which mean that there is none. Use with `#[serde(default,
/// deserialize_with = "text::filled")]`.
pub fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let given: Option<String> = Option::deserialize(deserializer)?;
    Ok(given.filter(|text| !text.is_empty()))
}

/// Returns a text in one line: without the white space at its ends, and with a space in the place of each line break inside.
/// Line breaks are those of Unicode (UAX #14), and white space around one belongs to it.
pub fn in_one_line(text: String) -> String {
    let trimmed = text.trim();
    if trimmed.contains(is_line_break) {
        let lines = trimmed.split(is_line_break).map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        return lines.join(" ");
    }
    match trimmed.len() == text.len() {
        true => text,
        false => trimmed.to_owned(),
    }
}

fn is_line_break(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Returns whether a text has a visible character, as [`VISIBLE`] requires.
pub fn is_visible(text: &str) -> bool {
    !text.chars().all(is_invisible)
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\0'..=' '
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{1680}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3000}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_is_trimmed_away_is_not_visible() {
        let schema = json!({ "type": "string", "pattern": VISIBLE });
        let visible = jsonschema::validator_for(&schema).unwrap();
        for character in char::MIN..=char::MAX {
            let text = character.to_string();
            assert_eq!(
                visible.is_valid(&json!(text)),
                is_visible(&text),
                "{text:?}"
            );
            if character.is_whitespace() || character.is_control() {
                assert!(!is_visible(&text), "{text:?}");
            }
        }
        for text in ["\u{200b}", "\u{feff}", "\u{ad}\u{2060}", "\u{fe0f} \u{85}"] {
            assert!(!visible.is_valid(&json!(text)), "{text:?}");
        }
        for text in ["a", "\u{301}", " ا", "\u{200b}中", "🏘\u{fe0f}", "-"] {
            assert!(visible.is_valid(&json!(text)), "{text:?}");
        }
    }

    #[test]
    fn a_line_loses_the_white_space_at_its_ends_and_its_line_breaks() {
        #[derive(Deserialize)]
        struct Patch {
            #[serde(default, deserialize_with = "clearable_line")]
            subtitle: Patched<String>,
        }
        let read = |value| serde_json::from_value::<Patch>(value).unwrap().subtitle;
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({ "subtitle": null })), Some(None));
        let given = json!({ "subtitle": "\u{85}\u{3000} a  b \u{200f}\n" });
        assert_eq!(read(given), Some(Some("a  b \u{200f}".to_owned())));
        for broken in [
            "a\nb",
            "a\r\nb",
            "a \n\n\t b",
            "a\u{85}b\u{2028}",
            "a\u{2029}\u{b}b",
        ] {
            let given = json!({ "subtitle": broken });
            assert_eq!(read(given), Some(Some("a b".to_owned())), "{broken:?}");
        }
    }
}
