//! The `Cache-Status` header (RFC 9211): how the cache handled a request.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// How the cache handled a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It answered from the store.
    Hit,
    /// It answered from the store because the origin failed (RFC 5861 section 4).
    StaleIfError,
    /// It forwarded the request to the origin.
    Forwarded(Forwarded),
    /// It forwarded the request to the origin without a look into the store.
    Bypass,
}

/// A request that the cache forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forwarded {
    /// Why.
    pub reason: Reason,
    /// Whether the answer was stored.
    pub stored: bool,
    /// Whether the request waited for the answer to another one (`collapsed`).
    pub collapsed: bool,
}

/// Why the store had no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There was no entry.
    Miss,
    /// The entry was not fresh.
    Stale,
}

impl Status {
    /// Writes the header.
    pub fn write_to(self, response: &mut HttpResponse) {
        response.headers_mut().insert(CACHE_STATUS, self.value());
    }

    fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Hit => "tribuna; hit",
            Self::StaleIfError => "tribuna; hit; detail=stale-if-error",
            Self::Bypass => "tribuna; fwd=bypass",
            Self::Forwarded(forwarded) => forwarded.value(),
        })
    }
}

impl Forwarded {
    fn value(self) -> &'static str {
        match (self.reason, self.stored, self.collapsed) {
            (Reason::Miss, false, false) => "tribuna; fwd=miss",
            (Reason::Miss, true, false) => "tribuna; fwd=miss; stored",
            (Reason::Miss, false, true) => "tribuna; fwd=miss; collapsed",
            (Reason::Miss, true, true) => "tribuna; fwd=miss; stored; collapsed",
            (Reason::Stale, false, false) => "tribuna; fwd=stale",
            (Reason::Stale, true, false) => "tribuna; fwd=stale; stored",
            (Reason::Stale, false, true) => "tribuna; fwd=stale; collapsed",
            (Reason::Stale, true, true) => "tribuna; fwd=stale; stored; collapsed",
        }
    }
}
