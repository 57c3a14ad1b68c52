//! References between the parts of a document that is written as JSON.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::error::{Error, Result};

/// The beginning of pointers to schemas.
const SCHEMAS: &str = "/components/schemas/";

/// Writes a document as JSON.
///
/// # Errors
/// Returns [`Error::Internal`] if that fails.
pub fn written(document: &OpenApi) -> Result<Value> {
    serde_json::to_value(document).map_err(|error| Error::Internal(error.to_string()))
}

/// Returns the components to which the parts refer, directly or through other components, by their JSON pointers in the
/// document. `components` is the member of that name.
pub fn referred<'a>(
    components: &'a Value,
    parts: impl IntoIterator<Item = &'a Value>,
) -> BTreeMap<String, &'a Value> {
    let mut referred = BTreeMap::new();
    let mut open: Vec<&Value> = parts.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                let target = members.get("$ref").and_then(Value::as_str);
                let target = target.map(|target| target.trim_start_matches('#'));
                if let Some(target) = target.filter(|target| !referred.contains_key(*target))
                    && let Some(inner) = target.strip_prefix("/components")
                    && let Some(component) = components.pointer(inner)
                {
                    referred.insert(target.to_owned(), component);
                    open.push(component);
                }
                open.extend(members.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    referred
}

/// Returns the name of the schema that a pointer leads to.
pub fn schema_name(pointer: &str) -> Option<&str> {
    pointer.strip_prefix(SCHEMAS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_are_followed_through_components_and_in_circles() {
        let components = json!({
            "schemas": {
                "Tree": { "items": { "$ref": "#/components/schemas/Leaf" } },
                "Leaf": { "properties": { "tree": { "$ref": "#/components/schemas/Tree" } } },
                "Unused": {}
            },
            "responses": { "404": {} }
        });
        let parts = [
            json!({ "schema": { "$ref": "#/components/schemas/Tree" } }),
            json!([{ "$ref": "#/components/responses/404" }]),
            json!({ "$ref": "#/components/schemas/Missing" }),
        ];
        let referred = referred(&components, &parts);
        let pointers: Vec<&str> = referred.keys().map(String::as_str).collect();
        let schemas = ["/components/schemas/Leaf", "/components/schemas/Tree"];
        assert_eq!(
            pointers,
            [&["/components/responses/404"][..], &schemas].concat()
        );
    }
}
