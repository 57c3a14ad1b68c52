//! The request header `Prefer` (RFC 7240). Preferences that are unknown or malformed are ignored.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest};

/// The request header.
pub const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The response header that names the preferences that were honoured.
pub const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// The preference for an answer without representations, as a member of both headers.
pub const MINIMAL: &str = "return=minimal";

/// The extent of the answer that the client prefers (RFC 7240 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// With the representations of what was written.
    Full,
    /// `return=minimal`: without them.
    Minimal,
}

impl FromRequest for Extent {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(extent(request.headers())))
    }
}

/// The first `return` counts, as with any preference. `minimal` and `representation` together count as neither.
fn extent(headers: &HeaderMap) -> Extent {
    let lines = headers.get_all(PREFER).map(|line| line.as_bytes());
    let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
    let preferences = lines.iter().flat_map(|line| split(line, ','));
    let values: Vec<&str> = preferences.filter_map(value_of_return).collect();
    let is_minimal = |value: &&str| value.eq_ignore_ascii_case("minimal");
    let is_whole = |value: &&str| value.eq_ignore_ascii_case("representation");
    if values.first().is_some_and(is_minimal) && !values.iter().any(is_whole) {
        Extent::Minimal
    } else {
        Extent::Full
    }
}

/// Returns the value of a preference that is called `return`, without its parameters.
fn value_of_return(preference: &str) -> Option<&str> {
    let (name, value) = split(preference, ';').next()?.split_once('=')?;
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let is_return = name.trim().eq_ignore_ascii_case("return");
    is_return.then_some(quoted.unwrap_or(value))
}

/// Splits a text at `separator`, except within quoted strings (RFC 9110 section 5.6.4).
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |c| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match c {
            _ if was_escaped => {}
            '\\' => is_escaped = is_quoted,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == separator && !is_quoted
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn is_minimal(lines: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(PREFER, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        extent(&headers) == Extent::Minimal
    }

    #[test]
    fn the_preference_is_found_among_others() {
        for lines in [
            &["return=minimal"][..],
            &["RETURN = Minimal"],
            &["return=\"minimal\""],
            &["return=minimal; foo=\"a, b\""],
            &["respond-async, wait=100 ,return=minimal"],
            &["foo=\"a\\\", return=representation\", return=minimal"],
            &["foo=\"é\", return=minimal"],
            &["handling=lenient", "return=minimal"],
            &["return=minimal, return=minimal"],
            &[",, =x, foo, return=minimal"],
        ] {
            assert!(is_minimal(lines), "{lines:?}");
        }
    }

    #[test]
    fn anything_else_is_ignored() {
        for lines in [
            &[][..],
            &[""],
            &["return"],
            &["return="],
            &["minimal"],
            &["return=small"],
            &["return=\"minimal"],
            &["return=minimal x"],
            &["foo=\"return=minimal\""],
            &["foo=\", return=minimal"],
            &["foo; return=minimal"],
            &["return=representation"],
            &["return=small, return=minimal"],
            &["return=minimal, return=representation"],
            &["return=representation", "return=minimal"],
        ] {
            assert!(!is_minimal(lines), "{lines:?}");
        }
    }
}
