//! The responses that are stored for repeated requests.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, DATE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use actix_web::web::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::http::problem::{Problem, Written};

/// The response header that marks a repeated response.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A response as the handler returned it.
#[derive(Debug, PartialEq, Eq)]
pub struct StoredResponse {
    head: Head,
    body: Bytes,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    status: u16,
    headers: Vec<(String, String)>,
    /// The problem document without the request's id, which differs for a repeated request.
    problem: Option<Value>,
}

/// The headers that are specific to one response or that the server writes itself.
const NOT_STORED: [HeaderName; 5] = [
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    DATE,
    TRANSFER_ENCODING,
];

impl StoredResponse {
    /// Creates the stored form of a response and its body.
    pub fn new<B>(response: &HttpResponse<B>, body: Bytes) -> Self {
        let headers = response.headers().iter();
        let headers = headers.filter(|(name, _)| !NOT_STORED.contains(name));
        let headers = headers.filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        });
        Self {
            head: Head {
                status: response.status().as_u16(),
                headers: headers.collect(),
                problem: Problem::of(response).map(|problem| problem.document()),
            },
            body,
        }
    }

    /// Serialises the response.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if it cannot be serialised as JSON.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(&self.head).map_err(broken)?;
        // serde_json writes no line feeds, so the first one ends the head.
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        Ok(bytes)
    }

    /// Deserialises a response.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the bytes are not a stored response.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (head, body) = end
            .and_then(|end| Some((bytes.get(..end)?, bytes.get(end + 1..)?)))
            .ok_or_else(|| Error::Internal("a stored response without a head".into()))?;
        Ok(Self {
            head: serde_json::from_slice(head).map_err(broken)?,
            body: Bytes::copy_from_slice(body),
        })
    }

    /// Returns the response to a repeated request.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the stored status or a stored header is invalid.
    pub fn into_response(self) -> Result<HttpResponse> {
        let status = StatusCode::from_u16(self.head.status).map_err(broken)?;
        let mut response = HttpResponse::with_body(status, BoxBody::new(self.body));
        for (name, value) in &self.head.headers {
            let name = HeaderName::try_from(name.as_str()).map_err(broken)?;
            let value = HeaderValue::from_str(value).map_err(broken)?;
            response.headers_mut().append(name, value);
        }
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
        if let Some(problem) = self.head.problem {
            response.extensions_mut().insert(Written(problem));
        }
        Ok(response)
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal(format!("a stored response: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_answer_comes_back_whole_but_for_the_headers_of_each_response() {
        let response = HttpResponse::Created()
            .insert_header(("location", "/v1/admin/tags/1"))
            .insert_header(("date", "Fri, 01 May 2026 08:00:00 GMT"))
            .finish();
        let stored = StoredResponse::new(&response, Bytes::from_static(b"{\n}"));
        let back = StoredResponse::from_bytes(&stored.to_bytes().unwrap()).unwrap();
        assert_eq!(back, stored);
        let response = back.into_response().unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(
            response.headers().get("location").unwrap(),
            "/v1/admin/tags/1"
        );
        assert_eq!(
            response.headers().get("idempotency-replayed").unwrap(),
            "true"
        );
        assert!(response.headers().get("date").is_none());
    }
}
