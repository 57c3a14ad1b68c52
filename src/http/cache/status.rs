//! The `Cache-Status` header (RFC 9211), which reports how the cache handled a request.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// The way in which the cache handled a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The response came from the store.
    Hit,
    /// The response came from the store because the origin failed (RFC 5861 section 4).
    StaleIfError,
    /// The request was forwarded to the origin.
    Forwarded(Forwarded),
    /// The request was forwarded to the origin without a lookup in the store.
    Bypass,
}

/// A request that the cache forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forwarded {
    /// The reason for forwarding the request.
    pub reason: Reason,
    /// True if the response was stored.
    pub stored: bool,
    /// True if the request shared the response to another one (`collapsed`).
    pub collapsed: bool,
}

/// The reason why the store could not respond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There was no entry.
    Miss,
    /// The entry was not fresh.
    Stale,
}

impl Status {
    /// Sets the header on a response.
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
