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

/// Returns the problem responses by component name, one for each status. `may_be_replayed` is true if an operation may repeat
/// a stored response.
pub fn problem_responses(
    audience: Audience,
    may_be_replayed: bool,
) -> BTreeMap<String, RefOr<Response>> {
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    let statuses = statuses.iter().map(u16::to_string);
    statuses
        .map(|status| {
            let response = problem_response(&status, audience, may_be_replayed);
            (reply_name(&status), response.into())
        })
        .collect()
}

/// Returns the problem response of a status. The description lists the error codes that have this status.
pub fn problem_response(status: &str, audience: Audience, may_be_replayed: bool) -> Response {
    let rows = Code::ALL.iter();
    let rows = rows.filter(|code| code.status().to_string() == status);
    let codes: Vec<String> = rows
        .map(|code| format!("`{code}`: {}", code.help()))
        .collect();
    let description = format!("{}. {}", status_text(status), codes.join(" "));
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

fn headers(status: &str, audience: Audience) -> Vec<&'static str> {
    let mut names = vec!["NoStore", vary(audience)];
    match status {
        "401" | "403" => names.push("WWWAuthenticate"),
        "409" => names.push("RetryAfterSome"),
        "412" => names.push("CurrentETag"),
        "415" => names.push("AcceptEncoding"),
        "429" | "503" => names.push("RetryAfter"),
        _ => {}
    }
    if audience == Audience::Delivery && matches!(status, "404" | "410" | "500" | "503") {
        names.push("CacheStatusSome");
    }
    names
}

/// Returns whether a problem of this status may be sent again to a repeated request. The server sends some problems before
/// it looks at the idempotency key.
fn is_stored(status: &str) -> bool {
    let is_earlier = matches!(status, "406" | "414" | "431");
    !is_earlier && status.parse().is_ok_and(is_replayable)
}

/// Returns a reference to the problem response of a status.
pub fn problem_reference(status: &str) -> RefOr<Response> {
    RefOr::Ref(Ref::from_response_name(reply_name(status)))
}

/// Returns whether an error code has the status.
pub fn is_problem(status: &str) -> bool {
    let status = status.parse::<u16>();
    status.is_ok_and(|status| Code::ALL.iter().any(|code| code.status() == status))
}

fn reply_name(status: &str) -> String {
    status_text(status)
        .split_whitespace()
        .collect::<String>()
        .replace('-', "")
}

/// Returns the reason phrase of a status.
pub fn status_text(status: &str) -> String {
    let known = status
        .parse::<u16>()
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok());
    known
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Answer")
        .to_owned()
}
