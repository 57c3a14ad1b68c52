//! Responses of the delivery surface. They may be cached, but never beyond the next time at which they change.

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::http::cache::cacheable::Cacheable;
use crate::http::contract::signature::{Describe, Signature};

/// The description of a redirect, in the documents.
pub const MOVED: &str = "The slug is a former one or has capital letters, or the id is that of something that was merged into another. `Location` has the current URL, with the same query.";

/// The return value of a handler of the delivery surface.
pub struct PublicResponse<R> {
    inner: R,
    headers: Vec<(HeaderName, String)>,
    /// The keys and the expiry of the response, if it may be stored and shared.
    shown: Option<Cacheable>,
}

impl<R> PublicResponse<R> {
    /// Creates a response that may be stored until something that it shows changes.
    pub fn cacheable(inner: R, headers: Vec<(HeaderName, String)>, shown: Cacheable) -> Self {
        Self {
            inner,
            headers,
            shown: Some(shown),
        }
    }

    /// Creates a response for this client alone, which must not be cached.
    pub fn private(inner: R, headers: Vec<(HeaderName, String)>) -> Self {
        Self {
            inner,
            headers,
            shown: None,
        }
    }

    /// Leaves `Last-Modified` out, because the response also changes without a trace in the change log.
    pub fn undated(mut self) -> Self {
        if let Some(shown) = &mut self.shown {
            shown.is_undated = true;
        }
        self
    }

    /// Adds a header, if it has a value.
    pub fn with_some(mut self, name: HeaderName, value: Option<String>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }
}

impl<R: Responder<Body = BoxBody>> Responder for PublicResponse<R> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.inner.respond_to(request);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        if let Some(shown) = self.shown {
            response.extensions_mut().insert(shown);
        }
        response
    }
}

impl<R: Describe> Describe for PublicResponse<R> {
    fn describe(signature: &mut Signature) {
        R::describe(signature);
        signature.is_cacheable = true;
    }
}
