//! `Cache-Status` (RFC 9211): what this cache had to do with an answer.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};

/// The header.
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It was kept.
    Hit,
    /// It was kept, and is sent as asking anew failed.
    StaleIfError,
    /// It was asked for, as it was not there.
    Miss(Brought),
    /// It was asked for, as what was there was no longer sure.
    Stale(Brought),
    /// It was asked for, as this request is its own.
    Bypass,
}

/// What became of an answer that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brought {
    /// Whether it is kept now.
    pub stored: bool,
    /// Whether another request asked for it.
    pub collapsed: bool,
}

impl Status {
    /// Says it in an answer.
    pub fn put(self, response: &mut HttpResponse) {
        response.headers_mut().insert(CACHE_STATUS, self.value());
    }

    fn value(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Hit => "tribuna; hit",
            Self::StaleIfError => "tribuna; hit; detail=stale-if-error",
            Self::Bypass => "tribuna; fwd=bypass",
            Self::Miss(brought) => match (brought.stored, brought.collapsed) {
                (false, false) => "tribuna; fwd=miss",
                (true, false) => "tribuna; fwd=miss; stored",
                (false, true) => "tribuna; fwd=miss; collapsed",
                (true, true) => "tribuna; fwd=miss; stored; collapsed",
            },
            Self::Stale(brought) => match (brought.stored, brought.collapsed) {
                (false, false) => "tribuna; fwd=stale",
                (true, false) => "tribuna; fwd=stale; stored",
                (false, true) => "tribuna; fwd=stale; collapsed",
                (true, true) => "tribuna; fwd=stale; stored; collapsed",
            },
        })
    }
}
