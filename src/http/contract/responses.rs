//! Responses that are no problems: their descriptions, their headers, and redirects.

use utoipa::openapi::{RefOr, Response};

use super::headers::{KEPT, with_id};
use super::operation::Operation;
use super::problems::status_text;
use crate::http::surface::Surface;

/// Completes a response with the name of its status and the headers that its status, surface and schema bring.
pub fn describe(response: &mut Response, status: &str, operation: &Operation) {
    if response.description.is_empty() {
        response.description = status_text(status);
    }
    let mut names = Vec::new();
    let frame = schema_reference(response).unwrap_or_default();
    if frame.contains("Page_") {
        names.push("Link");
    }
    let surface = Surface::of(&operation.path);
    let editable = surface == Surface::Management && frame.contains("Data_");
    match status {
        "201" => names.extend(["Location", "ETag"]),
        "308" => names.extend(["Location", "CacheControl", "CacheStatus"]),
        "200" if operation.may_be_kept() => names.extend(KEPT),
        "200" if editable => names.push("ETag"),
        _ => {}
    }
    for (name, header) in with_id(&names) {
        response.headers.entry(name).or_insert(header);
    }
}

/// The answer that nothing has changed since the client kept it.
pub fn not_modified() -> Response {
    let mut response = Response::new("Not modified: the stored response is still current.");
    response.headers = with_id(&KEPT);
    response
}

/// The reference to the schema of a response's JSON.
fn schema_reference(response: &Response) -> Option<&str> {
    match response.content.get("application/json") {
        Some(RefOr::T(content)) => match content.schema.as_ref()? {
            RefOr::Ref(reference) => Some(reference.ref_location.as_str()),
            RefOr::T(_) => None,
        },
        _ => None,
    }
}

/// Adds the header that marks the repeated answer to a `POST` with an idempotency key.
pub fn may_be_replayed(response: &mut Response) {
    response.headers.extend(with_id(&["IdempotencyReplayed"]));
}

/// Adds the headers that `response_headers` sends with every response of an unlisted operation.
pub fn keep_unlisted(response: &mut Response) {
    let own = with_id(&["XRobotsTag", "NotKept"]);
    response.headers.extend(own);
}
