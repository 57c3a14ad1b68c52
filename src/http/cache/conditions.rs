//! What a client says it has: `If-None-Match` and `If-Modified-Since` (RFC 9110 section 13).

use std::time::UNIX_EPOCH;

use actix_web::http::header::{HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// Both, as they were sent.
#[derive(Default)]
pub struct Conditions {
    tags: Vec<HeaderValue>,
    since: Option<HeaderValue>,
}

impl Conditions {
    /// Those of a request.
    pub fn read(headers: &HeaderMap) -> Self {
        Self {
            tags: headers.get_all(IF_NONE_MATCH).cloned().collect(),
            since: headers.get(IF_MODIFIED_SINCE).cloned(),
        }
    }

    /// Whether the client has what would be sent: with this `ETag`, and last modified then, if that is told.
    pub fn hold(&self, tag: &HeaderValue, modified: Option<i64>) -> bool {
        if !self.tags.is_empty() {
            return self.tags.iter().any(|seen| names(seen, tag));
        }
        let since = self.since.as_ref().and_then(|since| since.to_str().ok());
        let since = since.and_then(|since| httpdate::parse_http_date(since).ok());
        let since = since.and_then(|since| since.duration_since(UNIX_EPOCH).ok());
        let since = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        matches!((since, modified), (Some(since), Some(modified)) if modified <= since)
    }
}

/// RFC 9110 section 13.1.2: a list, compared weakly.
fn names(seen: &HeaderValue, tag: &HeaderValue) -> bool {
    let mut seen = seen.as_bytes().split(|byte| *byte == b',');
    seen.any(|seen| {
        let seen = seen.trim_ascii();
        let seen = seen.strip_prefix(b"W/").unwrap_or(seen);
        seen == b"*" || seen == tag.as_bytes()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TAG: HeaderValue = HeaderValue::from_static("\"b\"");
    /// 1 May 2026, 08:00:00 UTC.
    const MAY: i64 = 1_777_622_400;

    fn hold(tags: &[&'static str], since: Option<&'static str>) -> bool {
        let conditions = Conditions {
            tags: tags
                .iter()
                .map(|tag| HeaderValue::from_static(tag))
                .collect(),
            since: since.map(HeaderValue::from_static),
        };
        conditions.hold(&TAG, Some(MAY))
    }

    #[test]
    fn tags_are_lists_compared_weakly() {
        for seen in [
            "\"b\"",
            "W/\"b\"",
            "*",
            "\"a\", \"b\"",
            "W/\"a\",W/\"b\" , \"c\"",
            " * ",
        ] {
            assert!(hold(&[seen], None), "{seen}");
        }
        for seen in ["\"a\"", "b", "", "\"B\"", "W/", "w/\"b\"", "\"a\" \"b\""] {
            assert!(!hold(&[seen], None), "{seen}");
        }
        assert!(hold(&["\"a\"", "\"b\""], None));
    }

    #[test]
    fn a_date_counts_where_no_tag_is_given() {
        let then = "Fri, 01 May 2026 08:00:00 GMT";
        assert!(hold(&[], Some(then)));
        assert!(hold(&[], Some("Friday, 01-May-26 08:00:01 GMT")));
        assert!(!hold(&[], Some("Fri, 01 May 2026 07:59:59 GMT")));
        assert!(!hold(&["\"a\""], Some(then)));
        for malformed in ["", "tomorrow", "2026-05-01T08:00:00Z"] {
            assert!(!hold(&[], Some(malformed)), "{malformed}");
        }
        let conditions = Conditions {
            since: Some(HeaderValue::from_static(then)),
            ..Conditions::default()
        };
        assert!(!conditions.hold(&TAG, None), "nothing is told of when");
        assert!(!hold(&[], None));
    }
}
