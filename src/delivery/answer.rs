//! An answer of the delivery surface: may be kept, but never past the next moment at which it would be another.

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder};

use crate::http::cache::surrogate_keys::Cacheable;
use crate::http::contract::signature::{Describe, Signature};

/// Anything handlers of the delivery surface give back.
pub struct Delivered<R> {
    reply: R,
    headers: Vec<(HeaderName, String)>,
    /// What it shows, if it may be kept and shared.
    shown: Option<Cacheable>,
}

impl<R> Delivered<R> {
    /// An answer that may be kept until something that it shows is another; with what the headers say.
    pub fn kept(reply: R, headers: Vec<(HeaderName, String)>, shown: Cacheable) -> Self {
        Self {
            reply,
            headers,
            shown: Some(shown),
        }
    }

    /// An answer that is meant for who asks, and that nobody may keep: `http::access_log` says so, by the surface.
    pub fn private(reply: R, headers: Vec<(HeaderName, String)>) -> Self {
        Self {
            reply,
            headers,
            shown: None,
        }
    }

    /// Adds a header, if there is something to say.
    pub fn with_some(mut self, name: HeaderName, value: Option<String>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }
}

impl<R: Responder<Body = BoxBody>> Responder for Delivered<R> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.reply.respond_to(request);
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

impl<R: Describe> Describe for Delivered<R> {
    fn describe(signature: &mut Signature) {
        R::describe(signature);
        signature.may_be_kept = true;
    }
}
