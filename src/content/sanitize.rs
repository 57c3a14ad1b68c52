//! The sanitiser. `ammonia` parses HTML as browsers do and rebuilds it from the elements and attributes of the allow-list;
//! this module checks the values of the attributes.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::{
    allow_list::{self, ELEMENTS, EVERYWHERE, LINK_SCHEMES, Value},
    tidy,
};

/// Returns well-formed HTML that contains only elements, attributes and values of the allow-list.
pub(super) fn sanitize(html: &str) -> String {
    static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(sanitizer);
    SANITIZER.clean(&tidy::tidy(html)).to_string()
}

fn sanitizer() -> Builder<'static> {
    let attributes: HashMap<_, _> = ELEMENTS
        .iter()
        .map(|element| {
            (
                element.name,
                element.attributes.iter().map(|(name, _)| *name).collect(),
            )
        })
        .collect();
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|element| element.name).collect())
        .tag_attributes(attributes)
        .generic_attributes(EVERYWHERE.iter().map(|(name, _)| *name).collect())
        .url_schemes(LINK_SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(checked);
    builder
}

/// Returns the value to keep for an attribute; `None` if the attribute is removed.
fn checked<'a>(element: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let (_, rule) = allow_list::find(element)?.attribute(attribute)?;
    match rule {
        Value::Text => Some(without_controls(value)),
        Value::Flag => Some(Cow::Borrowed("")),
        Value::Url => is_url(value, LINK_SCHEMES).then_some(Cow::Borrowed(value)),
        Value::ImageUrl | Value::WebUrl => {
            is_url(value, &["http", "https"]).then_some(Cow::Borrowed(value))
        }
        Value::Number => is_number(value).then_some(Cow::Borrowed(value)),
        Value::Language => is_language(value).then_some(Cow::Borrowed(value)),
        Value::OneOf(words) => words.contains(&value).then_some(Cow::Borrowed(value)),
        Value::Word(class) => words(value).find(|word| *word == class).map(Cow::Borrowed),
        Value::WordPrefix(prefix) => words(value)
            .find(|word| word.starts_with(prefix))
            .map(Cow::Borrowed),
        Value::Id(prefix) => is_id(value, prefix).then_some(Cow::Borrowed(value)),
    }
}

/// Removes the characters that XML does not permit, because feeds contain the text too.
pub(super) fn without_controls(text: &str) -> Cow<'_, str> {
    let is_wrong = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(is_wrong) {
        Cow::Owned(text.replace(is_wrong, ""))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_url(value: &str, schemes: &[&str]) -> bool {
    // Browsers drop tabs and newlines inside a URL (`java&#9;script:`), scripts may trim any white space around it.
    !value.chars().any(char::is_control)
        && match Url::parse(value.trim()) {
            Ok(url) => schemes.contains(&url.scheme()),
            Err(problem) => problem == url::ParseError::RelativeUrlWithoutBase,
        }
}

fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix('-').unwrap_or(value);
    (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_language(value: &str) -> bool {
    value.len() <= 35
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn is_id(value: &str, prefix: &str) -> bool {
    value.starts_with(prefix) && !value.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split_ascii_whitespace()
}
