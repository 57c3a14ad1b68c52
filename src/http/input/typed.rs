//! Deserialisation and validation of JSON values.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::error::Fault;
use crate::plain_words::plain;

/// Deserialises a value and applies the rules of `validator`.
///
/// # Errors
/// Returns all violated rules, or the single fault that serde reports if the value does not deserialise.
pub fn typed<T: DeserializeOwned + Validate>(value: Value) -> std::result::Result<T, Vec<Fault>> {
    let typed: T = parse(value)?;
    let broken = broken_rules(&typed);
    if broken.is_empty() {
        Ok(typed)
    } else {
        Err(broken)
    }
}

/// Deserialises a value. Treats `null` as `{}`.
///
/// # Errors
/// Returns the fault that serde reports if the value does not deserialise.
pub(super) fn parse<T: DeserializeOwned>(value: Value) -> std::result::Result<T, Vec<Fault>> {
    let value = if value.is_null() {
        Value::Object(Map::new())
    } else {
        value
    };
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error
            .path()
            .iter()
            .fold(String::new(), |path, segment| match segment {
                serde_path_to_error::Segment::Seq { index } => format!("{path}/{index}"),
                serde_path_to_error::Segment::Map { key } => format!("{path}/{key}"),
                _ => path,
            });
        vec![Fault::pointer(
            path,
            "invalid",
            plain(&error.inner().to_string()),
        )]
    })
}

/// Returns the `validator` rules that the value violates.
pub(in crate::http) fn broken_rules<T: Validate>(typed: &T) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(errors) = typed.validate() {
        collect(&errors, "", &mut faults);
    }
    faults
}

/// Returns the `validator` rules about single members that the value violates. Rules about several members may depend on
/// members that are absent.
pub(super) fn broken_rules_of_members<T: Validate>(typed: &T) -> Vec<Fault> {
    let Err(mut errors) = typed.validate() else {
        return Vec::new();
    };
    errors.errors_mut().remove(TOGETHER);
    let mut faults = Vec::new();
    collect(&errors, "", &mut faults);
    faults
}

/// The name under which `validator` reports a rule about several members.
const TOGETHER: &str = "__all__";

/// Collects only the code and the message of each error: `validator`'s errors also contain the rejected value.
fn collect(errors: &ValidationErrors, at: &str, faults: &mut Vec<Fault>) {
    for (field, kind) in errors.errors() {
        let at = if *field == TOGETHER {
            at.to_owned()
        } else {
            format!("{at}/{field}")
        };
        match kind {
            ValidationErrorsKind::Field(list) => faults.extend(list.iter().map(|error| {
                let at = error
                    .params
                    .get("pointer")
                    .and_then(Value::as_str)
                    .map_or(at.clone(), |to| format!("{at}{to}"));
                let code = match error.code {
                    Cow::Borrowed(code) => code,
                    Cow::Owned(_) => "invalid",
                };
                Fault::pointer(at, code, error.message.clone().unwrap_or_default())
            })),
            ValidationErrorsKind::Struct(inner) => collect(inner, &at, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{at}/{index}"), faults);
                }
            }
        }
    }
}
