//! Responses that are no problems: their descriptions, their headers, redirects, and the privacy of previews.

use serde_json::{Map, Value, json};

use super::headers::{KEPT, with_id};
use super::problems::status_text;
use super::walk::operations_of;
use crate::http::surface::Surface;

/// Completes a response with the name of its status and the headers that its status, surface and schema bring.
pub fn describe(response: &mut Value, status: &str, path: &str) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    let described = response
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty());
    if !described {
        response.insert("description".into(), default_description(status).into());
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
    let mut headers = with_id(&names);
    if let (Some(given), Some(all)) = (
        response.get("headers").and_then(Value::as_object),
        headers.as_object_mut(),
    ) {
        all.extend(given.clone());
    }
    response.insert("headers".into(), headers);
}

/// The reference to the schema of a response's JSON.
fn schema_reference(response: &Map<String, Value>) -> Option<&str> {
    response
        .get("content")?
        .pointer("/application~1json/schema/$ref")?
        .as_str()
}

/// Adds the header that marks the repeated answer to a `POST` with an idempotency key.
pub fn may_be_replayed(response: &mut Value) {
    if let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) {
        let header = json!({ "$ref": "#/components/headers/IdempotencyReplayed" });
        headers.insert("Idempotency-Replayed".into(), header);
    }
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
pub fn keep_previews_private(document: &mut Value) {
    let shared = document.pointer("/components/responses").cloned();
    let shared = shared.unwrap_or_default();
    let own = with_id(&["XRobotsTag", "NotKept"]);
    for (path, _, operation) in operations_of(document) {
        if Surface::of(path) != Surface::Previews {
            continue;
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            let target = response.get("$ref").and_then(Value::as_str);
            let name = target.map(|target| target.trim_start_matches("#/components/responses/"));
            if let Some(described) = name.and_then(|name| shared.get(name)) {
                *response = described.clone();
            }
            let headers = response.get_mut("headers").and_then(Value::as_object_mut);
            if let (Some(headers), Some(own)) = (headers, own.as_object()) {
                headers.extend(own.clone());
            }
        }
    }
}
