//! The answer to one request from an entry: in the coding that the client prefers, or a 304.

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
use super::representations::Selected;
use super::status::Status;
use crate::http::problem::Problem;
use crate::timestamp::Timestamp;

/// The headers of a request that select its answer.
pub struct Selection<'a> {
    coding: Option<Coding>,
    preconditions: Preconditions<'a>,
}

impl<'a> Selection<'a> {
    /// Those of a request with these headers.
    pub fn of(headers: &'a HeaderMap) -> Self {
        Self {
            coding: Coding::preferred(headers),
            preconditions: Preconditions::of(headers),
        }
    }

    /// A copy that outlives the request's headers.
    pub fn into_owned(self) -> Selection<'static> {
        Selection {
            coding: self.coding,
            preconditions: self.preconditions.into_owned(),
        }
    }
}

/// An answer in the making.
pub struct Reply<'a> {
    /// The entry that is sent.
    pub entry: &'a Entry,
    /// The headers of the request.
    pub selection: &'a Selection<'a>,
    /// The present time.
    pub now: Timestamp,
    /// How the cache came by the entry.
    pub status: Status,
}

impl Reply<'_> {
    /// The answer; `None` if the body has to be encoded first.
    pub fn if_ready(&self) -> Option<HttpResponse> {
        let response = match &self.entry.content {
            Content::Body {
                representations,
                caching,
            } => self.with_body(representations.ready(self.selection.coding)?, caching),
            Content::Empty(problem) => self.without_body(problem.as_ref()),
        };
        Some(self.with_status(response))
    }

    /// The answer, once the body is encoded.
    pub async fn when_ready(&self) -> HttpResponse {
        let response = match &self.entry.content {
            Content::Body {
                representations,
                caching,
            } => self.with_body(representations.get(self.selection.coding).await, caching),
            Content::Empty(problem) => self.without_body(problem.as_ref()),
        };
        self.with_status(response)
    }

    fn with_status(&self, mut response: HttpResponse) -> HttpResponse {
        self.status.write_to(&mut response);
        response
    }

    fn with_body(&self, selected: Selected<'_>, caching: &CachingHeaders) -> HttpResponse {
        let representation = selected.representation;
        let last_modified = caching.last_modified(self.now);
        let modified = last_modified.map(|(at, _)| at);
        let is_not_modified = self.may_be_304()
            && self
                .selection
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

    /// In its last second an answer is sent whole: nginx takes a 304 with `max-age=0` for one without a lifetime, and keeps
    /// its copy for as long as the answer before said, which is past the end. An answer that stands in for a failed origin
    /// is not renewed elsewhere either.
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

/// RFC 9110 section 15.4.5: the client has these already.
fn is_left_out_of_304(name: &HeaderName) -> bool {
    [CONTENT_TYPE, CONTENT_LANGUAGE, LINK].contains(name)
}
