//! The headers that tell downstream caches for how long they may reuse a response: `Cache-Control` and `Last-Modified`.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::HeaderValue;

use super::lifetime::Lifetime;
use crate::timestamp::Timestamp;

/// The number of seconds after which every instance knows of a change: the log announces it within one second, and each
/// instance reads it within another.
const SETTLED: i64 = 2;

/// The caching headers of a cache entry.
#[derive(Debug)]
pub struct CachingHeaders {
    lifetime: Lifetime,
    /// `Cache-Control` for as long as the entry does not expire soon.
    cache_control: HeaderValue,
    /// `Last-Modified` as a time and as a header value.
    last_modified: Option<(Timestamp, HeaderValue)>,
}

impl CachingHeaders {
    /// Creates the headers for an entry with this freshness lifetime.
    pub fn new(lifetime: Lifetime, last_modified: Option<Timestamp>) -> Self {
        Self {
            lifetime,
            cache_control: lifetime.cache_control(None),
            last_modified: last_modified.and_then(with_header),
        }
    }

    /// Returns the freshness lifetime (RFC 9111 section 4.2).
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// Returns `Cache-Control` at the time `now` for an entry that expires at `until`.
    pub fn cache_control(&self, now: Timestamp, until: Option<Timestamp>) -> HeaderValue {
        let left = until.map(|until| (until.millis() - now.millis()).div_euclid(1000));
        match left {
            Some(left) if left < self.lifetime.longest() => self.lifetime.cache_control(Some(left)),
            _ => self.cache_control.clone(),
        }
    }

    /// Returns `Last-Modified` as seconds since 1970 and as a header value. Returns `None` for as long as another
    /// change in the same second may still become known, here or on another instance, so that two versions of an answer
    /// never share a date.
    pub fn last_modified(&self, now: Timestamp) -> Option<(i64, &HeaderValue)> {
        let (at, header) = self.last_modified.as_ref()?;
        (seconds(*at) + SETTLED < seconds(now)).then_some((seconds(*at), header))
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.millis().div_euclid(1000)
}

fn with_header(at: Timestamp) -> Option<(Timestamp, HeaderValue)> {
    let since = Duration::from_secs(seconds(at).try_into().ok()?);
    let date = httpdate::fmt_http_date(UNIX_EPOCH.checked_add(since)?);
    Some((at, HeaderValue::try_from(date).ok()?))
}
