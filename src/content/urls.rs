//! Reads addresses as browsers do, and accepts only those that lead to a place on the web or to another agreed scheme.

use std::{borrow::Cow, sync::LazyLock};

use url::{ParseError, Url};

/// The schemes of pages, images and players.
pub(super) const WEB_SCHEMES: &[&str] = &["http", "https"];

/// Returns the address without white space around it and without the line breaks and tabs that browsers drop inside it;
/// `None` unless it is relative or has one of these schemes.
pub(super) fn checked<'a>(value: &'a str, schemes: &[&str]) -> Option<Cow<'a, str>> {
    let is_dropped = |c: char| matches!(c, '\t' | '\n' | '\r');
    let trimmed = value.trim_matches(|c: char| c <= ' ');
    let address = if trimmed.contains(is_dropped) {
        Cow::Owned(trimmed.replace(is_dropped, ""))
    } else {
        Cow::Borrowed(trimmed)
    };
    // Scripts may trim any white space around a URL, more than browsers do.
    let is_allowed = match Url::parse(address.trim()) {
        Ok(url) => schemes.contains(&url.scheme()),
        Err(problem) => problem == ParseError::RelativeUrlWithoutBase,
    };
    (is_allowed && !address.contains(char::is_control)).then_some(address)
}

/// Returns the candidates of a `srcset` whose addresses and descriptors are valid; `None` if there are none.
pub(super) fn checked_srcset(value: &str) -> Option<String> {
    let is_space = |c: char| c.is_ascii_whitespace();
    let mut candidates = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|c| is_space(c) || c == ',');
        if rest.is_empty() {
            break;
        }
        let (written, after) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        // An address may contain a comma. One at its end separates it from the next candidate.
        let address = written.trim_end_matches(',');
        let (descriptor, after) = match written.len() - address.len() {
            0 => after.split_once(',').unwrap_or((after, "")),
            _ => ("", after),
        };
        rest = after;
        if let Some(address) = checked(address, WEB_SCHEMES)
            && descriptor.split_ascii_whitespace().all(is_descriptor)
        {
            let words = std::iter::once(&*address).chain(descriptor.split_ascii_whitespace());
            candidates.push(words.collect::<Vec<_>>().join(" "));
        }
    }
    (!candidates.is_empty()).then(|| candidates.join(", "))
}

/// `480w`, `1.5x`.
fn is_descriptor(word: &str) -> bool {
    let number = word.strip_suffix(['w', 'x', 'h']).unwrap_or_default();
    !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The address of something embedded: relative, or with `http` or `https`, which replaces a missing scheme before a host.
pub(super) fn embedded(value: &str) -> Option<String> {
    let address = checked(value, WEB_SCHEMES)?;
    let is_page = !address.is_empty() && !address.starts_with('#');
    is_page.then(|| match address.starts_with("//") {
        true => format!("https:{address}"),
        false => address.into_owned(),
    })
}

/// Parses an absolute web address.
pub(super) fn absolute(address: &str) -> Option<Url> {
    Url::parse(address)
        .ok()
        .filter(|url| WEB_SCHEMES.contains(&url.scheme()) && url.has_host())
}

/// Returns whether a link leads to another site: whether it names a host.
pub(super) fn leads_elsewhere(href: &str) -> bool {
    static BASE: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("https://here.invalid/").ok());
    // The URL is resolved, not searched for `//`, because browsers read `\\host` and `/\host` as hosts too.
    let target = BASE.as_ref().and_then(|base| base.join(href).ok());
    target.is_some_and(|target| target.has_host() && target.host_str() != Some("here.invalid"))
}
