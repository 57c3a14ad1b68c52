//! A cache entry: the data from which all responses for one cache key are built.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;

use super::cacheable::Cacheable;
use super::caching_headers::CachingHeaders;
use super::epochs::Epoch;
use super::lifetime::Lifetime;
use super::representations::Representations;
use super::surrogate_headers;
use crate::config::SurrogateHeaders;
use crate::http::problem::Problem;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The surrogate key of every 404, 410 and redirect. Every invalidation includes it, because any change may turn such
/// an answer into another one.
pub const ABSENT: &str = "absent";

/// The memory of an entry in addition to its content: the struct, its slot in the store, and the overhead of the
/// allocator. Measured: with bodies of 300 bytes and five keys, 127 MiB of weight took 122 MiB of memory.
const OVERHEAD: usize = size_of::<Entry>() + 256;
/// The memory of a header in addition to its name and value.
const HEADER_OVERHEAD: usize = size_of::<(HeaderName, HeaderValue)>() + 48;

/// A stored answer.
pub struct Entry {
    /// The status code.
    pub status: StatusCode,
    /// The headers that every response from this entry carries.
    pub headers: Box<[(HeaderName, HeaderValue)]>,
    /// The time at which the entry expires because the clock changes the answer, for example at a scheduled
    /// publication.
    pub until: Option<Timestamp>,
    /// The digests of the surrogate keys, sorted.
    pub digests: Box<[u64]>,
    /// The body, problem or redirect.
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
        /// The body in each content coding.
        representations: Representations,
        /// The caching headers for downstream caches.
        caching: CachingHeaders,
    },
    /// A problem (`Some`) or a redirect (`None`). The problem document is written for each request, because it contains
    /// the request's id.
    Empty(Option<Problem>),
}

/// The state of the cache at the time a request was sent to the origin.
#[derive(Debug, Clone, Copy)]
pub struct FillStart {
    /// The time of the request.
    pub at: Timestamp,
    /// The epoch of the invalidations.
    pub epoch: Epoch,
    /// The time of the last change of public content.
    pub last_modified: Option<Timestamp>,
}

/// The headers that the cache adds to responses.
#[derive(Debug)]
pub struct AddedHeaders {
    /// The headers about caching.
    pub caching: CachingHeaders,
    /// The headers that list the surrogate keys.
    pub surrogate: SurrogateHeaders,
}

impl Entry {
    /// Creates the entry of a 200 response.
    pub fn with_body(
        headers: &HeaderMap,
        body: Bytes,
        cacheable: &Cacheable,
        added: AddedHeaders,
    ) -> Self {
        let mut headers = stored_headers(headers);
        headers.extend(surrogate_headers::headers(&cacheable.keys, added.surrogate));
        Self {
            status: StatusCode::OK,
            headers: headers.into(),
            until: cacheable.until,
            digests: cacheable.keys.digests(),
            content: Content::Body {
                representations: Representations::new(body),
                caching: added.caching,
            },
        }
    }

    /// Creates the entry of a problem or a redirect.
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

    /// Returns whether the entry has expired at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Returns whether the entry expires within one second of `now`, so that no other cache may store it.
    pub fn is_ending(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until < now.plus_seconds(1))
    }

    /// Returns the freshness lifetime of a 200; `None` for a problem or a redirect.
    pub fn lifetime(&self) -> Option<Lifetime> {
        match &self.content {
            Content::Body { caching, .. } => Some(caching.lifetime()),
            Content::Empty(_) => None,
        }
    }

    /// Returns the maximum memory that the entry takes in bytes, including its encoded bodies.
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

/// Returns the headers to store. Headers that vary by request, or that are written anew for each response, are left
/// out.
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
