//! Request bodies: the media types they may have, and when a client may leave them out.

use std::collections::BTreeMap;

use utoipa::Modify;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::{OpenApi, RefOr, Required, Schema};

use super::components::component;
use super::walk::{operations, written_out};

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Adds the media type of a merge patch (RFC 7396) beside plain JSON.
pub fn offer_merge_patch(operation: &mut Operation) {
    let body = operation.request_body.as_mut().and_then(written_out);
    if let Some(body) = body
        && let Some(json) = body.content.get(JSON).cloned()
    {
        body.content.insert(MERGE_PATCH.to_owned(), json);
    }
}

/// Makes a body optional where `{}` would do. A patch needs its body, because a patch that changes nothing is no request.
pub struct OptionalBodies;

impl Modify for OptionalBodies {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (_, method, operation) in operations(paths) {
            let body = operation.request_body.as_mut().and_then(written_out);
            if let Some(body) = body
                && method != HttpMethod::Patch
                && requires_nothing(body, &components.schemas)
            {
                body.required = Some(Required::False);
            }
        }
    }
}

fn requires_nothing(body: &RequestBody, schemas: &BTreeMap<String, RefOr<Schema>>) -> bool {
    let Some(RefOr::T(content)) = body.content.get(JSON) else {
        return false;
    };
    let schema = content.schema.as_ref();
    let component = schema.and_then(|schema| component(schema, schemas));
    match component {
        Some((_, RefOr::T(Schema::Object(object)))) => {
            !object.properties.is_empty() && object.required.is_empty()
        }
        _ => false,
    }
}
