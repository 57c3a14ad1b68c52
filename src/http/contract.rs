//! The OpenAPI documents at work: what they say is what is checked. Routes they know get `405` with `Allow`, query
//! parameters and bodies are validated against the very schemas that are published.

use std::collections::{BTreeMap, HashMap};

use actix_web::dev::ResourceDef;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use crate::any_of;
use crate::email;
use crate::error::{Error, Fault, Result};
use crate::lang;
use crate::languages;
use crate::slug;

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
    parameters: HashMap<String, Kind>,
    query: Validator,
    body: Option<Validator>,
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

/// How many faults one answer names; whoever sends more knows enough.
const MOST_FAULTS: usize = 100;

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
        })
    }

    /// Reads and checks a query string: an object with a member for each parameter given.
    ///
    /// # Errors
    /// [`Error::Parameters`], naming all that is wrong at once; an unknown name with the nearest valid one.
    pub fn query(&self, query: &str) -> Result<Value> {
        check_length(query)?;
        let mut object = Map::new();
        let mut faults = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if let Err(fault) = self.add_parameter(&mut object, &name, &value) {
                faults.push(fault);
            }
        }
        if !is_percent_encoded_utf8(query) {
            faults.push(Fault::parameter(
                "",
                "invalid_encoding",
                "the query string must be percent-encoded UTF-8",
            ));
        }
        let object = Value::Object(object);
        faults.extend(
            self.query
                .iter_errors(&object)
                .flat_map(|error| explain(&error))
                .take(MOST_FAULTS)
                .map(|flaw| {
                    let name = flaw
                        .pointer
                        .trim_start_matches('/')
                        .split('/')
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    Fault::parameter(name, flaw.code, flaw.detail)
                }),
        );
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
                self.suggest(name),
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

    fn suggest(&self, name: &str) -> String {
        let nearest = self
            .parameters
            .keys()
            .map(|known| (strsim::jaro_winkler(&name.to_lowercase(), known), known))
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
        match nearest {
            Some((likeness, known)) if likeness > 0.7 => {
                format!("is no parameter here; did you mean {known}?")
            }
            Some(_) => {
                let mut known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
                known.sort_unstable();
                format!("is no parameter here; there are {}", known.join(", "))
            }
            None => "is no parameter here; this takes none".into(),
        }
    }

    /// Checks a body against its schema.
    ///
    /// # Errors
    /// [`Error::Invalid`], naming all that is wrong at once.
    pub fn body(&self, body: &Value) -> Result<()> {
        let mut faults = Vec::new();
        find_nul(body, String::new(), &mut faults);
        if let Some(validator) = &self.body {
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
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }
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
            (Self::Integer, _) => text
                .parse::<i64>()
                .map_or_else(|_| text.into(), Value::from),
            (Self::Boolean, "true") => true.into(),
            (Self::Boolean, "false") => false.into(),
            (Self::Commas, _) => text.split(',').map(str::trim).collect(),
            _ => text.into(),
        }
    }
}

fn compile(mut schema: Value, components: &Value) -> Result<Validator> {
    let schemas = reachable(&schema, components);
    if let Some(object) = schema.as_object_mut() {
        object.insert("components".into(), json!({ "schemas": schemas }));
    }
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
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

/// Percent-encoded bytes that are no UTF-8 would silently become replacement characters.
fn is_percent_encoded_utf8(query: &str) -> bool {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(query).collect();
    let is_hex = |digit: Option<char>| digit.is_some_and(|digit| digit.is_ascii_hexdigit());
    let mut escapes = query.split('%').skip(1).map(str::chars);
    let escaped = escapes.all(|mut digits| is_hex(digits.next()) && is_hex(digits.next()));
    escaped && std::str::from_utf8(&bytes).is_ok()
}

/// How many bytes the parameters may have together, a cursor of ours aside.
const LONGEST_QUERY: usize = 8 * 1024;

fn check_length(query: &str) -> Result<()> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let given: Vec<(String, usize)> = pairs
        .filter(|(name, _)| name != "cursor")
        .map(|(name, value)| (name.to_string(), name.len() + value.len()))
        .collect();
    let length: usize = given.iter().map(|(_, length)| length).sum();
    match given.into_iter().max_by_key(|(_, length)| *length) {
        Some((longest, _)) if length > LONGEST_QUERY => {
            let name: String = longest.chars().take(100).collect();
            let detail = format!(
                "all parameters together may have at most {LONGEST_QUERY} bytes, not {length}"
            );
            Err(Error::parameter(name, "too_long", detail))
        }
        _ => Ok(()),
    }
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

/// One flaw found by a schema, told without the value that caused it.
struct Flaw {
    pointer: String,
    code: &'static str,
    detail: String,
}

/// The flaws behind one validation error, in words for people: what would be right.
fn explain(error: &ValidationError<'_>) -> Vec<Flaw> {
    use ValidationErrorKind as K;
    let at = error.instance_path().as_str().to_owned();
    let one = |code, detail: String| {
        vec![Flaw {
            pointer: at.clone(),
            code,
            detail,
        }]
    };
    match error.kind() {
        K::AdditionalProperties { unexpected } => unexpected
            .iter()
            .take(MOST_FAULTS)
            .map(|name| {
                let detail = "is no member here".to_owned();
                Flaw {
                    pointer: format!("{at}/{}", escape(name)),
                    code: "unknown_field",
                    detail,
                }
            })
            .collect(),
        K::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Flaw {
                pointer: format!("{at}/{}", escape(name)),
                code: "required",
                detail: "is required".into(),
            }]
        }
        // `Option<T>` is published as one of null and T: what T would have said is what helps.
        K::OneOfNotValid { context } | K::AnyOf { context } => nearest_branch(context, &at),
        K::PropertyNames { error } => explain(error)
            .into_iter()
            .map(|flaw| Flaw {
                pointer: format!(
                    "{at}/{}",
                    error.instance().as_str().map(escape).unwrap_or_default()
                ),
                ..flaw
            })
            .collect(),
        K::Type { kind } => one("wrong_type", format!("must be {}", type_names(kind))),
        K::MinLength { limit: 1 } => one("too_short", "must not be empty".into()),
        K::MinLength { limit } => one(
            "too_short",
            format!("must have at least {limit} characters"),
        ),
        K::MaxLength { limit } => one("too_long", format!("must have at most {limit} characters")),
        K::MinItems { limit } => one("too_few", format!("must have at least {limit} items")),
        K::MaxItems { limit } => one("too_many", format!("must have at most {limit} items")),
        K::MinProperties { limit } => one("too_few", format!("must have at least {limit} members")),
        K::MaxProperties { limit } => one("too_many", format!("must have at most {limit} members")),
        K::Minimum { limit } => one("too_small", format!("must be at least {limit}")),
        K::Maximum { limit } => one("too_large", format!("must be at most {limit}")),
        K::UniqueItems => one("duplicate", "must not name the same thing twice".into()),
        K::Enum { options } => one(
            "not_allowed",
            format!("must be one of {}", list_of(options)),
        ),
        K::Constant { expected_value } => one("not_allowed", format!("must be {expected_value}")),
        K::Format { format } => one("wrong_format", format!("must be {}", format_name(format))),
        K::Pattern { pattern } if pattern == r"\S" => one("blank", "must not be blank".into()),
        K::Pattern { pattern } => one("wrong_format", pattern_in_words(pattern)),
        _ => one("invalid", "does not match the schema".into()),
    }
}

fn pattern_in_words(pattern: &str) -> String {
    let known = [
        (any_of::PATTERN, any_of::EXPECTED),
        (email::PATTERN, email::EXPECTED),
        (lang::PATTERN, lang::EXPECTED),
        (languages::PATTERN, languages::EXPECTED),
        (slug::PATTERN, slug::EXPECTED),
    ];
    let words = known.iter().find(|(known, _)| *known == pattern);
    words.map_or_else(
        || format!("must match {pattern}"),
        |(_, words)| (*words).to_owned(),
    )
}

fn nearest_branch(context: &[Vec<ValidationError<'static>>], at: &str) -> Vec<Flaw> {
    let is_null = |errors: &[ValidationError<'static>]| match errors {
        [only] => {
            matches!(only.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(kind) } if kind.to_string() == "null")
        }
        _ => false,
    };
    let flaws: Vec<Flaw> = context
        .iter()
        .filter(|errors| !is_null(errors))
        .flatten()
        .flat_map(explain)
        .collect();
    let one = |code, detail| {
        vec![Flaw {
            pointer: at.to_owned(),
            code,
            detail,
        }]
    };
    match flaws.as_slice() {
        [] => one("invalid", "does not match the schema".into()),
        // One thing is wrong, whatever could have been right instead.
        [first, _, ..]
            if flaws
                .iter()
                .all(|flaw| flaw.code == first.code && flaw.pointer == at) =>
        {
            let right = flaws
                .iter()
                .map(|flaw| flaw.detail.trim_start_matches("must be "));
            let right: Vec<&str> = right.collect();
            one(first.code, format!("must be {}", right.join(" or ")))
        }
        _ => flaws,
    }
}

fn type_names(kind: &TypeKind) -> String {
    let article = |name: &str| match name {
        "null" => "null".to_owned(),
        name if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
        name => format!("a {name}"),
    };
    match kind {
        TypeKind::Single(kind) => article(&kind.to_string()),
        TypeKind::Multiple(kinds) => {
            let names: Vec<String> = kinds
                .iter()
                .map(|kind| article(&kind.to_string()))
                .collect();
            names.join(" or ")
        }
    }
}

fn list_of(options: &Value) -> String {
    let words: Vec<String> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(Value::to_string)
        .collect();
    words.join(", ")
}

fn format_name(format: &str) -> String {
    match format {
        "date-time" => "an RFC 3339 instant with a zone, such as 2026-05-01T08:00:00Z".into(),
        "date" => "a date, such as 2026-05-01".into(),
        "uuid" => "an id (a UUID)".into(),
        "uri" => "an absolute URL".into(),
        "email" => "an e-mail address".into(),
        other => format!("of the format {other}"),
    }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
