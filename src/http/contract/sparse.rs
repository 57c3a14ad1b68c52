//! Sparse fieldsets in the documents: wherever an operation takes `fields`, the names there are and the shapes that can
//! come of them are read off the item's own schema, so that neither can be wrong.

use serde_json::{Map, Value, json};

/// Where an answer's schema stands in an operation.
const ANSWER: &str = "/responses/200/content/application~1json/schema";

/// Completes every operation of a document that takes `fields`: its names, and the answer that has only some of them.
pub fn complete(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned();
    let Some(schemas) = schemas.as_ref().and_then(Value::as_object) else {
        return;
    };
    let mut sparse = Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let items = paths.into_iter().flat_map(|paths| paths.values_mut());
    for operation in items
        .filter_map(Value::as_object_mut)
        .flat_map(|item| item.values_mut())
    {
        complete_operation(operation, schemas, &mut sparse);
    }
    if let Some(all) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        all.extend(sparse);
    }
}

/// `None` for an operation that does not take `fields`.
fn complete_operation(
    operation: &mut Value,
    schemas: &Map<String, Value>,
    sparse: &mut Map<String, Value>,
) -> Option<()> {
    let is_fields = |parameter: &Value| parameter.get("name") == Some(&json!("fields"));
    let parameters = operation.get("parameters")?.as_array()?;
    let place = parameters.iter().position(is_fields)?;
    let frame = component(operation.pointer(ANSWER)?, schemas)?.1.clone();
    let data = frame.pointer("/properties/data")?;
    let mut names = Vec::new();
    collect(data, schemas, "", &mut names);
    *operation.pointer_mut(&format!("/parameters/{place}/schema/items"))? =
        json!({ "type": "string", "enum": names });
    let mut some = frame.clone();
    *some.pointer_mut("/properties/data")? = relaxed(data, schemas, sparse);
    let answer = operation.pointer_mut(ANSWER)?;
    *answer = json!({
        "description": "With `fields`, the response has the second form, with only the requested members.",
        "anyOf": [answer.clone(), some],
    });
    Some(())
}

/// The component a schema refers to, with its name.
fn component<'a>(schema: &Value, schemas: &'a Map<String, Value>) -> Option<(&'a str, &'a Value)> {
    let target = schema.get("$ref")?.as_str()?;
    let name = target.strip_prefix("#/components/schemas/")?;
    schemas
        .get_key_value(name)
        .map(|(name, schema)| (name.as_str(), schema))
}

/// The dotted names of all members, those of a member behind it.
fn collect(schema: &Value, schemas: &Map<String, Value>, path: &str, names: &mut Vec<String>) {
    if let Some((_, component)) = component(schema, schemas) {
        return collect(component, schemas, path, names);
    }
    if let Some(items) = schema.get("items") {
        return collect(items, schemas, path, names);
    }
    for list in ["allOf", "oneOf"] {
        for branch in schema
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            collect(branch, schemas, path, names);
        }
    }
    let members = schema.get("properties").and_then(Value::as_object);
    for (name, member) in members.into_iter().flatten() {
        let name = match path {
            "" => name.clone(),
            path => format!("{path}.{name}"),
        };
        if !names.contains(&name) {
            names.push(name.clone());
            collect(member, schemas, &name, names);
        }
    }
}

/// The same schema with nothing required, in it or in what it refers to; objects become components of their own.
fn relaxed(schema: &Value, schemas: &Map<String, Value>, sparse: &mut Map<String, Value>) -> Value {
    if let Some((name, component)) = component(schema, schemas) {
        let is_object = ["properties", "allOf"]
            .iter()
            .any(|key| component.get(key).is_some());
        if !is_object {
            return schema.clone();
        }
        let name = format!("Sparse{name}");
        if !sparse.contains_key(&name) {
            let relaxed = relaxed(component, schemas, sparse);
            sparse.insert(name.clone(), relaxed);
        }
        return json!({ "$ref": format!("#/components/schemas/{name}") });
    }
    match schema {
        Value::Object(members) => members
            .iter()
            .filter(|(name, member)| *name != "required" || !member.is_array())
            .map(|(name, member)| (name.clone(), relaxed(member, schemas, sparse)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .map(|item| relaxed(item, schemas, sparse))
            .collect(),
        other => other.clone(),
    }
}
