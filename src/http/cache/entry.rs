//! An entry of the cache: everything that answers to one cache key are made of.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;

use super::caching_headers::CachingHeaders;
use super::epochs::Epoch;
use super::lifetime::Lifetime;
use super::representations::Representations;
use super::surrogate_headers;
use super::surrogate_keys::{Cacheable, SurrogateKeys};
use crate::http::problem::Problem;
use crate::timestamp::Timestamp;

/// The surrogate key of every 404, 410 and redirect: any change may make it another answer.
pub const ABSENT: &str = "absent";

/// What an entry takes besides its bytes: the struct, its place in the store, and what the allocator adds. Measured: with
/// bodies of 300 bytes and five keys, 127 MiB of weight took 122 MiB of memory.
const OVERHEAD: usize = size_of::<Entry>() + 256;
/// The same for a header.
const HEADER_OVERHEAD: usize = size_of::<(HeaderName, HeaderValue)>() + 48;

/// An entry.
pub struct Entry {
    /// The status.
    pub status: StatusCode,
    /// The headers of every answer from this entry.
    pub headers: Box<[(HeaderName, HeaderValue)]>,
    /// When the clock makes it another answer.
    pub until: Option<Timestamp>,
    /// The digests of its surrogate keys, sorted.
    pub digests: Box<[u64]>,
    /// The content.
    pub content: Content,
}

/// The content of an entry.
#[expect(
    clippy::large_enum_variant,
    reason = "almost every entry has a body, and each is in one `Arc` already"
)]
pub enum Content {
    /// A 200 with a body.
    Body {
        /// The body in its codings.
        representations: Representations,
        /// What other caches are told.
        caching: CachingHeaders,
    },
    /// A problem or a redirect. A problem document is written for each request, since it carries the request's id.
    Empty(Option<Problem>),
}

/// The state of the cache when an answer was requested from the origin.
#[derive(Debug, Clone, Copy)]
pub struct FillStart {
    /// The time.
    pub at: Timestamp,
    /// The epoch.
    pub epoch: Epoch,
    /// The time of the last change of public content.
    pub last_modified: Option<Timestamp>,
}

impl Entry {
    /// The entry of a 200.
    pub fn with_body(
        headers: &HeaderMap,
        body: Bytes,
        cacheable: &Cacheable,
        caching: CachingHeaders,
    ) -> Self {
        let mut headers = stored_headers(headers);
        let surrogate = surrogate_headers::headers(&cacheable.keys);
        headers.extend(surrogate.into_iter().flatten());
        Self {
            status: StatusCode::OK,
            headers: headers.into(),
            until: cacheable.until,
            digests: cacheable.keys.digests(),
            content: Content::Body {
                representations: Representations::new(body),
                caching,
            },
        }
    }

    /// The entry of a problem or a redirect.
    pub fn without_body(
        status: StatusCode,
        headers: &HeaderMap,
        problem: Option<Problem>,
        until: Timestamp,
    ) -> Self {
        Self {
            status,
            headers: stored_headers(headers).into(),
            until: Some(until),
            // An entry without surrogate keys is never stored.
            digests: if status.is_server_error() {
                Box::default()
            } else {
                SurrogateKeys::new().with(ABSENT).digests()
            },
            content: Content::Empty(problem),
        }
    }

    /// Whether the clock has made it another answer.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether the clock makes it another answer within a second, so that no other cache may keep it.
    pub fn is_ending(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until < now.plus_seconds(1))
    }

    /// The freshness lifetime of a 200.
    pub fn lifetime(&self) -> Option<Lifetime> {
        match &self.content {
            Content::Body { caching, .. } => Some(caching.lifetime()),
            Content::Empty(_) => None,
        }
    }

    /// The most bytes that it takes, its encoded bodies included.
    pub fn weight(&self) -> usize {
        let header = |(name, value): &(HeaderName, HeaderValue)| {
            name.as_str().len() + value.len() + HEADER_OVERHEAD
        };
        let headers: usize = self.headers.iter().map(header).sum();
        let content = match &self.content {
            Content::Body {
                representations, ..
            } => representations.weight(),
            Content::Empty(_) => 0,
        };
        OVERHEAD + content + headers + size_of_val(&*self.digests)
    }
}

/// The headers that are stored. Those that differ by request, or that are written anew for each answer, are not.
fn stored_headers(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let is_stored = |name: &HeaderName| {
        !name.as_str().starts_with("access-control-")
            && !matches!(name.as_str(), "vary" | "etag" | "content-encoding")
    };
    let stored = headers.iter().filter(|(name, _)| is_stored(name));
    stored
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
