//! Descriptions and headers of successful responses and redirects.

use actix_web::http::StatusCode;
use utoipa::openapi::Response;

use super::audience::Audience;
use super::headers::{OF_CACHEABLE, vary, with_id};
use super::operation::DeclaredOperation;
use super::problems::reason;

/// Adds a default description and the headers that the status, operation and schema imply.
pub fn describe(
    response: &mut Response,
    status: StatusCode,
    operation: &DeclaredOperation,
    audience: Audience,
) {
    if response.description.is_empty() {
        response.description = reason(status).to_owned();
    }
    let mut names = Vec::new();
    if operation.signature.is_page && status == StatusCode::OK {
        names.push("Link");
    }
    if operation.signature.takes_prefer && status == StatusCode::OK {
        names.push("PreferenceApplied");
    }
    match status {
        StatusCode::CREATED => names.extend(["Location", "ETag"]),
        StatusCode::PERMANENT_REDIRECT => names.extend(["Location", "CacheControl", "CacheStatus"]),
        StatusCode::OK if operation.is_cacheable() => names.extend(OF_CACHEABLE),
        StatusCode::OK | StatusCode::NO_CONTENT if operation.signature.is_versioned => {
            names.push("ETag");
        }
        _ => {}
    }
    if !names.contains(&"CacheControl") {
        names.push("NoStore");
    }
    if !names.contains(&"Vary") {
        names.push(vary(audience));
    }
    for (name, header) in with_id(&names) {
        response.headers.entry(name).or_insert(header);
    }
}

/// Returns the response with status 304.
pub fn not_modified() -> Response {
    let mut response = Response::new("Not modified: the stored response is still current.");
    response.headers = with_id(&OF_CACHEABLE);
    response
}

/// Adds `Idempotency-Replayed`, which marks the stored response to an earlier `POST` with the same idempotency key.
pub fn add_replay_header(response: &mut Response) {
    response.headers.extend(with_id(&["IdempotencyReplayed"]));
}

/// Adds the headers that `response_headers` sends with every response of an unlisted operation.
pub fn unlist(response: &mut Response) {
    let own = with_id(&["XRobotsTag", "PrivateNoStore"]);
    response.headers.extend(own);
}
