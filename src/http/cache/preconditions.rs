//! The preconditions of a delivery request: `If-None-Match` and `If-Modified-Since` (RFC 9110 section 13).

use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use actix_web::http::header::{HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};

use crate::http::entity_tags::{self, Member};

/// The precondition headers of a request. They are read only when a response is available: most requests need them at
/// most once.
pub struct Preconditions<'a>(Cow<'a, HeaderMap>);

impl<'a> Preconditions<'a> {
    /// Returns the preconditions in the request's headers.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Self(Cow::Borrowed(headers))
    }

    /// Copies the preconditions, so that they outlive the request's headers.
    pub fn into_owned(self) -> Preconditions<'static> {
        let mut own = HeaderMap::new();
        for name in [IF_NONE_MATCH, IF_MODIFIED_SINCE] {
            for value in self.0.get_all(&name) {
                own.append(name.clone(), value.clone());
            }
        }
        Preconditions(Cow::Owned(own))
    }

    /// Returns whether the client already has the current representation, so that the response is a 304. `etag` is its
    /// `ETag`, and `modified` its `Last-Modified` in seconds since 1970, if any.
    pub fn is_not_modified(&self, etag: &HeaderValue, modified: Option<i64>) -> bool {
        if self.0.contains_key(IF_NONE_MATCH) {
            return entity_tags::members(&self.0, IF_NONE_MATCH).any(|seen| matches(&seen, etag));
        }
        matches!((self.modified_since(), modified), (Some(since), Some(modified)) if modified <= since)
    }

    fn modified_since(&self) -> Option<i64> {
        let since = self.0.get(IF_MODIFIED_SINCE)?.to_str().ok()?;
        let since = httpdate::parse_http_date(since).ok()?;
        let since = since.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    }
}

/// Compares weakly (RFC 9110 section 8.8.3.2).
fn matches(seen: &Member, etag: &HeaderValue) -> bool {
    match seen {
        Member::Any => true,
        Member::Tag(seen) => {
            let opaque = etag.as_bytes().strip_prefix(b"\"");
            let opaque = opaque.and_then(|opaque| opaque.strip_suffix(b"\""));
            opaque == Some(seen.tag().as_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TAG: HeaderValue = HeaderValue::from_static("\"b\"");
    /// 1 May 2026, 08:00:00 UTC.
    const MAY: i64 = 1_777_622_400;

    fn headers(tags: &[&'static str], since: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for tag in tags {
            headers.append(IF_NONE_MATCH, HeaderValue::from_static(tag));
        }
        if let Some(since) = since {
            headers.append(IF_MODIFIED_SINCE, HeaderValue::from_static(since));
        }
        headers
    }

    fn not_modified(tags: &[&'static str], since: Option<&'static str>) -> bool {
        let headers = headers(tags, since);
        let borrowed = Preconditions::of(&headers).is_not_modified(&TAG, Some(MAY));
        let owned = Preconditions::of(&headers).into_owned();
        assert_eq!(owned.is_not_modified(&TAG, Some(MAY)), borrowed);
        borrowed
    }

    #[test]
    fn tags_are_lists_compared_weakly() {
        for seen in [
            "\"b\"",
            "W/\"b\"",
            "*",
            "\"a\", \"b\"",
            "W/\"a\",W/\"b\" , \"c\"",
            "\"a,b\", \"b\"",
            " * ",
        ] {
            assert!(not_modified(&[seen], None), "{seen}");
        }
        for seen in [
            "\"a\"",
            "b",
            "",
            "\"B\"",
            "W/",
            "w/\"b\"",
            "\"a\" \"b\"",
            "\"a,*,b\"",
            "\"a,b\"",
        ] {
            assert!(!not_modified(&[seen], None), "{seen}");
        }
        assert!(not_modified(&["\"a\"", "\"b\""], None));
    }

    #[test]
    fn a_date_counts_where_no_tag_is_given() {
        let then = "Fri, 01 May 2026 08:00:00 GMT";
        assert!(not_modified(&[], Some(then)));
        assert!(not_modified(&[], Some("Friday, 01-May-26 08:00:01 GMT")));
        assert!(!not_modified(&[], Some("Fri, 01 May 2026 07:59:59 GMT")));
        assert!(!not_modified(&["\"a\""], Some(then)));
        for malformed in ["", "tomorrow", "2026-05-01T08:00:00Z"] {
            assert!(!not_modified(&[], Some(malformed)), "{malformed}");
        }
        let headers = headers(&[], Some(then));
        let preconditions = Preconditions::of(&headers);
        assert!(
            !preconditions.is_not_modified(&TAG, None),
            "the answer has no Last-Modified"
        );
        assert!(!not_modified(&[], None));
    }
}
