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

/// The responses with a problem document, one for each status, by name. Their descriptions come from the table of codes.
pub fn problem_responses(audience: Audience) -> BTreeMap<String, RefOr<Response>> {
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    let responses = statuses.into_iter().map(|status| {
        let mut response = Response::new(description(status));
        response.headers = with_id(&headers(status, audience));
        let schema = Ref::from_schema_name(Problem::name());
        let content = Content::new(Some(schema)).into();
        response
            .content
            .insert("application/problem+json".to_owned(), content);
        (reply_name(&status.to_string()), response.into())
    });
    responses.collect()
}

fn description(status: u16) -> String {
    let rows = Code::ALL.iter().filter(|code| code.status() == status);
    let codes: Vec<String> = rows
        .map(|code| format!("`{code}`: {}", code.help()))
        .collect();
    format!("{}. {}", status_text(&status.to_string()), codes.join(" "))
}

fn headers(status: u16, audience: Audience) -> Vec<&'static str> {
    let mut names = Vec::new();
    match status {
        401 | 403 => names.push("WWWAuthenticate"),
        409 => names.push("RetryAfterSome"),
        412 => names.push("CurrentETag"),
        429 | 503 => names.push("RetryAfter"),
        _ => {}
    }
    if audience == Audience::Delivery && matches!(status, 404 | 410 | 500 | 503) {
        names.push("CacheStatusSome");
    }
    if status < 500 && !matches!(status, 401 | 406 | 408 | 413 | 414 | 429 | 431) {
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
