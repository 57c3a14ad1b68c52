//! The headers that tell other caches how long they may keep an entry: `Cache-Control` and `Last-Modified`.

use std::time::{Duration, UNIX_EPOCH};

use actix_web::http::header::HeaderValue;

use super::lifetime::Lifetime;
use crate::timestamp::Timestamp;

/// After how many seconds every instance knows of a change: within one second the log announces it, within another it is
/// read.
const SETTLED: i64 = 2;

/// The caching headers of one entry.
#[derive(Debug)]
pub struct CachingHeaders {
    lifetime: Lifetime,
    /// `Cache-Control` while the entry does not expire soon.
    cache_control: HeaderValue,
    /// `Last-Modified`, as a time and as a header.
    last_modified: Option<(Timestamp, HeaderValue)>,
}

impl CachingHeaders {
    /// The headers of an entry with this freshness lifetime.
    pub fn new(lifetime: Lifetime, last_modified: Option<Timestamp>) -> Self {
        Self {
            lifetime,
            cache_control: lifetime.cache_control(None),
            last_modified: last_modified.and_then(with_header),
        }
    }

    /// The freshness lifetime.
    pub fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// `Cache-Control` at `now` of an entry that expires at `until`.
    pub fn cache_control(&self, now: Timestamp, until: Option<Timestamp>) -> HeaderValue {
        let left = until.map(|until| (until.millis() - now.millis()).div_euclid(1000));
        match left {
            Some(left) if left < self.lifetime.longest() => self.lifetime.cache_control(Some(left)),
            _ => self.cache_control.clone(),
        }
    }

    /// `Last-Modified`, as seconds since 1970 and as a header. There is none while another change in the same second may
    /// still come to light, here or on another instance: two states of an answer never have the same date.
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
