//! The texts of the program: every template in every language, written with its values and with hostile ones.

#![allow(clippy::unwrap_used)]

use serde_json::Value;

use super::built_in::LANGUAGES;
use super::message::Template;
use super::template_check::sample;
use super::templates::{Around, Templates, Written};
use super::values::{ValueKind, declared};
use crate::lang::Lang;

const AROUND: Around<'_> = Around {
    site: "The <Town> Square",
    unsubscribe_url: Some("https://api.example.org/v1/unsubscribe?token=x"),
};

/// The values of a template: its samples, with `replaced` instead of names, titles and quotes.
fn values(template: Template, word: usize, optional: bool, replaced: Option<&str>) -> Value {
    let values = declared(template).iter().map(|one| {
        let is_text = matches!(one.kind, ValueKind::Line | ValueKind::Quote);
        let text = sample(one, word, optional);
        let text = text.map(|text| match replaced {
            Some(replaced) if is_text => replaced.to_owned(),
            _ => text,
        });
        (one.name.to_owned(), Value::from(text))
    });
    let mut values: serde_json::Map<String, Value> = values.collect();
    for number in declared(template)
        .iter()
        .filter(|one| one.kind == ValueKind::Number)
    {
        values.insert(number.name.to_owned(), Value::from(7));
    }
    Value::Object(values)
}

/// Every template in every language, with and without optional values, and with each word.
fn all(replaced: Option<&str>) -> Vec<(Template, Value, Written)> {
    let templates = Templates::built_in().unwrap();
    let mut all = Vec::new();
    for template in Template::ALL {
        for tag in LANGUAGES {
            let lang: Lang = tag.parse().unwrap();
            assert_eq!(templates.language(template, Some(&lang)).unwrap(), lang);
            for (word, optional) in [(0, true), (0, false), (1, true), (1, false)] {
                let values = values(template, word, optional, replaced);
                let written = templates.write(template, &lang, &values, AROUND).unwrap();
                all.push((template, values, written));
            }
        }
    }
    all
}

#[test]
fn every_text_shows_its_values_in_every_language_and_is_written_in_its_direction() {
    let all = all(None);
    assert_eq!(all.len(), Template::ALL.len() * LANGUAGES.len() * 4);
    for (
        template,
        values,
        Written {
            lang,
            subject,
            text,
            html,
        },
    ) in all
    {
        let place = format!("{lang}/{template}: {subject}\n{text}\n{html}");
        assert!(!subject.is_empty() && !subject.contains('\n'), "{place}");
        let dir = if lang.as_str() == "ar" { "rtl" } else { "ltr" };
        let opening = format!("<html lang=\"{lang}\" dir=\"{dir}\">");
        assert!(
            html.starts_with("<!doctype html>") && html.contains(&opening),
            "{place}"
        );
        for name in [
            "title",
            "post_title",
            "by",
            "reason",
            "url",
            "server",
            "reply_name",
        ] {
            if let Some(value) = values.get(name).and_then(Value::as_str) {
                // The reason of an approved comment is shown, too: who decides whether there is one is the caller.
                let shown = text.contains(value) || subject.contains(value);
                assert!(shown && html.contains(value), "{name} in {place}");
            }
        }
        for quote in ["note", "reply", "questions", "comment"] {
            if let Some(value) = values.get(quote).and_then(Value::as_str) {
                let first = value.lines().next().unwrap();
                assert!(text.contains(&format!("\n> {first}")), "{quote} in {place}");
            }
        }
        assert!(
            text.contains("\n-- \n") && text.contains("?token=x"),
            "{place}"
        );
        let unwanted = ["none", "{{", "{%", "\n\n\n", "\u{1}", "\u{2}", "\u{4}"];
        assert!(!unwanted.iter().any(|one| text.contains(one)), "{place}");
        let remote = ["<img", "<script", "<link", "src=", "url("];
        assert!(!remote.iter().any(|one| html.contains(one)), "{place}");
        assert!(html.contains("The &lt;Town&gt; Square"), "{place}");
    }
}

#[test]
fn no_value_leaves_its_place() {
    let evil =
        "<script>alert(1)</script>\r\nBcc: all@example.org\n\nhttps://evil.example\n\u{202e}x";
    for (template, _, written) in all(Some(evil)) {
        let Written {
            lang,
            subject,
            text,
            html,
        } = written;
        let place = format!("{lang}/{template}: {subject}\n{text}\n{html}");
        assert!(!subject.contains(['\r', '\n', '\u{202e}']), "{place}");
        let at_line_start = text.lines().any(|line| line.starts_with("Bcc:"));
        assert!(!at_line_start && !text.contains('\u{202e}'), "{place}");
        assert!(
            !html.contains("<script") && !html.contains("href=\"https://evil"),
            "{place}"
        );
    }
}

#[test]
fn the_nearest_language_is_taken() {
    let templates = Templates::built_in().unwrap();
    for (wanted, found) in [
        ("fr-CA", "fr"),
        ("pt-BR", "pt"),
        ("de", "en"),
        ("ar-EG", "ar"),
    ] {
        let wanted: Lang = wanted.parse().unwrap();
        let lang = templates
            .language(Template::CommentReply, Some(&wanted))
            .unwrap();
        assert_eq!(lang.as_str(), found);
    }
    let lang = templates.language(Template::CommentReply, None).unwrap();
    assert_eq!(lang.as_str(), "en");
}

#[test]
fn names_in_arabic_messages_are_isolated() {
    let templates = Templates::built_in().unwrap();
    let lang: Lang = "ar".parse().unwrap();
    let values = values(Template::CommentReply, 0, true, None);
    let written = templates
        .write(Template::CommentReply, &lang, &values, AROUND)
        .unwrap();
    assert!(
        written.subject.contains("\u{2068}Lin Alvarez\u{2069}"),
        "{}",
        written.subject
    );
    assert!(
        written.html.contains("<bdi>Lin Alvarez</bdi>"),
        "{}",
        written.html
    );
    assert!(
        written.html.contains("dir=\"ltr\""),
        "links stay as they are"
    );
}
