//! The credentials of a request: an access token or an API key. Only headers may contain them, because URLs end up in logs
//! and in the history of browsers.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::error::{Credentials, Error, Fault, Result};

/// The header for API keys.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The beginning of every API key.
pub const KEY_PREFIX: &str = "trb_live_";

/// The credentials of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented<'a> {
    /// A bearer token (RFC 6750).
    Token(&'a str),
    /// An API key, or what was sent in its place.
    Key(&'a str),
}

impl<'a> Presented<'a> {
    /// Returns the credentials of a request; `None` if it has none for this server. Credentials of other schemes are not for
    /// this server: a proxy in front of it may ask for them.
    ///
    /// # Errors
    /// Returns [`Error::Header`] for more than one token or key, of which each reader might take another, and
    /// [`Error::Unauthenticated`] for a header that cannot be read.
    pub fn of(headers: &'a HeaderMap) -> Result<Option<Self>> {
        let authorization = only(headers, &AUTHORIZATION, "Authorization")?;
        let bearer = authorization.map(bearer).transpose()?.flatten();
        let key = only(headers, &API_KEY, "X-API-Key")?;
        match (bearer, key) {
            (Some(_), Some(_)) => Err(Error::Header(Fault::header(
                "X-API-Key",
                "not_allowed",
                "must not be sent together with a token or key in Authorization",
            ))),
            (None, Some(key)) => Ok(Some(Self::Key(text(key)?.trim()))),
            (Some(token), None) if token.starts_with(KEY_PREFIX) => Ok(Some(Self::Key(token))),
            (token, None) => Ok(token.map(Self::Token)),
        }
    }
}

/// Returns whether a request has a header that may contain credentials.
pub fn are_sent(headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || headers.contains_key(API_KEY)
}

/// Refuses a query that contains an API key.
///
/// # Errors
/// Returns [`Error::Parameters`] with the parameter, and without the key.
pub fn refuse_keys(query: &str) -> Result<()> {
    if !query.contains(KEY_PREFIX) {
        return Ok(());
    }
    let mut parameters = query.split('&');
    let with_key = parameters.find(|parameter| parameter.contains(KEY_PREFIX));
    let name = with_key.and_then(|parameter| parameter.split('=').next());
    let name = name
        .filter(|name| !name.contains(KEY_PREFIX))
        .unwrap_or("?");
    let detail = "contains an API key, which URLs must not, because logs contain them; send it as \
                  `Authorization: Bearer` or `X-API-Key`, and replace this one";
    Err(Error::parameter(name, "key_in_url", detail))
}

/// Returns the only value of a header that is not empty.
fn only<'a>(
    headers: &'a HeaderMap,
    header: &HeaderName,
    name: &'static str,
) -> Result<Option<&'a HeaderValue>> {
    let mut values = headers.get_all(header).filter(|value| !value.is_empty());
    let first = values.next();
    match values.next() {
        Some(_) => {
            let detail = "must be sent only once";
            Err(Error::Header(Fault::header(
                name,
                "duplicate_header",
                detail,
            )))
        }
        None => Ok(first),
    }
}

/// Returns the token of the scheme `Bearer` (RFC 6750 section 2.1); `None` for another scheme.
fn bearer(header: &HeaderValue) -> Result<Option<&str>> {
    let bad = Error::Unauthenticated(Credentials::BadToken);
    let (scheme, token) = text(header)?.split_once(' ').ok_or(bad)?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    Ok(is_bearer.then_some(token.trim()))
}

fn text(header: &HeaderValue) -> Result<&str> {
    let text = header.to_str().ok();
    text.ok_or(Error::Unauthenticated(Credentials::BadToken))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::try_from(*name).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_token_or_a_key_is_found_in_either_header() {
        for (lines, found) in [
            (&[][..], None),
            (
                &[("authorization", "Bearer a.b.c")],
                Some(Presented::Token("a.b.c")),
            ),
            (
                &[("authorization", "bearer  trb_live_x")],
                Some(Presented::Key("trb_live_x")),
            ),
            (
                &[("x-api-key", "trb_live_x")],
                Some(Presented::Key("trb_live_x")),
            ),
            (&[("x-api-key", "x")], Some(Presented::Key("x"))),
            (&[("authorization", "Basic YTpi")], None),
            (&[("authorization", "")], None),
            (
                &[("authorization", "Basic YTpi"), ("x-api-key", "x")],
                Some(Presented::Key("x")),
            ),
        ] {
            assert_eq!(Presented::of(&headers(lines)).unwrap(), found, "{lines:?}");
        }
    }

    #[test]
    fn more_than_one_is_refused() {
        for lines in [
            &[("authorization", "Bearer a"), ("authorization", "Bearer b")][..],
            &[("authorization", "Bearer a"), ("authorization", "Basic b")],
            &[("x-api-key", "a"), ("x-api-key", "a")],
            &[("authorization", "Bearer a"), ("x-api-key", "b")],
        ] {
            let headers = headers(lines);
            let refused = Presented::of(&headers);
            assert!(matches!(refused, Err(Error::Header(_))), "{lines:?}");
        }
    }

    #[test]
    fn a_key_in_a_query_is_refused_and_not_repeated() {
        assert!(refuse_keys("q=trb_live&lang=fr").is_ok());
        let refused = refuse_keys("lang=fr&api_key=trb_live_secret").unwrap_err();
        let text = refused.to_string();
        assert!(
            text.starts_with("api_key: ") && !text.contains("secret"),
            "{text}"
        );
        assert!(refuse_keys("trb_live_secret").is_err());
    }
}
