//! What handlers take in: path, query and body, each read whole, checked against the contract, and typed.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, BytesMut};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::StreamExt;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::contract::compiled::{Contract, Target};
use super::problem::Problem;
use crate::config::Config;
use crate::error::{Code, Error, Fault, Place, Result};
use crate::page::{CursorKey, Listing};

/// The variable parts of the path; one that cannot be what it should be leads nowhere: 404.
pub struct PathParams<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for PathParams<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let nul = request
            .match_info()
            .iter()
            .any(|(_, value)| value.contains('\0'));
        let path = web::Path::<T>::extract(request).into_inner();
        ready(match path {
            Ok(path) if !nul => Ok(Self(path.into_inner())),
            _ => Err(Error::NotFound),
        })
    }
}

/// The query string: checked by `negotiation` for every documented operation, typed here.
pub struct Query<T>(pub T);

/// A query that passed the contract, on its way from the check to [`Query`].
pub(super) struct CheckedQuery(pub(super) Value);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parameters(request).map(Self))
    }
}

/// A page of a list is read off the request like any other parameter, and signed with the key of all instances.
impl FromRequest for Listing {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let listing = parameters(request).and_then(|paging| {
            let key = request.app_data::<web::Data<CursorKey>>();
            let key = key.ok_or_else(|| Error::Internal("no key for cursors".into()))?;
            Self::new(
                request.path(),
                request.query_string(),
                paging,
                (***key).clone(),
            )
        });
        ready(listing)
    }
}

/// Handlers may take parameters in several parts: each finds its own.
fn parameters<T: DeserializeOwned + Validate>(request: &HttpRequest) -> Result<T> {
    let value = request
        .extensions()
        .get::<CheckedQuery>()
        .map_or(Value::Null, |checked| checked.0.clone());
    typed::<T>(value).map_err(|faults| {
        let to_parameter = |fault: Fault| match fault.at {
            Place::Pointer(pointer) => {
                let name = pointer
                    .trim_start_matches('/')
                    .split('/')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                Fault {
                    at: Place::Parameter(name),
                    ..fault
                }
            }
            _ => fault,
        };
        Error::Parameters(faults.into_iter().map(to_parameter).collect())
    })
}

/// Who asks comes before what they ask: closed by the extractor that checks the caller, so that those behind it read
/// nothing, and tell nothing about the request, before the caller is let in. Extractors would else run side by side.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A closed gate before the body of this request.
    pub fn close(request: &HttpRequest) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        request.extensions_mut().insert(Self(gate.clone()));
        Self(gate)
    }

    /// The gate of this request, if its handler asks who calls.
    pub(super) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// Lets the rest in.
    pub fn open(&self) {
        self.0.add_permits(1);
    }

    /// Waits until it is open; if it never is, the caller was refused, and this is dropped.
    pub(super) async fn pass(self) {
        if let Ok(permit) = self.0.acquire().await {
            drop(permit);
        }
    }
}

/// A JSON body: of the right media type and size, without duplicate members, true to its published schema.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Json<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        let gate = Gate::of(&request);
        Box::pin(async move {
            if let Some(gate) = gate {
                gate.pass().await;
            }
            let limit = request
                .app_data::<web::Data<Config>>()
                .map_or(2 << 20, |config| config.server.body_limit);
            let contract = request.app_data::<web::Data<Contract>>();
            let found =
                contract.map(|contract| contract.find(request.method().as_str(), request.path()));
            let operation = match found {
                Some(Target::Operation(operation)) => Some(operation),
                _ => None,
            };
            let is_json = is_json(&request);
            let needs_body = operation.is_none_or(|operation| operation.needs_body);
            if needs_body && !is_json {
                return Err(wrong_type());
            }
            let bytes = whole(&mut payload, limit).await?;
            let value = match () {
                // Nothing was sent, whatever its type.
                () if !needs_body && bytes.is_empty() => Value::Object(Map::new()),
                () if !is_json => return Err(wrong_type()),
                () => {
                    let Unique(value) = serde_json::from_slice(&bytes)
                        .map_err(|error| malformed(&bytes, &error))?;
                    value
                }
            };
            let shape = operation.map_or(Ok(()), |operation| operation.body(&value));
            Ok(Self(checked(value, shape)?))
        })
    }
}

fn wrong_type() -> actix_web::Error {
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
    let merge_patch =
        request.method() == actix_web::http::Method::PATCH && given.essence_str() == MERGE_PATCH;
    utf8 && (given.essence_str() == "application/json" || merge_patch)
}

/// RFC 7396 section 4.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// How long a client may take for a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The whole body, if it comes in time and is not too large.
///
/// # Errors
/// 408, 413, or [`Error::Malformed`] when it ends early.
pub async fn whole(
    payload: &mut Payload,
    limit: usize,
) -> std::result::Result<BytesMut, actix_web::Error> {
    tokio::time::timeout(BODY_TIMEOUT, read(payload, limit))
        .await
        .map_err(|_| refused(Problem::of_status(StatusCode::REQUEST_TIMEOUT)))?
}

async fn read(
    payload: &mut Payload,
    limit: usize,
) -> std::result::Result<BytesMut, actix_web::Error> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| Error::Malformed("The body ended before it was complete.".into()))?;
        if bytes.len() + chunk.len() > limit {
            return Err(refused(Problem::new(
                Code::BodyTooLarge,
                format!("A body may have at most {limit} bytes."),
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn refused(problem: Problem) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", problem.respond()).into()
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
    // serde_json's messages name structure, line and column, never more of the input than a member's name.
    Error::Malformed(format!("The body is not valid JSON: {error}."))
}

/// Types a body whose shape was checked; what breaks the rules of `validator` is told together with what breaks the schema.
fn checked<T: DeserializeOwned + Validate>(value: Value, shape: Result<()>) -> Result<T> {
    let Err(Error::Invalid(mut faults)) = shape else {
        return shape.and_then(|()| typed(value).map_err(Error::Invalid));
    };
    let broken = parse::<T>(value).map_or_else(|_| Vec::new(), |typed| broken_rules(&typed));
    let known = |fault: &Fault| faults.iter().any(|known| known.at == fault.at);
    let broken: Vec<Fault> = broken.into_iter().filter(|fault| !known(fault)).collect();
    faults.extend(broken);
    Err(Error::Invalid(faults))
}

/// Deserialises and runs the rules of `validator`; serde's own error is one fault with its place.
///
/// # Errors
/// Everything that is wrong.
pub fn typed<T: DeserializeOwned + Validate>(value: Value) -> std::result::Result<T, Vec<Fault>> {
    let typed: T = parse(value)?;
    let broken = broken_rules(&typed);
    if broken.is_empty() {
        Ok(typed)
    } else {
        Err(broken)
    }
}

fn parse<T: DeserializeOwned>(value: Value) -> std::result::Result<T, Vec<Fault>> {
    let value = if value.is_null() {
        Value::Object(Map::new())
    } else {
        value
    };
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error
            .path()
            .iter()
            .fold(String::new(), |path, segment| match segment {
                serde_path_to_error::Segment::Seq { index } => format!("{path}/{index}"),
                serde_path_to_error::Segment::Map { key } => format!("{path}/{key}"),
                _ => path,
            });
        vec![Fault::pointer(path, "invalid", error.inner().to_string())]
    })
}

/// Every rule of `validator` that a value breaks.
pub(super) fn broken_rules<T: Validate>(typed: &T) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(errors) = typed.validate() {
        collect(&errors, "", &mut faults);
    }
    faults
}

/// Only code and message are taken: `validator`'s errors also hold the rejected value.
fn collect(errors: &ValidationErrors, at: &str, faults: &mut Vec<Fault>) {
    for (field, kind) in errors.errors() {
        let at = if *field == "__all__" {
            at.to_owned()
        } else {
            format!("{at}/{field}")
        };
        match kind {
            ValidationErrorsKind::Field(list) => faults.extend(list.iter().map(|error| {
                let at = error
                    .params
                    .get("pointer")
                    .and_then(Value::as_str)
                    .map_or(at.clone(), |to| format!("{at}{to}"));
                let code = match error.code {
                    Cow::Borrowed(code) => code,
                    Cow::Owned(_) => "invalid",
                };
                Fault::pointer(at, code, error.message.clone().unwrap_or_default())
            })),
            ValidationErrorsKind::Struct(inner) => collect(inner, &at, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{at}/{index}"), faults);
                }
            }
        }
    }
}

/// A JSON value none of whose objects names a member twice (RFC 8259 section 4 leaves that open; guessing loses data).
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor).map(Self)
    }
}

struct UniqueVisitor;

/// Below this every whole number has a floating-point value of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    /// `3.0` is an integer: JSON Schema tells numbers by their value, not by how they are written.
    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        let whole = value as i64;
        Ok(if value.abs() < EXACT && whole as f64 == value {
            whole.into()
        } else {
            value.into()
        })
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Unique(value) = members.next_value()?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "the member {name:?} stands twice in one object"
                )));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}
