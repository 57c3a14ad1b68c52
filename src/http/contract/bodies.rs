//! Request bodies: offers the media type of merge patches, and makes bodies without required members optional.

use std::collections::BTreeMap;

use utoipa::Modify;
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::{OpenApi, RefOr, Required, Schema};

use super::components::component;
use super::operation::DeclaredOperation;
use super::walk::{operations, written_out};

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

/// Adds the media type of JSON merge patches (RFC 7396), with the same schema as plain JSON.
pub fn offer_merge_patch(operation: &mut Operation) {
    let body = operation.request_body.as_mut().and_then(written_out);
    if let Some(body) = body
        && let Some(json) = body.content.get(JSON).cloned()
    {
        body.content.insert(MERGE_PATCH.to_owned(), json);
    }
}

/// Makes a body optional if its schema accepts `{}`. The body of a `PATCH` remains required, because a patch without a body
/// changes nothing, and so does one whose absence would clear what is stored.
pub struct OptionalBodies<'a>(pub &'a [&'a DeclaredOperation]);

impl OptionalBodies<'_> {
    fn may_miss(&self, path: &str, method: &HttpMethod) -> bool {
        let mut declared = self.0.iter();
        let declared = declared.find(|one| one.path == path && one.http_method() == *method);
        *method != HttpMethod::Patch && !declared.is_some_and(|one| one.clears)
    }
}

impl Modify for OptionalBodies<'_> {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        for (path, method, operation) in operations(paths) {
            let body = operation.request_body.as_mut().and_then(written_out);
            if let Some(body) = body
                && self.may_miss(path, &method)
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
