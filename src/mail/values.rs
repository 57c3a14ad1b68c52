//! The values of each template. What a caller gives must be exactly what is declared, so that no template meets a value that
//! it does not know, or misses one.

use serde_json::Value;

use super::message::Template;
use crate::error::{Error, Result};

/// The kind of a value, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A name or a title: one line, kept from reordering the text around it.
    Line,
    /// A URL, which is a link in HTML.
    Url,
    /// A text of several lines, which is quoted. It stands on a line of its own.
    Quote,
    /// A number.
    Number,
    /// One of these words, for conditions. It is not shown.
    Word(&'static [&'static str]),
}

/// A value that a template may use.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// The name.
    pub name: &'static str,
    /// The kind.
    pub kind: ValueKind,
    /// True if the value may be null.
    pub is_optional: bool,
    /// An example, with which templates are tried at the start.
    pub sample: &'static str,
}

/// The values that every template may use, without being given them: the name of the site.
pub const COMMON: &[Declared] = &[line("site", "The Town Square")];

/// The values of the footer: the name of the site, and the page for unsubscribing if the message has a topic.
pub const FOOTER: &[Declared] = &[url(
    "unsubscribe_url",
    "https://api.example.org/v1/unsubscribe?token=x",
)
.optional()];

const NAME: Declared = line("name", "Ada Lovelace");
const TITLE: Declared = line("title", "A right to the city");
const POST_TITLE: Declared = line("post_title", "A right to the city");
const STATUS_URL: Declared = url("url", "https://news.example.org/contributions/x");
const COMMENT_URL: Declared = url("url", "https://news.example.org/a-right-to-the-city#x");
const REASON: Declared = line("reason", "It is about another subject").optional();
const NOTE: Declared = quote("note", "Thank you.\nPlease write again.").optional();

const SUBMISSION_CONFIRM: &[Declared] = &[NAME, TITLE, STATUS_URL, number("days", "7")];
const SUBMISSION_RECEIVED: &[Declared] = &[NAME, TITLE, STATUS_URL];
const SUBMISSION_RETURNED: &[Declared] = &[
    NAME,
    TITLE,
    quote("questions", "Who took the picture?"),
    STATUS_URL,
];
const SUBMISSION_ACCEPTED: &[Declared] = &[NAME, TITLE, line("by", "Lin").optional(), STATUS_URL];
const SUBMISSION_DECLINED: &[Declared] = &[NAME, TITLE, REASON, NOTE, STATUS_URL];
const SUBMISSION_WITHDRAWN: &[Declared] = &[NAME, TITLE];
const COMMENT_REPLY: &[Declared] = &[
    NAME,
    POST_TITLE,
    line("reply_name", "Lin Alvarez"),
    quote("reply", "I agree.\nAnd one more thing."),
    COMMENT_URL,
];
const COMMENT_DECIDED: &[Declared] = &[
    NAME,
    POST_TITLE,
    word("decision", &["approved", "rejected"]),
    quote("comment", "I agree."),
    REASON,
    NOTE,
    COMMENT_URL.optional(),
];
const PRIVACY_LINK: &[Declared] = &[
    url("url", "https://news.example.org/privacy/x"),
    number("hours", "24"),
];
const TEST: &[Declared] = &[line("server", "mail.example.org")];

/// Returns the values of a template.
pub const fn declared(template: Template) -> &'static [Declared] {
    match template {
        Template::SubmissionConfirm => SUBMISSION_CONFIRM,
        Template::SubmissionReceived => SUBMISSION_RECEIVED,
        Template::SubmissionReturned => SUBMISSION_RETURNED,
        Template::SubmissionAccepted => SUBMISSION_ACCEPTED,
        Template::SubmissionDeclined => SUBMISSION_DECLINED,
        Template::SubmissionWithdrawn => SUBMISSION_WITHDRAWN,
        Template::CommentReply => COMMENT_REPLY,
        Template::CommentDecided => COMMENT_DECIDED,
        Template::PrivacyLink => PRIVACY_LINK,
        Template::Test => TEST,
    }
}

const fn line(name: &'static str, sample: &'static str) -> Declared {
    value(name, ValueKind::Line, sample)
}

const fn url(name: &'static str, sample: &'static str) -> Declared {
    value(name, ValueKind::Url, sample)
}

const fn quote(name: &'static str, sample: &'static str) -> Declared {
    value(name, ValueKind::Quote, sample)
}

const fn number(name: &'static str, sample: &'static str) -> Declared {
    value(name, ValueKind::Number, sample)
}

const fn word(name: &'static str, words: &'static [&'static str]) -> Declared {
    value(name, ValueKind::Word(words), "")
}

const fn value(name: &'static str, kind: ValueKind, sample: &'static str) -> Declared {
    Declared {
        name,
        kind,
        is_optional: false,
        sample,
    }
}

impl Declared {
    /// Lets the value be null.
    const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    /// Returns the text of a value; `None` if it is null.
    fn text(&self, value: &Value) -> std::result::Result<Option<String>, &'static str> {
        match (value, self.kind) {
            (Value::Null, _) if self.is_optional => Ok(None),
            (Value::Number(number), ValueKind::Number) => Ok(Some(number.to_string())),
            (Value::String(text), ValueKind::Word(words)) => match words.contains(&text.as_str()) {
                true => Ok(Some(text.clone())),
                false => Err("is another word"),
            },
            (Value::String(text), ValueKind::Line | ValueKind::Url | ValueKind::Quote) => {
                Ok(Some(text.clone()))
            }
            _ => Err("has another type"),
        }
    }
}

/// A declared value with its text; `None` if it is null.
pub type Given = (Declared, Option<String>);

/// Returns the text of each value of a template.
///
/// # Errors
/// Returns [`Error::Internal`] if the values are not exactly those that are declared. The error contains names and no
/// values.
pub fn check(template: Template, values: &Value) -> Result<Vec<Given>> {
    let refused = |name: &str, flaw: &str| {
        Error::Internal(format!(
            "the value {name} of the template {template} {flaw}"
        ))
    };
    let Value::Object(values) = values else {
        return Err(refused("object", "is missing"));
    };
    let declared = declared(template);
    let is_known = |name: &str| declared.iter().any(|one| one.name == name);
    if let Some(unknown) = values.keys().find(|name| !is_known(name)) {
        return Err(refused(unknown, "is not declared"));
    }
    let given = declared.iter().map(|one| {
        let value = values.get(one.name);
        let value = value.ok_or_else(|| refused(one.name, "is missing"))?;
        let text = one.text(value).map_err(|flaw| refused(one.name, flaw))?;
        Ok((*one, text))
    });
    given.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_exactly_those_that_are_declared() {
        let right = json!({ "url": "https://news.example.org", "hours": 24 });
        let given = check(Template::PrivacyLink, &right).unwrap();
        let texts: Vec<_> = given.iter().map(|(_, text)| text.as_deref()).collect();
        assert_eq!(texts, [Some("https://news.example.org"), Some("24")]);
        for wrong in [
            json!({ "url": "https://news.example.org" }),
            json!({ "url": null, "hours": 24 }),
            json!({ "url": "https://news.example.org", "hours": "x" }),
            json!({ "url": "https://news.example.org", "hours": 24, "name": "SECRET" }),
            json!([]),
        ] {
            let error = check(Template::PrivacyLink, &wrong)
                .unwrap_err()
                .to_string();
            assert!(!error.contains("SECRET"), "{error}");
        }
    }
}
