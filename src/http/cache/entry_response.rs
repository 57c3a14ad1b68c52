//! Builds the response to one request from an entry: a 200 in the coding that the client prefers, or a 304.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody, None as NoBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    LAST_MODIFIED, LINK,
};

use super::caching_headers::CachingHeaders;
use super::coding::Coding;
use super::entry::{Content, Entry};
use super::preconditions::Preconditions;
use super::representations::SelectedRepresentation;
use super::status::Status;
use super::surrogate_headers::{CACHE_TAG, SURROGATE_KEY};
use crate::http::problem::Problem;
use crate::timestamp::Timestamp;

/// The request headers that determine the response: the preferred coding and the preconditions.
pub struct RequestPreferences<'a> {
    coding: Option<Coding>,
    preconditions: Preconditions<'a>,
}

impl<'a> RequestPreferences<'a> {
    /// Reads the preferences from the request's headers.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Self {
            coding: Coding::preferred(headers),
            preconditions: Preconditions::of(headers),
        }
    }

    /// Copies the preferences, so that they outlive the request's headers.
    pub fn into_owned(self) -> RequestPreferences<'static> {
        RequestPreferences {
            coding: self.coding,
            preconditions: self.preconditions.into_owned(),
        }
    }
}

/// A response to be built from an entry.
pub struct EntryResponse<'a> {
    /// The entry to send.
    pub entry: &'a Entry,
    /// The preferences and preconditions of the client.
    pub preferences: &'a RequestPreferences<'a>,
    /// The current time.
    pub now: Timestamp,
    /// The cache status to report.
    pub status: Status,
}

impl EntryResponse<'_> {
    /// Returns the response; `None` if the body must be encoded first.
    pub fn if_ready(&self) -> Option<HttpResponse> {
        let response = match &self.entry.content {
            Content::Body {
                representations,
                caching,
            } => self.with_body(representations.ready(self.preferences.coding)?, caching),
            Content::Empty(problem) => self.without_body(problem.as_ref()),
        };
        Some(self.with_status(response))
    }

    /// Encodes the body if necessary and returns the response.
    pub async fn when_ready(&self) -> HttpResponse {
        let response = match &self.entry.content {
            Content::Body {
                representations,
                caching,
            } => self.with_body(representations.get(self.preferences.coding).await, caching),
            Content::Empty(problem) => self.without_body(problem.as_ref()),
        };
        self.with_status(response)
    }

    fn with_status(&self, mut response: HttpResponse) -> HttpResponse {
        self.status.write_to(&mut response);
        response
    }

    fn with_body(
        &self,
        selected: SelectedRepresentation<'_>,
        caching: &CachingHeaders,
    ) -> HttpResponse {
        let representation = selected.representation;
        let last_modified = caching.last_modified(self.now);
        let modified = last_modified.map(|(at, _)| at);
        let is_not_modified = self.may_be_304()
            && self
                .preferences
                .preconditions
                .is_not_modified(&representation.etag, modified);
        let mut response = if is_not_modified {
            HttpResponse::with_body(StatusCode::NOT_MODIFIED, NoBody::new().boxed())
        } else {
            HttpResponse::with_body(
                self.entry.status,
                BoxBody::new(representation.bytes.clone()),
            )
        };
        let headers = response.headers_mut();
        let own = self.entry.headers.iter();
        for (name, value) in own.filter(|(name, _)| !is_not_modified || !is_left_out_of_304(name)) {
            headers.append(name.clone(), value.clone());
        }
        if let (Some(coding), false) = (selected.coding, is_not_modified) {
            headers.insert(CONTENT_ENCODING, coding.token());
        }
        if let Some((_, value)) = last_modified {
            headers.insert(LAST_MODIFIED, value.clone());
        }
        headers.insert(ETAG, representation.etag.clone());
        let cache_control = match self.status {
            Status::StaleIfError => caching.lifetime().cache_control(Some(0)),
            _ => caching.cache_control(self.now, self.entry.until),
        };
        headers.insert(CACHE_CONTROL, cache_control);
        response
    }

    /// Returns whether a 304 is permitted. An entry in its last second is sent in full: nginx treats a 304 with
    /// `max-age=0` as one without a lifetime and keeps its copy for as long as the previous response said, which is
    /// past the expiry. A stale response that stands in for a failed origin must not renew copies elsewhere either.
    fn may_be_304(&self) -> bool {
        !self.entry.is_ending(self.now) && self.status != Status::StaleIfError
    }

    fn without_body(&self, problem: Option<&Problem>) -> HttpResponse {
        let mut response = HttpResponse::new(self.entry.status);
        for (name, value) in &self.entry.headers {
            response.headers_mut().append(name.clone(), value.clone());
        }
        if let Some(problem) = problem {
            response.extensions_mut().insert(problem.clone());
        }
        response
    }
}

/// Returns whether a 304 omits the header, which the client already has (RFC 9110 section 15.4.5).
fn is_left_out_of_304(name: &HeaderName) -> bool {
    [
        CONTENT_TYPE,
        CONTENT_LANGUAGE,
        LINK,
        SURROGATE_KEY,
        CACHE_TAG,
    ]
    .contains(name)
}
