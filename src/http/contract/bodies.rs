//! Request bodies: the media types they may have, and when a client may leave them out.

use serde_json::{Map, Value};

use super::walk::operations_of;

/// Adds the media type of a merge patch (RFC 7396) beside plain JSON.
pub fn offer_merge_patch(operation: &mut Map<String, Value>) {
    let Some(content) = operation
        .get_mut("requestBody")
        .and_then(|body| body.get_mut("content")?.as_object_mut())
    else {
        return;
    };
    if let Some(json) = content.get("application/json").cloned() {
        content.insert("application/merge-patch+json".into(), json);
    }
}

/// Makes a body optional where `{}` would do. A patch needs its body, because a patch that changes nothing is no request.
pub fn let_bodies_be_absent(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let says_nothing = |body: &Value| {
        let target = body.pointer("/content/application~1json/schema/$ref");
        let name = target.and_then(Value::as_str).unwrap_or_default();
        let name = name.trim_start_matches("#/components/schemas/");
        let schema = schemas.get(name);
        schema.is_some_and(|schema| {
            schema.get("properties").is_some() && schema.get("required").is_none()
        })
    };
    for (_, method, operation) in operations_of(document) {
        if let Some(body) = operation.get_mut("requestBody")
            && method != "patch"
            && says_nothing(body)
            && let Some(body) = body.as_object_mut()
        {
            body.insert("required".into(), false.into());
        }
    }
}
