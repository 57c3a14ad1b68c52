//! Descriptions and headers of successful responses and redirects.

use utoipa::openapi::Response;

use super::audience::Audience;
use super::headers::{KEPT, vary, with_id};
use super::operation::DeclaredOperation;
use super::problems::status_text;

/// Adds a default description and the headers that the status, operation and schema imply.
pub fn describe(
    response: &mut Response,
    status: &str,
    operation: &DeclaredOperation,
    audience: Audience,
) {
    if response.description.is_empty() {
        response.description = status_text(status);
    }
    let mut names = Vec::new();
    if operation.signature.is_page && status == "200" {
        names.push("Link");
    }
    if operation.signature.takes_prefer && status == "200" {
        names.push("PreferenceApplied");
    }
    match status {
        "201" => names.extend(["Location", "ETag"]),
        "308" => names.extend(["Location", "CacheControl", "CacheStatus"]),
        "200" if operation.is_cacheable() => names.extend(KEPT),
        "200" if operation.signature.is_versioned => names.push("ETag"),
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
    response.headers = with_id(&KEPT);
    response
}

/// Adds `Idempotency-Replayed`, which marks the stored response to an earlier `POST` with the same idempotency key.
pub fn may_be_replayed(response: &mut Response) {
    response.headers.extend(with_id(&["IdempotencyReplayed"]));
}

/// Adds the headers that `response_headers` sends with every response of an unlisted operation.
pub fn keep_unlisted(response: &mut Response) {
    let own = with_id(&["XRobotsTag", "NotKept"]);
    response.headers.extend(own);
}
