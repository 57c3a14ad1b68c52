//! Tests of log lines.

#![allow(clippy::unwrap_used)]
use log::Level;
use serde_json::json;

use super::*;

const TIME: &str = "2026-11-23T07:20:00.123Z";

fn record<R>(
    message: fmt::Arguments<'_>,
    pairs: &[(&str, kv::Value<'_>)],
    then: impl Fn(&Record<'_>) -> R,
) -> R {
    then(
        &Record::builder()
            .level(Level::Info)
            .target("tribuna::access")
            .args(message)
            .key_values(&pairs)
            .build(),
    )
}

fn parsed(message: fmt::Arguments<'_>, pairs: &[(&str, kv::Value<'_>)]) -> Value {
    let line = record(message, pairs, |record| json_line(TIME, record));
    assert_eq!(line.lines().count(), 1, "{line}");
    serde_json::from_str(&line).unwrap()
}

#[test]
fn a_json_line_has_the_pairs_of_the_record_as_members_with_their_types() {
    let pairs = [
        ("method", kv::Value::from("GET")),
        ("status", 200_u16.into()),
        ("ms", 1.5.into()),
        ("hit", true.into()),
    ];
    assert_eq!(
        parsed(format_args!("GET /v1/posts"), &pairs),
        json!({ "ts": TIME, "level": "INFO", "target": "tribuna::access", "msg": "GET /v1/posts",
            "method": "GET", "status": 200, "ms": 1.5, "hit": true })
    );
}

#[test]
fn a_json_line_stays_one_valid_object_whatever_is_logged() {
    let pairs = [
        ("bad", kv::Value::from(f64::NAN)),
        ("text", "a\"\n\u{1b}[31m\\".into()),
        ("big", u128::MAX.into()),
    ];
    let line = parsed(format_args!("two\nlines \u{0} \"quoted\""), &pairs);
    assert_eq!(line.get("msg"), Some(&json!("two\nlines \u{0} \"quoted\"")));
    assert_eq!(line.get("bad"), Some(&json!("NaN")));
    assert_eq!(line.get("text"), Some(&json!("a\"\n\u{1b}[31m\\")));
    assert_eq!(line.get("big"), Some(&json!(u128::MAX.to_string())));
}

#[test]
fn a_pair_never_replaces_a_member_of_the_line() {
    let line = parsed(
        format_args!("m"),
        &[("level", "forged".into()), ("msg", "forged".into())],
    );
    assert_eq!(line.get("level"), Some(&json!("INFO")));
    assert_eq!(line.get("msg_"), Some(&json!("forged")));
}

#[test]
fn a_text_line_is_one_line_with_pairs_quoted_where_they_need_it() {
    let pairs = [
        ("route", kv::Value::from("/v1/posts")),
        ("agent", "a b\"c".into()),
        ("status", 200.into()),
        ("none", "".into()),
    ];
    assert_eq!(
        record(format_args!("hello\nworld\u{1b}[31m"), &pairs, text_line),
        r#"tribuna::access: hello\nworld\u{1b}[31m route=/v1/posts agent="a b\"c" status=200 none="""#
    );
}

#[test]
fn what_passed_on_a_connection_is_no_error() {
    let is_about = |target: &str, level: Level, message: fmt::Arguments<'_>| {
        let mut record = Record::builder();
        is_about_a_connection(&record.target(target).level(level).args(message).build())
    };
    let h1 = "actix_http::h1::dispatcher";
    assert!(is_about(
        h1,
        Level::Error,
        format_args!("stream error: Parse error")
    ));
    assert!(is_about(
        "actix_http::h1::decoder",
        Level::Error,
        format_args!("MAX_BUFFER_SIZE")
    ));
    assert!(is_about(
        h1,
        Level::Error,
        format_args!("Response payload stream error: x")
    ));
    assert!(!is_about(h1, Level::Info, format_args!("stream error")));
    assert!(!is_about(
        "tribuna",
        Level::Error,
        format_args!("stream error")
    ));
}
