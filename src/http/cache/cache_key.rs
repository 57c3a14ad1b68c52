//! The cache key of a request (RFC 9111 section 2): its path and its query in canonical form, so that equivalent
//! queries share a key.

use std::borrow::Cow;
use std::cmp::Ordering;

use actix_web::http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::contract::query_string::{self, Pair};
use crate::languages::FALLBACK;

/// Every character except the unreserved ones (RFC 3986 section 2.3) and `,` and `:`, which are frequent in queries.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b':');

/// Returns the path, as `canonicalize` writes it, with the decoded parameters sorted by name and value and encoded
/// again. The values of [`FALLBACK`] keep their order, which is significant. Borrows the address if it already has this
/// form. Returns `None` if the query is not well encoded; such a request is refused.
pub fn cache_key(uri: &Uri) -> Option<Cow<'_, str>> {
    let query = uri.query().unwrap_or_default();
    if query.is_empty() {
        return Some(Cow::Borrowed(uri.path()));
    }
    if let Some(written) = uri.path_and_query()
        && is_canonical(query)
    {
        return Some(Cow::Borrowed(written.as_str()));
    }
    let mut pairs: Vec<Pair<'_>> = query_string::pairs(query).collect::<Result<_, _>>().ok()?;
    pairs.sort_by(|one, other| {
        let by_value = || match one.0.as_ref() {
            FALLBACK => Ordering::Equal,
            _ => one.1.cmp(&other.1),
        };
        one.0.cmp(&other.0).then_with(by_value)
    });
    let mut key = String::with_capacity(uri.path().len() + 1 + query.len());
    key.push_str(uri.path());
    for (index, (name, value)) in pairs.iter().enumerate() {
        key.push(if index == 0 { '?' } else { '&' });
        key.extend(utf8_percent_encode(name, ENCODED));
        key.push('=');
        key.extend(utf8_percent_encode(value, ENCODED));
    }
    Some(Cow::Owned(key))
}

/// Returns whether the query consists of sorted `name=value` pairs that contain nothing encoded and nothing to encode.
fn is_canonical(query: &str) -> bool {
    let plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b',' | b':')
    };
    let mut before = ("", "");
    query.split('&').all(|pair| {
        let Some(pair) = pair.split_once('=') else {
            return false;
        };
        let in_order = before <= pair;
        before = pair;
        in_order && pair.0.bytes().chain(pair.1.bytes()).all(plain)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn key(address: &str) -> Option<String> {
        cache_key(&address.parse().unwrap()).map(Cow::into_owned)
    }

    #[test]
    fn queries_that_mean_the_same_have_one_key() {
        let same = "/v1/posts?fallback=en,original&lang=fr&tag=a%20b&tag=c";
        for address in [
            same,
            "/v1/posts?tag=c&tag=a+b&lang=fr&fallback=en,original",
            "/v1/posts?&lang=fr&&tag=%61%20b&tag=c&fallback=en%2Coriginal&",
            "/v1/posts?l%61ng=fr&tag=c&tag=a%20b&fallback=en%2coriginal",
        ] {
            assert_eq!(key(address).as_deref(), Some(same), "{address}");
        }
        for (address, expected) in [
            ("/v1/posts", "/v1/posts"),
            ("/v1/posts?", "/v1/posts"),
            ("/v1/posts?&", "/v1/posts"),
            ("/v1/posts?a", "/v1/posts?a="),
            ("/v1/posts?q=%C3%A9%26%3d", "/v1/posts?q=%C3%A9%26%3D"),
        ] {
            assert_eq!(key(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn addresses_that_mean_different_things_have_different_keys() {
        let addresses = [
            "/v1/posts?tag=a,b",
            "/v1/posts?tag=a&tag=b",
            "/v1/posts?tag=a%26tag%3Db",
            "/v1/posts?tag=a",
            "/v1/posts?tag=A",
            "/v1/posts?tag=a&tag=a",
            "/v1/posts?tag=a%2Bb",
            "/v1/posts?tag=a+b",
            "/v1/posts?fallback=en&fallback=es",
            "/v1/posts?fallback=es&fallback=en",
            "/v1/posts",
            "/v1/%70osts",
            "/v1/posts%3Ftag=a",
        ];
        let mut keys: Vec<_> = addresses.into_iter().map(|one| key(one).unwrap()).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), addresses.len(), "{keys:?}");
    }

    #[test]
    fn a_badly_encoded_query_has_no_key() {
        for query in ["a=%", "a=%zz", "%ff=1", "b=1&a=%C3"] {
            assert_eq!(key(&format!("/v1/posts?{query}")), None, "{query}");
        }
    }

    #[test]
    fn a_canonical_address_is_borrowed() {
        for address in [
            "/v1/posts",
            "/v1/posts?lang=fr&limit=20",
            "/v1/posts?at=2026-05-01T08:00:00Z",
        ] {
            let uri = address.parse().unwrap();
            assert!(
                matches!(cache_key(&uri), Some(Cow::Borrowed(_))),
                "{address}"
            );
        }
    }
}
