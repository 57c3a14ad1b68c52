//! The names of the members that a schema knows at a place of a value.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Returns the names of the members that the schema allows in the object at `pointer`, in alphabetical order. The
/// components that the schema refers to are in its own member `components`.
pub fn known_members<'a>(schema: &'a Value, pointer: &str) -> BTreeSet<&'a str> {
    let segments = pointer.split('/').skip(1).map(unescape);
    let forms = segments.fold(forms(schema, [schema]), |owners, segment| {
        let parts = owners.into_iter().filter_map(|owner| part(owner, &segment));
        forms(schema, parts)
    });
    let properties = forms
        .into_iter()
        .filter_map(|form| form.get("properties")?.as_object());
    properties.flat_map(Map::keys).map(String::as_str).collect()
}

/// Returns the schema of a member or an item.
fn part<'a>(owner: &'a Value, segment: &str) -> Option<&'a Value> {
    let own = owner
        .get("properties")
        .and_then(|members| members.get(segment));
    own.or_else(|| owner.get("additionalProperties"))
        .or_else(|| owner.get("items"))
}

/// Returns the schemas with all their references followed, and with the alternatives and parts that they consist of.
fn forms<'a>(root: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Vec<&'a Value> {
    let mut open: Vec<&Value> = schemas.into_iter().collect();
    let mut forms = Vec::new();
    while let Some(schema) = open.pop() {
        let target = schema.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|target| root.pointer(target.strip_prefix('#')?));
        open.extend(target);
        for keyword in ["oneOf", "anyOf", "allOf"] {
            open.extend(
                schema
                    .get(keyword)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten(),
            );
        }
        forms.push(schema);
    }
    forms
}

fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_are_found_through_references_lists_and_maps() {
        let schema = json!({
            "properties": {
                "seo": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Seo" }] },
                "translations": { "additionalProperties": { "$ref": "#/components/schemas/Seo" } },
                "authors": { "items": { "allOf": [
                    { "properties": { "role": {} } }, { "properties": { "author": {} } }
                ] } }
            },
            "components": { "schemas": { "Seo": { "properties": { "title": {}, "description": {} } } } }
        });
        let seo = ["description", "title"];
        for (pointer, expected) in [
            ("", &["authors", "seo", "translations"][..]),
            ("/seo", &seo),
            ("/translations/en", &seo),
            ("/authors/3", &["author", "role"]),
            ("/seo/title", &[]),
            ("/nothing/at/all", &[]),
        ] {
            let found: Vec<&str> = known_members(&schema, pointer).into_iter().collect();
            assert_eq!(found, expected, "{pointer}");
        }
    }
}
