//! The JSON-lines reader, by example.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::import::record::{Format, Record, RecordKind};

const POST: &str = r#"{"type":"post","key":"p","original_lang":"en","translations":{"en":{"title":"T","body":{"format":"markdown","source":"*x*"}}}}"#;

fn all(text: impl AsRef<[u8]>) -> Vec<Result<Line, ReadError>> {
    read(text.as_ref()).collect()
}

fn error(text: &str) -> String {
    all(text)
        .into_iter()
        .find_map(Result::err)
        .unwrap()
        .to_string()
}

#[test]
fn a_line_is_a_record_with_its_number() {
    let lines = all(format!(
        "\n  \r\n{POST}\r\n\n{{\"type\":\"tag\",\"key\":\"t\",\"translations\":{{}}}}"
    ));
    assert_eq!(lines.len(), 2);
    let first = lines[0].as_ref().unwrap();
    assert_eq!(
        (first.number, first.record.kind(), first.record.key()),
        (3, RecordKind::Post, "p")
    );
    let Record::Post(post) = &first.record else {
        panic!("{first:?}")
    };
    assert_eq!(
        post.translations
            .get(&"en".parse().unwrap())
            .unwrap()
            .body
            .format,
        Format::Markdown
    );
    assert_eq!(
        post.translations
            .get(&"en".parse().unwrap())
            .unwrap()
            .publication,
        None
    );
    assert_eq!(lines[1].as_ref().unwrap().number, 5);
}

#[test]
fn a_record_written_and_read_again_is_the_same() {
    let record = all(POST).remove(0).unwrap().record;
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(text, POST);
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

#[test]
fn the_type_may_stand_anywhere_in_the_object() {
    let lines = all(r#"{"key":"o","name":"Org","type":"organization"}"#);
    assert_eq!(
        lines[0].as_ref().unwrap().record.kind(),
        RecordKind::Organization
    );
}

#[test]
fn an_unknown_field_is_named_with_its_place() {
    let text = POST.replace("\"title\"", "\"titel\"");
    let message = error(&format!("\n{text}"));
    let column = text.find("titel").unwrap() + "titel\"".len();
    assert!(
        message.starts_with(&format!("line 2, column {column}: `translations.en")),
        "{message}"
    );
    assert!(
        message.contains("unknown field `titel`, expected one of `title`"),
        "{message}"
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_named_by_its_path() {
    let message = error(&POST.replace("\"*x*\"", "7"));
    assert!(
        message.contains("`translations.en.body.source`: invalid type: integer `7`"),
        "{message}"
    );
}

#[test]
fn no_message_names_a_type_of_the_program() {
    let object = "must be an object";
    for line in ["[]", "[1]", "7", "null", "\"x\""] {
        assert!(error(line).ends_with(object), "{}", error(line));
    }
    let category = |rest: &str| error(&format!(r#"{{"type":"category","key":"c",{rest}}}"#));
    for translations in [r#"{"en":[]}"#, r#"{"en":7}"#] {
        let message = category(&format!(r#""translations":{translations}"#));
        assert!(message.contains(object), "{message}");
    }
    let range = "must be a whole number from -9223372036854775808 to";
    for position in ["99999999999999999999", "1.5", "\"1\""] {
        let message = category(&format!(r#""translations":{{}},"position":{position}"#));
        assert!(message.contains(range), "{message}");
    }
}

#[test]
fn an_unknown_or_missing_type_is_an_error() {
    assert!(
        error(r#"{"type":"story","key":"x"}"#)
            .starts_with("line 1, column 9: unknown type `story`")
    );
    assert!(error(r#"{"key":"x"}"#).contains("missing field `type`"));
    assert!(error("[]").contains("line 1, column"));
}

#[test]
fn a_language_that_stands_twice_is_an_error() {
    let message =
        error(r#"{"type":"tag","key":"t","translations":{"en":{"name":"a"},"en":{"name":"b"}}}"#);
    assert!(message.contains("language en appears twice"), "{message}");
}

#[test]
fn a_field_that_stands_twice_is_an_error() {
    assert!(
        error(r#"{"type":"tag","key":"t","key":"u","translations":{}}"#)
            .contains("duplicate field `key`")
    );
}

#[test]
fn text_after_the_record_is_an_error() {
    assert!(error(&format!("{POST} {POST}")).contains("trailing characters"));
}

#[test]
fn a_bad_line_does_not_hide_the_next() {
    let lines = all(format!("{{\n{POST}\nx\n"));
    assert_eq!(
        lines.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_eq!(lines[2].as_ref().unwrap_err().line, 3);
}

#[test]
fn invalid_utf8_is_an_error_at_its_character() {
    let error = all(b"{\"type\":\"\xc3\xb6\xff\"}").remove(0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 11: this is not valid UTF-8"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_line() {
    assert!(all(format!("\u{feff}{POST}"))[0].is_ok());
}

#[test]
fn an_escaped_control_character_is_refused_and_an_escaped_backslash_is_not() {
    let message = error(&POST.replace("*x*", "\\u0000"));
    let column = POST.find("*x*").unwrap() + 1;
    assert_eq!(
        message,
        format!("line 1, column {column}: control characters are not allowed")
    );
    assert!(error(&POST.replace("*x*", "a\\\\\\u001F")).contains("control characters"));
    assert!(all(POST.replace("*x*", "a\\\\u0000\\u000a\\u00e9"))[0].is_ok());
}

#[test]
fn a_line_beyond_the_limit_ends_the_reading() {
    let mut text = vec![b' '; LONGEST_LINE + 1];
    text.extend_from_slice(format!("\n{POST}").as_bytes());
    let lines = all(&text);
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0]
            .as_ref()
            .unwrap_err()
            .message
            .contains("longer than")
    );
}

#[test]
fn a_line_at_the_limit_is_read() {
    let mut text = POST.as_bytes().to_vec();
    text.resize(LONGEST_LINE, b' ');
    text.extend_from_slice(b"\n");
    assert!(all(&text)[0].is_ok());
}

#[test]
fn a_failing_reader_is_an_error_once() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let lines: Vec<_> = read(std::io::BufReader::new(Failing)).collect();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].as_ref().unwrap_err().message, "the disk is gone");
}

#[test]
fn every_example_of_the_documentation_is_a_record() {
    let page = include_str!("../../../docs/importing.md");
    let examples: String = page
        .split("```jsonl\n")
        .skip(1)
        .map(|part| part.split("```").next().unwrap())
        .collect();
    let records: Vec<_> = all(&examples)
        .into_iter()
        .map(|line| line.unwrap().record)
        .collect();
    let kinds: std::collections::BTreeSet<_> = records.iter().map(Record::kind).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), RecordKind::ALL);
    let written: Vec<_> = records
        .iter()
        .map(|record| serde_json::to_string(record).unwrap())
        .collect();
    assert_eq!(
        written.join("\n"),
        examples.trim_end(),
        "the page shows fields in the order of the form"
    );
}

/// Records with every object that records may have.
const WHOLE: [&str; 5] = [
    r#"{"type":"organization","key":"o","name":"O"}"#,
    r#"{"type":"author","key":"a","name":"A","bio":{"en":"B"},"links":[{"rel":"website","url":"https://a.example/"}]}"#,
    r#"{"type":"category","key":"c","translations":{"en":{"name":"C","slug":"c","description":"D"}}}"#,
    r#"{"type":"tag","key":"t","translations":{"en":{"name":"T","slug":"t","description":"D"}}}"#,
    r#"{"type":"post","key":"p","original_lang":"en","authors":[{"author":"a","organization":"o","role":"r"}],"translations":{"en":{"title":"T","body":{"format":"markdown","source":"x"},"seo":{"title":"S","description":"D"},"publication":{"publish_at":"2024-05-01T08:00:00Z"}}}}"#,
];

/// Each variant of a value in which one of its objects is a list of the values of that object, with the path of that object.
fn with_a_list(value: &serde_json::Value, path: &str) -> Vec<(String, serde_json::Value)> {
    use serde_json::Value;
    let mut all = Vec::new();
    match value {
        Value::Object(members) => {
            let items = members.values().cloned().collect();
            all.push((path.to_owned(), Value::Array(items)));
            for (name, member) in members {
                let dot = if path.is_empty() { "" } else { "." };
                for (path, changed) in with_a_list(member, &format!("{path}{dot}{name}")) {
                    let mut members = members.clone();
                    members.insert(name.clone(), changed);
                    all.push((path, Value::Object(members)));
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for (path, changed) in with_a_list(item, &format!("{path}[{index}]")) {
                    let mut items = items.clone();
                    items[index] = changed;
                    all.push((path, Value::Array(items)));
                }
            }
        }
        _ => {}
    }
    all
}

#[test]
fn a_list_is_no_object_anywhere_in_a_record() {
    let mut count = 0;
    for record in WHOLE {
        assert!(all(record).iter().all(Result::is_ok), "{record}");
        let value = serde_json::from_str(record).unwrap();
        for (path, changed) in with_a_list(&value, "") {
            let message = error(&changed.to_string());
            let place = format!("`{path}`: ");
            assert!(path.is_empty() || message.contains(&place), "{message}");
            let by_language = path.ends_with("translations") || path.ends_with("bio");
            let told = if by_language {
                "expected"
            } else {
                "must be an object"
            };
            assert!(message.contains(told), "{path}: {message}");
            count += 1;
        }
    }
    assert_eq!(count, 17);
}
