//! The OpenAPI documents at work: what they say is what is checked. Routes they know get `405` with `Allow`, query
//! parameters and bodies are validated against the very schemas that are published.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::flaws::{Flaw, MOST_FAULTS, escape, explain};
use super::query_string;
use crate::error::{Error, Fault, Place, Result};
use crate::timestamp::Timestamp;

/// Every documented operation, compiled.
pub struct Contract {
    /// The delivery document, as served.
    pub delivery: Value,
    /// The management document, as served.
    pub management: Value,
    routes: Vec<Route>,
}

struct Route {
    pattern: ResourceDef,
    /// How many characters of its paths are said.
    said: usize,
    operations: BTreeMap<String, Operation>,
}

/// What one method of one path takes.
pub struct Operation {
    /// Whether only who is signed in may call.
    pub needs_token: bool,
    parameters: BTreeMap<String, Kind>,
    query: Validator,
    body: Option<Validator>,
    /// Whether its body may be left out.
    pub needs_body: bool,
}

/// How the text of a query parameter becomes JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Boolean,
    /// Given once for each item.
    List,
    /// Given once, with commas between the items.
    Commas,
}

/// What a request's method and path lead to.
pub enum Target<'a> {
    /// A documented operation.
    Operation(&'a Operation),
    /// The path is known, the method is not; those that are.
    WrongMethod(Vec<String>),
    /// Not in the documents.
    Unknown,
}

impl Contract {
    /// Compiles both documents.
    ///
    /// # Errors
    /// [`Error::Internal`] when a schema does not compile: a fault of the build, found by any test.
    pub fn new(delivery: Value, management: Value) -> Result<Self> {
        let mut routes = Vec::new();
        for document in [&delivery, &management] {
            let Some(paths) = document.get("paths").and_then(Value::as_object) else {
                continue;
            };
            for (path, item) in paths {
                routes.push(Route::compile(path, item, document)?);
            }
        }
        // The one that says most about its paths comes first: `{from}...{to}` before `{number}`.
        routes.sort_by_key(|route: &Route| std::cmp::Reverse(route.said));
        Ok(Self {
            delivery,
            management,
            routes,
        })
    }

    /// What a request leads to. `HEAD` is `GET`.
    pub fn find(&self, method: &str, path: &str) -> Target<'_> {
        let method = if method == "HEAD" { "GET" } else { method };
        // Both documents may know a path: the methods of all that match count.
        let mut allowed = Vec::new();
        for route in self
            .routes
            .iter()
            .filter(|route| route.pattern.is_match(path))
        {
            if let Some(operation) = route.operations.get(method) {
                return Target::Operation(operation);
            }
            allowed.extend(route.operations.keys().cloned());
        }
        if allowed.is_empty() {
            return Target::Unknown;
        }
        allowed.sort_unstable();
        allowed.dedup();
        if allowed.iter().any(|method| method == "GET") {
            allowed.push("HEAD".into());
        }
        allowed.push("OPTIONS".into());
        Target::WrongMethod(allowed)
    }
}

impl Route {
    fn compile(path: &str, item: &Value, document: &Value) -> Result<Self> {
        let mut operations = BTreeMap::new();
        for (method, operation) in item.as_object().into_iter().flatten() {
            if let ("get" | "put" | "post" | "patch" | "delete", true) =
                (method.as_str(), operation.is_object())
            {
                operations.insert(
                    method.to_uppercase(),
                    Operation::compile(operation, document)?,
                );
            }
        }
        Ok(Self {
            pattern: ResourceDef::new(path),
            said: said(path),
            operations,
        })
    }
}

/// The characters of a path that are no variables.
fn said(path: &str) -> usize {
    let behind = |part: &str| {
        part.split_once('}')
            .map_or(part.len(), |(_, rest)| rest.len())
    };
    path.split('{').map(behind).sum()
}

impl Operation {
    fn compile(operation: &Value, document: &Value) -> Result<Self> {
        let components = document.get("components").cloned().unwrap_or_default();
        let query: Vec<&Value> = operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|parameter| parameter.get("in").and_then(Value::as_str) == Some("query"))
            .collect();
        let name = |parameter: &Value| {
            parameter
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let schema = |parameter: &Value| parameter.get("schema").cloned().unwrap_or(json!({}));
        let properties: Map<String, Value> = query.iter().map(|p| (name(p), schema(p))).collect();
        let required: Vec<String> = query
            .iter()
            .filter(|p| p.get("required") == Some(&Value::Bool(true)))
            .map(|p| name(p))
            .collect();
        let parameters = query
            .iter()
            .map(|parameter| (name(parameter), Kind::of(parameter, &components)))
            .collect();
        let query = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
        let body = operation
            .pointer("/requestBody/content/application~1json/schema")
            .map(|schema| compile(schema.clone(), &components))
            .transpose()?;
        let security = operation.get("security").and_then(Value::as_array);
        Ok(Self {
            needs_token: security.is_some_and(|schemes| !schemes.is_empty()),
            parameters,
            query: compile(query, &components)?,
            body,
            needs_body: operation.pointer("/requestBody/required") == Some(&Value::Bool(true)),
        })
    }

    /// Reads and checks a query string: an object with a member for each parameter given.
    ///
    /// # Errors
    /// [`Error::Parameters`], naming all that is wrong at once; an unknown name with the nearest valid one.
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
        let flaws = self.query.iter_errors(&object);
        let flaws = flaws.flat_map(|error| explain(&error)).take(MOST_FAULTS);
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
            (Kind::List, Some(Value::Array(list))) => list.push(value.into()),
            (Kind::List, _) => drop(object.insert(name.to_owned(), json!([value]))),
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

    /// Checks a body against its schema.
    ///
    /// # Errors
    /// [`Error::Invalid`], naming all that is wrong at once.
    pub fn body(&self, body: &Value) -> Result<()> {
        let faults = body_faults(self.body.as_ref(), body);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
}

/// Everything in a body that its schema forbids, [`MOST_FAULTS`] at most. NUL is forbidden without a schema, too.
pub(super) fn body_faults(schema: Option<&Validator>, body: &Value) -> Vec<Fault> {
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

impl Kind {
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

    /// What cannot be read as the kind stays text, and the schema says what is expected.
    fn read(self, text: &str) -> Value {
        match (self, text) {
            (Self::Integer, _) => whole(text).unwrap_or_else(|| text.into()),
            (Self::Boolean, "true") => true.into(),
            (Self::Boolean, "false") => false.into(),
            (Self::Commas, _) => text.split(',').map(str::trim).collect(),
            _ => text.into(),
        }
    }
}

/// A whole number, however great: that it is too great is for the schema to say.
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

/// Compiles a schema with the components that it refers to.
pub(super) fn compile(mut schema: Value, components: &Value) -> Result<Validator> {
    let schemas = reachable(&schema, components);
    if let Some(object) = schema.as_object_mut() {
        object.insert("components".into(), json!({ "schemas": schemas }));
    }
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_format("date-time", |text: &str| text.parse::<Timestamp>().is_ok())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(&schema)
        .map_err(|error| Error::Internal(format!("schema: {error}")))
}

/// The components a schema refers to, and what those refer to: a validator keeps all that it is given.
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

/// Each parameter's faults, each kind of fault once.
fn once(faults: &mut Vec<Fault>) {
    let mut told: Vec<(Place, &str)> = Vec::new();
    faults.retain(|fault| {
        let this = (fault.at.clone(), fault.code);
        let is_new = !told.contains(&this);
        if is_new {
            told.push(this);
        }
        is_new
    });
}

/// PostgreSQL cannot store NUL in text, and nobody means it.
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
