//! Responses that are no problems: their descriptions, their headers, redirects, and the privacy of previews.

use utoipa::Modify;
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::headers::{KEPT, header_reference, with_id};
use super::problems::status_text;
use super::walk::{operations, written_out};
use crate::http::surface::Surface;

/// Completes a response with the name of its status and the headers that its status, surface and schema bring.
pub fn describe(response: &mut Response, status: &str, path: &str) {
    if response.description.is_empty() {
        response.description = default_description(status);
    }
    let mut names = Vec::new();
    let frame = schema_reference(response).unwrap_or_default();
    if frame.contains("Page_") {
        names.push("Link");
    }
    let surface = Surface::of(path);
    let editable = surface == Surface::Management && frame.contains("Data_");
    match status {
        "201" => names.extend(["Location", "ETag"]),
        "308" => names.extend(["Location", "CacheControl", "CacheStatus"]),
        "200" if surface.may_be_kept() => names.extend(KEPT),
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
            RefOr::Ref(reference) => Some(&reference.ref_location),
            RefOr::T(_) => None,
        },
        _ => None,
    }
}

/// Adds the header that marks the repeated answer to a `POST` with an idempotency key.
pub fn may_be_replayed(response: &mut Response) {
    let header = header_reference("IdempotencyReplayed");
    let name = "Idempotency-Replayed".to_owned();
    response.headers.insert(name, header);
}

/// The description of a response whose handler gives none.
fn default_description(status: &str) -> String {
    match status {
        "308" => "The slug is a former one, or the id is that of a merged term. `Location` has the current URL, with the same query."
            .to_owned(),
        _ => status_text(status),
    }
}

/// Adds to every response on the surface of previews the headers that `response_headers` sends there. Problems are included:
/// the document describes them once more for this surface alone.
pub struct PrivatePreviews;

impl Modify for PrivatePreviews {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (path, _, operation) in operations(paths) {
            if Surface::of(path) != Surface::Previews {
                continue;
            }
            for response in operation.responses.responses.values_mut() {
                if let RefOr::Ref(reference) = response
                    && let Some((_, name)) = reference.ref_location.rsplit_once('/')
                    && let Some(described) = components.responses.get(name)
                {
                    *response = described.clone();
                }
                if let Some(response) = written_out(response) {
                    response.headers.extend(with_id(&["XRobotsTag", "NotKept"]));
                }
            }
        }
    }
}
