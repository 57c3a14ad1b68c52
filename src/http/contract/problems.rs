//! Problem responses: one component for each status in the table of error codes, shared by all operations.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use utoipa::openapi::{Content, Ref, RefOr, Response, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::audience::Audience;
use super::headers::{vary, with_id};
use crate::error::Code;
use crate::http::problem::{Problem, ProblemError, ProblemHolder, ProblemTranslation};
use crate::http::replay::is_replayable;

/// Returns the schemas of a problem document and of its parts, by name.
pub fn problem_schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![
        (Problem::name().into_owned(), Problem::schema()),
        (ProblemError::name().into_owned(), ProblemError::schema()),
        (ProblemHolder::name().into_owned(), ProblemHolder::schema()),
        (
            ProblemTranslation::name().into_owned(),
            ProblemTranslation::schema(),
        ),
    ];
    Problem::schemas(&mut schemas);
    schemas
}

/// Returns the problem responses by component name, one for each status. `may_be_replayed` is true if an operation may
/// repeat a stored response.
pub fn problem_responses(
    audience: Audience,
    may_be_replayed: bool,
) -> BTreeMap<String, RefOr<Response>> {
    let statuses: BTreeSet<StatusCode> = Code::ALL
        .iter()
        .filter_map(|code| status_of(*code))
        .collect();
    statuses
        .into_iter()
        .map(|status| {
            let response = problem_response(status, audience, may_be_replayed);
            (component_of(status), response.into())
        })
        .collect()
}

/// Returns the status of an error code.
fn status_of(code: Code) -> Option<StatusCode> {
    StatusCode::from_u16(code.status()).ok()
}

/// Returns the problem response of a status. The description lists the error codes that have this status.
pub fn problem_response(status: StatusCode, audience: Audience, may_be_replayed: bool) -> Response {
    let rows = Code::ALL.iter();
    let rows = rows.filter(|code| code.status() == status.as_u16());
    let codes: Vec<String> = rows
        .map(|code| format!("`{code}`: {}", code.help()))
        .collect();
    let description = format!("{}. {}", reason(status), codes.join(" "));
    let mut response = Response::new(description);
    let mut names = headers(status, audience);
    if may_be_replayed && is_stored(status) {
        names.push("IdempotencyReplayed");
    }
    response.headers = with_id(&names);
    let schema = Ref::from_schema_name(Problem::name());
    let content = Content::new(Some(schema)).into();
    let media_type = "application/problem+json".to_owned();
    response.content.insert(media_type, content);
    response
}

fn headers(status: StatusCode, audience: Audience) -> Vec<&'static str> {
    let mut names = vec!["NoStore", vary(audience)];
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => names.push("WWWAuthenticate"),
        StatusCode::CONFLICT => names.push("RetryAfterSome"),
        StatusCode::PRECONDITION_FAILED => names.push("CurrentETag"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => names.push("AcceptEncoding"),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            names.push("RetryAfter");
        }
        _ => {}
    }
    let may_come_from_cache = [
        StatusCode::NOT_FOUND,
        StatusCode::GONE,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if audience == Audience::Delivery && may_come_from_cache.contains(&status) {
        names.push("CacheStatusSome");
    }
    names
}

/// Returns whether a problem of this status may be sent again to a repeated request. The server sends some problems before
/// it looks at the idempotency key.
fn is_stored(status: StatusCode) -> bool {
    let earlier = [
        StatusCode::NOT_ACCEPTABLE,
        StatusCode::URI_TOO_LONG,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    ];
    !earlier.contains(&status) && is_replayable(status)
}

/// Returns a reference to the problem response of a status.
pub fn problem_reference(status: StatusCode) -> RefOr<Response> {
    RefOr::Ref(Ref::from_response_name(component_of(status)))
}

/// Returns whether an error code has the status.
pub fn is_problem(status: StatusCode) -> bool {
    let mut codes = Code::ALL.iter();
    codes.any(|code| code.status() == status.as_u16())
}

/// Returns the name of the component with the problem response of a status: its reason phrase in one word.
fn component_of(status: StatusCode) -> String {
    reason(status).replace([' ', '-'], "")
}

/// Returns the reason phrase of a status.
pub fn reason(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Response")
}
