//! Regular expressions of the documents in plain English, for errors.

use crate::any_of;
use crate::email;
use crate::lang;
use crate::languages;
use crate::slug;
use crate::written_time;

/// Patterns with what they expect.
const WORDS: [(&str, &str); 12] = [
    (any_of::PATTERN, any_of::EXPECTED),
    (email::PATTERN, email::EXPECTED),
    (lang::PATTERN, lang::EXPECTED),
    (languages::PATTERN, languages::EXPECTED),
    (slug::PATTERN, slug::EXPECTED),
    (slug::ANY_CASE, slug::EXPECTED_ANY_CASE),
    (written_time::PATTERN, written_time::EXPECTED),
    (
        "^[ -~]+$",
        "must have at least one character, and printable ASCII characters only",
    ),
    ("^[A-Z]{2}$", "must be two capital letters"),
    (
        "^/[^?#]*$",
        "must be a path: it begins with / and has neither ? nor #",
    ),
    (
        r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)$",
        "must be an SPDX identifier, such as CC-BY-4.0, or an http or https URL",
    ),
    (
        r"^([A-Za-z0-9][A-Za-z0-9.+-]*|https?://\S+)?$",
        "must be empty, an SPDX identifier, such as CC-BY-4.0, or an http or https URL",
    ),
];

/// The characters of a path with a query (RFC 3986), after a literal start. Only these begin a pattern of that kind.
const PATH_CHARACTERS: &str = "[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+$";

/// Returns what a pattern expects.
pub fn in_words(pattern: &str) -> String {
    if let Some((_, words)) = WORDS.iter().find(|(known, _)| *known == pattern) {
        return (*words).to_owned();
    }
    let start = pattern.strip_suffix(PATH_CHARACTERS);
    match start.and_then(|start| start.strip_prefix('^')) {
        Some(start) => format!("must be a percent-encoded path that begins with {start}"),
        None => format!("must match {pattern}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// utoipa takes patterns as literals only, so those of resources are written twice. No row may outlive its pattern.
    #[test]
    fn every_pattern_with_words_is_one_of_a_document() {
        let documents = [
            include_str!("../../../openapi/delivery.json"),
            include_str!("../../../openapi/management.json"),
        ];
        let documents: Vec<Value> = documents
            .iter()
            .map(|document| serde_json::from_str(document).unwrap())
            .collect();
        let mut patterns = BTreeSet::new();
        documents
            .iter()
            .for_each(|document| collect(document, &mut patterns));
        for (pattern, words) in WORDS {
            assert!(patterns.contains(pattern), "{words}: {pattern}");
        }
    }

    fn collect<'a>(part: &'a Value, patterns: &mut BTreeSet<&'a str>) {
        match part {
            Value::Object(members) => {
                patterns.extend(members.get("pattern").and_then(Value::as_str));
                members
                    .values()
                    .for_each(|member| collect(member, patterns));
            }
            Value::Array(list) => list.iter().for_each(|item| collect(item, patterns)),
            _ => {}
        }
    }

    #[test]
    fn known_patterns_are_told_in_words() {
        let path = format!("^/v1/things/{PATH_CHARACTERS}");
        assert_eq!(
            in_words(&path),
            "must be a percent-encoded path that begins with /v1/things/"
        );
        assert_eq!(in_words(slug::PATTERN), slug::EXPECTED);
        assert_eq!(in_words("^x$"), "must match ^x$");
    }
}
