//! The sanitiser. `ammonia` parses HTML as browsers do and rebuilds it from the elements and attributes of the allow-list;
//! this module checks the values of the attributes.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use ammonia::{Builder, UrlRelative};

use super::{
    allow_list::{self, ELEMENTS, EVERYWHERE, LINK_SCHEMES, Value},
    lexer::{Lexer, Token},
    plain_text::decoded,
    urls,
};

/// Returns HTML that contains only elements, attributes and values of the allow-list. The HTML must come from `tidy`, which
/// bounds the work of the parser.
pub(super) fn sanitize(tidy: &str) -> String {
    static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(sanitizer);
    SANITIZER.clean(tidy).to_string()
}

/// Decodes the character references of an attribute's value as the parser does.
pub(super) fn decoded_value(written: &str) -> String {
    if !written.contains('&') {
        return without_controls(written).into_owned();
    }
    let quoted = written.replace('"', "&quot;");
    let parsed = sanitize(&format!("<span title=\"{quoted}\">"));
    let title = Lexer::new(&parsed).find_map(|token| match token {
        Token::Start(tag) => tag.get("title").map(|title| decoded(title).into_owned()),
        _ => None,
    });
    title.unwrap_or_default()
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
    let word = value.trim_ascii();
    match rule {
        Value::Text => Some(without_controls(value)),
        Value::Flag => Some(Cow::Borrowed("")),
        Value::Url => urls::checked(value, LINK_SCHEMES),
        Value::WebUrl => urls::checked(value, urls::WEB_SCHEMES),
        Value::Srcset => urls::checked_srcset(value).map(Cow::Owned),
        Value::Number => is_number(word).then_some(Cow::Borrowed(word)),
        Value::Language => is_language(word).then_some(Cow::Borrowed(word)),
        Value::OneOf(words) => one_of(words, word).map(Cow::Borrowed),
        Value::Classes(allowed) => classes(value, allowed).map(Cow::Owned),
        Value::WordPrefix(prefix) => words(value)
            .find(|word| word.starts_with(prefix))
            .map(Cow::Borrowed),
        Value::Anchor => is_anchor(word).then_some(Cow::Borrowed(word)),
    }
}

/// The word of the list, preferably in the same case: the types `a` and `A` of a list differ.
fn one_of(allowed: &[&'static str], value: &str) -> Option<&'static str> {
    let mut same = allowed.iter().filter(|word| **word == value);
    let mut similar = allowed
        .iter()
        .filter(|word| word.eq_ignore_ascii_case(value));
    same.next().or_else(|| similar.next()).copied()
}

/// The allowed ones of some classes, each once.
fn classes(value: &str, allowed: &[&str]) -> Option<String> {
    let mut kept: Vec<&str> = Vec::new();
    for word in words(value) {
        if allowed.contains(&word) && !kept.contains(&word) {
            kept.push(word);
        }
    }
    (!kept.is_empty()).then(|| kept.join(" "))
}

/// Removes the characters that XML does not permit, because feeds contain the text too.
pub fn without_controls(text: &str) -> Cow<'_, str> {
    let is_wrong = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(is_wrong) {
        Cow::Owned(text.replace(is_wrong, ""))
    } else {
        Cow::Borrowed(text)
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

fn is_anchor(value: &str) -> bool {
    !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split_ascii_whitespace()
}
