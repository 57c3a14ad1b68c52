//! Compiled operations. An endpoint validates queries and bodies against the documented schemas. It also has the properties
//! that authentication, content negotiation and the cache need.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::flaws::{Flaw, MOST_FAULTS};
use super::operation::DeclaredOperation;
use super::path_variables;
use super::query_string;
use super::schema_check::{CompiledSchema, body_faults};
use super::signature::{Guard, QueryCheck};
use crate::error::{Error, Fault, Result};
use crate::http::media_types::MediaTypes;

/// A documented operation, compiled for the validation of requests.
pub struct Endpoint {
    template: String,
    /// The check of the caller. `None` if anyone may call the operation.
    pub guard: Option<Guard>,
    /// The media types of the successful responses.
    pub produces: MediaTypes,
    /// True if caches may store the response.
    pub is_cacheable: bool,
    /// True if the response is streamed.
    pub streams: bool,
    /// True if the response shows a secret that no other response shows.
    pub shows_secret: bool,
    /// True if the handler waits for other hosts, so that no transaction may be open meanwhile.
    pub calls_out: bool,
    /// The checks of the query that its schema cannot express.
    pub query_checks: Vec<QueryCheck>,
    parameters: BTreeMap<String, Encoding>,
    variables: BTreeMap<String, Encoding>,
    path: CompiledSchema,
    query: CompiledSchema,
    body: Option<CompiledSchema>,
    /// True if a request must have a body.
    pub needs_body: bool,
}

/// The conversion of a query parameter from text to JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Text,
    Integer,
    Boolean,
    /// An array with one parameter for each item (`explode: true`).
    List,
    /// An array whose items are separated by commas, in one parameter or in several.
    Commas,
}

impl Endpoint {
    /// Compiles an operation from its description in the document.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the document does not contain the operation or if a schema does not compile.
    pub fn compile(declared: &DeclaredOperation, document: &Value) -> Result<Self> {
        let components = document.get("components").cloned().unwrap_or_default();
        let method = declared.method.as_str().to_lowercase();
        let item = document
            .get("paths")
            .and_then(|paths| paths.get(&declared.path));
        let operation = item.and_then(|item| item.get(method));
        let operation = operation
            .ok_or_else(|| Error::Internal(format!("{} is not documented", declared.path)))?;
        let query = parameters(operation, "query");
        let path = parameters(operation, "path");
        let body = body_schema(operation)
            .map(|schema| CompiledSchema::new(schema.clone(), &components))
            .transpose()?;
        Ok(Self {
            template: declared.path.clone(),
            guard: declared.signature.guard,
            produces: MediaTypes::new(produced(operation)),
            is_cacheable: declared.is_cacheable(),
            streams: declared.streams,
            shows_secret: declared.shows_secret,
            calls_out: declared.calls_out,
            query_checks: declared.signature.query_checks.clone(),
            parameters: encodings(&query, &components),
            variables: encodings(&path, &components),
            path: CompiledSchema::new(object_schema(&path), &components)?,
            query: CompiledSchema::new(object_schema(&query), &components)?,
            body,
            needs_body: operation.pointer("/requestBody/required") == Some(&Value::Bool(true)),
        })
    }

    /// Parses and validates a query string. Returns an object with a member for each parameter of the request.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] with all faults, at most `MOST_FAULTS`. The fault of an unknown parameter suggests the
    /// nearest known one. A query string that is too long is reported alone.
    pub fn query(&self, query: &str) -> Result<Value> {
        query_string::check_length(query)?;
        let mut object = Map::new();
        let mut faults = Vec::new();
        for pair in query_string::pairs(query) {
            let added =
                pair.and_then(|(name, value)| self.add_parameter(&mut object, &name, &value));
            faults.extend(added.err());
        }
        let object = Value::Object(object);
        let flaws = self.query.flaws(&object).into_iter();
        faults.extend(flaws.map(Flaw::of_parameter));
        once(&mut faults);
        faults.truncate(MOST_FAULTS);
        if faults.is_empty() {
            Ok(object)
        } else {
            Err(Error::Parameters(faults))
        }
    }

    fn add_parameter(
        &self,
        object: &mut Map<String, Value>,
        name: &str,
        value: &str,
    ) -> std::result::Result<(), Fault> {
        let Some(kind) = self.parameters.get(name) else {
            return Err(Fault::parameter(
                name,
                "unknown_parameter",
                query_string::suggest(name, self.parameters.keys().map(String::as_str)),
            ));
        };
        if value.contains('\0') {
            return Err(Fault::parameter(
                name,
                "control_character",
                "must not contain NUL",
            ));
        }
        let given = object.get_mut(name);
        match (kind, given) {
            (Encoding::List, Some(Value::Array(list))) => list.push(value.into()),
            (Encoding::List, _) => drop(object.insert(name.to_owned(), json!([value]))),
            // Generated clients repeat the name for each item.
            (Encoding::Commas, Some(Value::Array(list))) => {
                list.extend(value.split(',').map(str::trim).map(Value::from));
            }
            (_, Some(_)) => {
                return Err(Fault::parameter(
                    name,
                    "duplicate_parameter",
                    "may be given only once",
                ));
            }
            (kind, None) => drop(object.insert(name.to_owned(), kind.read(value))),
        }
        Ok(())
    }

    /// Returns which variable of the path is malformed, and what is expected in its place. `None` if there is none.
    pub fn path_flaw(&self, path: &str) -> Option<String> {
        let variables = path_variables::values(&self.template, path);
        let given = variables.filter_map(|(name, value)| {
            let value = percent_decode_str(value).decode_utf8_lossy();
            let encoding = self.variables.get(name)?;
            Some((name.to_owned(), encoding.read(&value)))
        });
        let given = Value::Object(given.collect());
        let flaw = self.path.flaws(&given).into_iter().next()?;
        let name = flaw.pointer.trim_start_matches('/');
        Some(format!("The `{name}` in the path {}.", flaw.detail))
    }

    /// Returns the path in lower case if only its case is malformed, as that of a slug with capital letters.
    pub fn in_lower_case(&self, path: &str) -> String {
        let lower = path.to_ascii_lowercase();
        let is_right = self.path_flaw(path).is_none() || self.path_flaw(&lower).is_some();
        if is_right { path.to_owned() } else { lower }
    }

    /// Validates a body against the documented schema.
    ///
    /// # Errors
    /// Returns [`Error::Invalid`] with all faults, at most `MOST_FAULTS`.
    pub fn body(&self, body: &Value) -> Result<()> {
        let faults = body_faults(self.body.as_ref(), body);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

impl Encoding {
    fn of(parameter: &Value, components: &Value) -> Self {
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        let schema = match schema.get("$ref").and_then(Value::as_str) {
            Some(target) => components
                .pointer(target.trim_start_matches("#/components"))
                .unwrap_or(schema),
            None => schema,
        };
        match schema.get("type").and_then(Value::as_str) {
            Some("integer") => Self::Integer,
            Some("boolean") => Self::Boolean,
            Some("array") if parameter.get("explode") == Some(&Value::Bool(false)) => Self::Commas,
            Some("array") => Self::List,
            _ => Self::Text,
        }
    }

    /// Converts a text to JSON. A text that is not of the expected type remains a string, which the schema then rejects.
    fn read(self, text: &str) -> Value {
        match (self, text) {
            (Self::Integer, _) => whole(text).unwrap_or_else(|| text.into()),
            // PHP writes booleans in a query as numbers.
            (Self::Boolean, "true" | "1") => true.into(),
            (Self::Boolean, "false" | "0") => false.into(),
            (Self::Commas, _) => text.split(',').map(str::trim).collect(),
            _ => text.into(),
        }
    }
}

/// Returns the parameters of an operation in one place, `query` or `path`, with their names.
fn parameters<'a>(operation: &'a Value, place: &str) -> Vec<(&'a str, &'a Value)> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.into_iter().flatten();
    let there = parameters.filter(|one| one.get("in").and_then(Value::as_str) == Some(place));
    there
        .filter_map(|one| Some((one.get("name")?.as_str()?, one)))
        .collect()
}

fn encodings(parameters: &[(&str, &Value)], components: &Value) -> BTreeMap<String, Encoding> {
    let parameters = parameters.iter();
    parameters
        .map(|(name, parameter)| ((*name).to_owned(), Encoding::of(parameter, components)))
        .collect()
}

/// Returns the schema of an object with a member for each parameter.
fn object_schema(parameters: &[(&str, &Value)]) -> Value {
    let schema = |parameter: &Value| parameter.get("schema").cloned().unwrap_or(json!({}));
    let properties: Map<String, Value> = parameters
        .iter()
        .map(|(name, parameter)| ((*name).to_owned(), schema(parameter)))
        .collect();
    let required: Vec<&str> = parameters
        .iter()
        .filter(|(_, parameter)| parameter.get("required") == Some(&Value::Bool(true)))
        .map(|(name, _)| *name)
        .collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// Returns the schema of the body. A form has the same in both encodings.
fn body_schema(operation: &Value) -> Option<&Value> {
    let content = operation.pointer("/requestBody/content")?;
    let media_types = ["application/json", "application/x-www-form-urlencoded"];
    let described = media_types.iter().find_map(|name| content.get(name))?;
    described.get("schema")
}

/// Returns the media types of the successful responses.
fn produced(operation: &Value) -> impl Iterator<Item = &str> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let successes = responses.into_iter().flatten();
    successes
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| response.get("content")?.as_object())
        .flat_map(|content| content.keys().map(String::as_str))
}

/// Parses an integer of any size. A number beyond `i64` becomes a float, so that the schema can reject it by its limits.
fn whole(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let near = || {
        text.parse::<f64>()
            .ok()
            .filter(|_| is_whole)
            .map(Value::from)
    };
    text.parse::<i64>().ok().map(Value::from).or_else(near)
}

/// Removes faults that are the same as an earlier one.
fn once(faults: &mut Vec<Fault>) {
    let mut seen: Vec<Fault> = Vec::new();
    faults.retain(|fault| {
        let is_new = !seen.contains(fault);
        if is_new {
            seen.push(fault.clone());
        }
        is_new
    });
}
