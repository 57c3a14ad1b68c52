//! Parameters that operations share: the variables of the path, conditions on `ETag` and date, and the idempotency key.

use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;

/// Describes the variables of the path, before the parameters that the handler names.
pub fn add_path_parameters(operation: &mut Map<String, Value>, path: &str) {
    let names = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let parameters: Vec<Value> = names
        .map(|name| {
            let (schema, description) = match name {
                "lang" => (serde_json::to_value(Lang::schema()), "The language: a BCP 47 tag."),
                "number" => (Ok(revision_number()), "The number of the revision."),
                "from" => (Ok(revision_number()), "The number of the revision to compare from."),
                "to" => (Ok(revision_number()), "The number of the revision to compare to."),
                "token" => (Ok(json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{43}$" })), "The token of a preview link."),
                "link" => (serde_json::to_value(Id::schema()), "The id of the preview link."),
                "id_or_slug" => (Ok(id_or_slug()), "The id, or the slug in any language."),
                _ => (serde_json::to_value(Id::schema()), "The id."),
            };
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema.unwrap_or_default() })
        })
        .collect();
    if parameters.is_empty() {
        return;
    }
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.splice(0..0, parameters);
    }
}

fn revision_number() -> Value {
    json!({ "type": "integer", "format": "int32", "minimum": 1 })
}

fn id_or_slug() -> Value {
    let slug = serde_json::to_value(Slug::schema()).unwrap_or_default();
    json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": slug.get("pattern") })
}

/// Adds a header that makes the answer depend on the state of the resource (RFC 9110 section 13.1).
pub fn add_condition(
    operation: &mut Map<String, Value>,
    name: &str,
    description: &str,
    examples: &[&str],
) {
    let parameter = json!({ "name": name, "in": "header", "required": false, "description": description,
        "schema": { "type": "string", "examples": examples } });
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.push(parameter);
    }
}

/// Adds the header `Idempotency-Key`, with which a client may send a `POST` again.
pub fn take_key(operation: &mut Map<String, Value>) {
    let description = "A unique key that the client chooses for this request. If the same request is sent again with this key \
                       within 24 hours, it is not carried out again, and the response is the first one.";
    let parameter = json!({ "name": "Idempotency-Key", "in": "header", "required": false, "description": description,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" } });
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.push(parameter);
    }
}
