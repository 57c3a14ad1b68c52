//! Problem responses: one for each status in the table of codes, shared by all operations.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use utoipa::openapi::{Content, Ref, RefOr, Response, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::audience::Audience;
use super::headers::with_id;
use crate::error::Code;
use crate::http::problem::{Problem, ProblemError, ProblemHolder};

/// The schemas of a problem document and of its parts, by name.
pub fn problem_schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![
        (Problem::name().into_owned(), Problem::schema()),
        (ProblemError::name().into_owned(), ProblemError::schema()),
        (ProblemHolder::name().into_owned(), ProblemHolder::schema()),
    ];
    Problem::schemas(&mut schemas);
    schemas
}

/// The responses with a problem document, one for each status, by name.
pub fn problem_responses(audience: Audience) -> BTreeMap<String, RefOr<Response>> {
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    let statuses = statuses.iter().map(u16::to_string);
    statuses
        .map(|status| {
            let response = problem_response(&status, audience);
            (reply_name(&status), response.into())
        })
        .collect()
}

/// The response with a problem document of a status. Its description comes from the table of codes.
pub fn problem_response(status: &str, audience: Audience) -> Response {
    let rows = Code::ALL.iter();
    let rows = rows.filter(|code| code.status().to_string() == status);
    let codes: Vec<String> = rows
        .map(|code| format!("`{code}`: {}", code.help()))
        .collect();
    let description = format!("{}. {}", status_text(status), codes.join(" "));
    let mut response = Response::new(description);
    response.headers = with_id(&headers(status, audience));
    let schema = Ref::from_schema_name(Problem::name());
    let content = Content::new(Some(schema)).into();
    let media_type = "application/problem+json".to_owned();
    response.content.insert(media_type, content);
    response
}

fn headers(status: &str, audience: Audience) -> Vec<&'static str> {
    let mut names = Vec::new();
    match status {
        "401" | "403" => names.push("WWWAuthenticate"),
        "409" => names.push("RetryAfterSome"),
        "412" => names.push("CurrentETag"),
        "429" | "503" => names.push("RetryAfter"),
        _ => {}
    }
    if audience == Audience::Delivery && matches!(status, "404" | "410" | "500" | "503") {
        names.push("CacheStatusSome");
    }
    let replayed = !matches!(
        status,
        "401" | "406" | "408" | "413" | "414" | "429" | "431"
    );
    if replayed && status.starts_with('4') {
        names.push("IdempotencyReplayed");
    }
    names
}

/// The reference to the response of a status.
pub fn problem_reference(status: &str) -> RefOr<Response> {
    RefOr::Ref(Ref::from_response_name(reply_name(status)))
}

/// Says whether the table of codes has the status.
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

/// The name of a status.
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
