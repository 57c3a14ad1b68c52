//! The extractor of JSON bodies.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::Validate;

use super::body::{read_limited, refused};
use super::typed::{broken_rules, broken_rules_of_members, parse};
use super::unique::Unique;
use crate::error::{Code, Error, Fault, Location, Result};
use crate::http::app_data::app_data;
use crate::http::contract::compiled::Contract;
use crate::http::contract::endpoint::Endpoint;
use crate::http::problem::Problem;

/// The media type of JSON Merge Patch (RFC 7396 section 4).
const MERGE_PATCH: &str = "application/merge-patch+json";

/// A JSON body that is valid against the contract's schema. Its media type and size have been checked, and no object
/// has duplicate members.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Json<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, actix_web::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move { extract(&request, &mut payload).await.map(Self) })
    }
}

async fn extract<T: DeserializeOwned + Validate>(
    request: &HttpRequest,
    payload: &mut Payload,
) -> std::result::Result<T, actix_web::Error> {
    let endpoint = endpoint(request)?;
    check_coding(request)?;
    let is_json = is_json(request);
    if endpoint.needs_body && !is_json {
        return Err(wrong_type());
    }
    let bytes = read_limited(request, payload).await?;
    let value = if bytes.is_empty() && !endpoint.needs_body {
        Value::Object(Map::new())
    } else if is_json {
        value(&bytes)?
    } else {
        return Err(wrong_type());
    };
    let shape = endpoint.body(&value);
    Ok(checked(value, shape)?)
}

/// Returns the operation in the contract.
///
/// # Errors
/// Returns [`Error::Internal`] if there is none, because the body would not be checked.
pub(super) fn endpoint(request: &HttpRequest) -> Result<&Endpoint> {
    app_data::<Contract>(request)?;
    Contract::endpoint_of(request).ok_or_else(|| {
        Error::Internal(format!(
            "the contract has no operation {} {}",
            request.method(),
            request.match_pattern().unwrap_or_default()
        ))
    })
}

fn value(bytes: &BytesMut) -> Result<Value> {
    let parsed = serde_json::from_slice(bytes);
    parsed
        .map(|Unique(value)| value)
        .map_err(|error| malformed(bytes, &error))
}

/// Refuses a body with a content coding (RFC 9110 section 15.5.16): a small body could become very large.
pub(super) fn check_coding(request: &HttpRequest) -> std::result::Result<(), actix_web::Error> {
    let lines = request.headers().get_all(CONTENT_ENCODING);
    let codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let coding = codings
        .map(<[u8]>::trim_ascii)
        .find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"));
    let Some(coding) = coding else {
        return Ok(());
    };
    let detail = format!(
        "The body has the content coding `{}`. Send it without one.",
        coding.escape_ascii()
    );
    let mut response = Problem::new(Code::UnsupportedMediaType, detail).respond();
    let identity = HeaderValue::from_static("identity");
    response.headers_mut().insert(ACCEPT_ENCODING, identity);
    Err(InternalError::from_response("refused", response).into())
}

pub(super) fn wrong_type() -> actix_web::Error {
    refused(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

fn is_json(request: &HttpRequest) -> bool {
    let given = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Ok(given) = given.parse::<mime::Mime>() else {
        return false;
    };
    let utf8 = given
        .get_param(mime::CHARSET)
        .is_none_or(|charset| charset == "utf-8");
    let merge_patch = request.method() == Method::PATCH && given.essence_str() == MERGE_PATCH;
    utf8 && (given.essence_str() == "application/json" || merge_patch)
}

fn malformed(bytes: &[u8], error: &serde_json::Error) -> Error {
    if bytes.is_empty() {
        return Error::Malformed("The body is empty; a JSON document is expected.".into());
    }
    if let Err(utf8) = std::str::from_utf8(bytes) {
        return Error::Malformed(format!(
            "The body is not UTF-8: byte {} is wrong.",
            utf8.valid_up_to()
        ));
    }
    // The messages of serde_json contain the structure, line and column, but nothing of the input except the name of a
    // member.
    Error::Malformed(format!("The body is not valid JSON: {error}."))
}

/// Deserialises a body. `shape` is the result of its check against the schema. Violations of the schema and of the
/// `validator` rules are reported together. If the faults prevent deserialisation, the rules of the other members are
/// applied to what is left without the faulty ones.
pub(super) fn checked<T: DeserializeOwned + Validate>(
    value: Value,
    shape: Result<()>,
) -> Result<T> {
    let mut faults = match shape {
        Ok(()) => Vec::new(),
        Err(Error::Invalid(faults)) => faults,
        Err(other) => return Err(other),
    };
    let broken = match parse::<T>(value.clone()) {
        Ok(typed) => {
            let broken = broken_rules(&typed);
            if faults.is_empty() && broken.is_empty() {
                return Ok(typed);
            }
            broken
        }
        Err(unreadable) => {
            if faults.is_empty() {
                faults = unreadable;
            }
            let rest = parse::<T>(without(value, &faults));
            rest.map_or_else(|_| Vec::new(), |typed| broken_rules_of_members(&typed))
        }
    };
    let known = |fault: &Fault| faults.iter().any(|known| known.at == fault.at);
    let broken: Vec<Fault> = broken.into_iter().filter(|fault| !known(fault)).collect();
    faults.extend(broken);
    Err(Error::Invalid(faults))
}

/// Returns the value without the members that have faults.
fn without(mut value: Value, faults: &[Fault]) -> Value {
    for fault in faults {
        if let Location::Pointer(pointer) = &fault.at
            && let Some((owner, name)) = pointer.rsplit_once('/')
            && let Some(Value::Object(members)) = value.pointer_mut(owner)
        {
            members.remove(name);
        }
    }
    value
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::rt::System;
    use actix_web::test::TestRequest;
    use actix_web::web;
    use serde::Deserialize;

    use super::*;
    use crate::http::contract::texts::Texts;
    use crate::http::problem::Cause;

    #[derive(Debug, Deserialize, Validate)]
    struct Anything {}

    /// Returns the status and the logged reason of the refusal.
    fn refusal(request: TestRequest) -> (u16, String) {
        let (request, mut payload) = request.set_json(Value::Null).to_http_parts();
        let extracted = extract::<Anything>(&request, &mut payload);
        let refusal = System::new().block_on(extracted).unwrap_err();
        let response = refusal.as_response_error().error_response();
        let extensions = response.extensions();
        let cause = extensions.get::<Cause>().map(|Cause(cause)| cause.clone());
        (response.status().as_u16(), cause.unwrap_or_default())
    }

    #[test]
    fn a_body_that_cannot_be_checked_is_an_internal_error_with_a_logged_reason() {
        let (status, cause) = refusal(TestRequest::post());
        assert_eq!(status, 500);
        assert!(cause.contains("the application has no"), "{cause}");
        let contract = web::Data::new(Contract::new(|_| Texts::default(), &[]).unwrap());
        let (status, cause) = refusal(TestRequest::post().app_data(contract));
        assert_eq!(status, 500);
        assert!(cause.contains("no operation POST"), "{cause}");
    }
}
