//! Compilation of the documented schemas, and validation of values against them.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::flaws::{MOST_FAULTS, escape, explain};
use crate::error::{Error, Fault, Result};
use crate::text;
use crate::timestamp::Timestamp;

/// Compiles a schema with the components that it refers to.
///
/// # Errors
/// Returns [`Error::Internal`] if the schema is not a valid JSON Schema.
pub fn compile(mut schema: Value, components: &Value) -> Result<Validator> {
    let schemas = reachable(&schema, components);
    if let Some(object) = schema.as_object_mut() {
        object.insert("components".into(), json!({ "schemas": schemas }));
    }
    write_out_visible(&mut schema);
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_format("date-time", |text: &str| text.parse::<Timestamp>().is_ok())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(&schema)
        .map_err(|error| Error::Internal(format!("schema: {error}")))
}

/// Writes out the pattern of texts that must not be blank, which the source abbreviates.
pub fn write_out_visible(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(write_out_visible),
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| {
            if name == "pattern" && *member == text::VISIBLE_IN_SOURCE {
                *member = text::VISIBLE.into();
            } else {
                write_out_visible(member);
            }
        }),
        _ => {}
    }
}

/// Returns the components that a schema refers to, directly or through others. A validator keeps its whole schema in memory, so
/// it gets no other components.
fn reachable(schema: &Value, components: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list),
            Value::Object(members) => {
                let target = members.get("$ref").and_then(Value::as_str);
                let name = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
                if let Some((name, component)) = name.and_then(|name| {
                    let component = components.pointer(&format!("/schemas/{name}"))?;
                    (!found.contains_key(name)).then_some((name, component))
                }) {
                    found.insert(name.to_owned(), component.clone());
                    open.push(component);
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

/// Returns the faults of a body, at most [`MOST_FAULTS`]. NUL is a fault even without a schema.
pub fn body_faults(schema: Option<&Validator>, body: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    find_nul(body, String::new(), &mut faults);
    if let Some(validator) = schema {
        let flaws = validator
            .iter_errors(body)
            .flat_map(|error| explain(&error));
        faults.extend(
            flaws
                .take(MOST_FAULTS)
                .map(|flaw| Fault::pointer(flaw.pointer, flaw.code, flaw.detail)),
        );
    }
    faults.truncate(MOST_FAULTS);
    faults
}

/// Reports NUL in texts and member names, because PostgreSQL cannot store it.
fn find_nul(value: &Value, pointer: String, faults: &mut Vec<Fault>) {
    match value {
        _ if faults.len() >= MOST_FAULTS => {}
        Value::String(text) if text.contains('\0') => {
            faults.push(Fault::pointer(
                pointer,
                "control_character",
                "must not contain NUL",
            ));
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                find_nul(item, format!("{pointer}/{index}"), faults);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = format!("{pointer}/{}", escape(name));
                if name.contains('\0') {
                    faults.push(Fault::pointer(
                        pointer.clone(),
                        "control_character",
                        "must not contain NUL",
                    ));
                }
                find_nul(member, pointer, faults);
            }
        }
        _ => {}
    }
}
