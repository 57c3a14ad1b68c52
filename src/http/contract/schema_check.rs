//! Compilation of the documented schemas, and validation of values against them.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::flaws::{Flaw, MOST_FAULTS, escape, explain};
use super::known_members::known_members;
use super::references::{referred, schema_name};
use super::suggestions::{likeliest, quoted_list};
use crate::error::{Error, Fault, Result};
use crate::timestamp::Timestamp;

/// A schema that values can be checked against.
pub struct CompiledSchema {
    validator: Validator,
    /// The schema with the components that it refers to, from which errors take the names of members.
    source: Value,
}

impl CompiledSchema {
    /// Compiles a schema with the components that it refers to.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the schema is not a valid JSON Schema.
    pub fn new(mut source: Value, components: &Value) -> Result<Self> {
        // A validator keeps its whole schema in memory, so it gets only the components that it needs.
        let schemas = referred(components, [&source]).into_iter();
        let schemas = schemas.filter_map(|(pointer, schema)| {
            Some((schema_name(&pointer)?.to_owned(), schema.clone()))
        });
        let schemas: Map<String, Value> = schemas.collect();
        if let Some(object) = source.as_object_mut() {
            object.insert("components".into(), json!({ "schemas": schemas }));
        }
        state_limits(&mut source);
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .with_format("date-time", |text: &str| text.parse::<Timestamp>().is_ok())
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .build(&source)
            .map_err(|error| Error::Internal(format!("schema: {error}")))?;
        Ok(Self { validator, source })
    }

    /// Returns the flaws of a value, at most [`MOST_FAULTS`].
    pub fn flaws(&self, value: &Value) -> Vec<Flaw> {
        let flaws = self.validator.iter_errors(value);
        let flaws = flaws.flat_map(|error| explain(&error)).take(MOST_FAULTS);
        flaws.map(|flaw| self.with_known_names(flaw)).collect()
    }

    /// Adds the likeliest known name, or all of them, to the flaw of an unknown member.
    fn with_known_names(&self, flaw: Flaw) -> Flaw {
        let Some((owner, name)) = flaw.unknown_member() else {
            return flaw;
        };
        let known = known_members(&self.source, owner);
        let hint = match likeliest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if known.is_empty() => return flaw,
            None => {
                format!("the known ones are {}", quoted_list(known))
            }
        };
        let detail = format!("{}; {hint}", flaw.detail);
        Flaw { detail, ..flaw }
    }
}

/// Adds the limits that the formats `int32` and `int64` imply, so that a value beyond them is reported like any other
/// that is too large or too small.
fn state_limits(value: &mut Value) {
    let format = value.get("format").and_then(Value::as_str);
    let limits = match format {
        Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        Some("int64") => Some((i64::MIN, i64::MAX)),
        _ => None,
    };
    match value {
        Value::Array(list) => list.iter_mut().for_each(state_limits),
        Value::Object(members) => {
            if let Some((least, most)) = limits {
                members.entry("minimum").or_insert_with(|| least.into());
                members.entry("maximum").or_insert_with(|| most.into());
            }
            members.values_mut().for_each(state_limits);
        }
        _ => {}
    }
}

/// Returns the faults of a body, at most [`MOST_FAULTS`]. NUL is a fault even without a schema.
pub fn body_faults(schema: Option<&CompiledSchema>, body: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    find_nul(body, String::new(), &mut faults);
    let flaws = schema.map_or_else(Vec::new, |schema| schema.flaws(body));
    let flaws = flaws.into_iter();
    faults.extend(flaws.map(|flaw| Fault::pointer(flaw.pointer, flaw.code, flaw.detail)));
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
