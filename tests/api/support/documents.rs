//! Holds answers against the OpenAPI documents the application serves: status, headers, media type and body must be as
//! documented, and nothing may be sent that is not.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use tribuna::error::Code;

use super::client::Answer;
use super::sparse::{SparseForm, with_sparse_schemas};

/// Both documents, read once.
pub fn documents() -> &'static Documents {
    static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let contract = tribuna::app::contract().unwrap();
        Documents::read(&[contract.delivery, contract.management])
    })
}

/// The contract: the documented operations.
pub struct Documents {
    operations: Vec<Operation>,
    problem: Promise,
}

struct Operation {
    id: String,
    method: String,
    path: ResourceDef,
    /// The number of fixed characters in the path. Of several matching operations, the one with the most applies.
    fixed_chars: usize,
    responses: HashMap<String, Response>,
}

struct Response {
    headers: Vec<Header>,
    content: HashMap<String, Content>,
}

struct Header {
    name: String,
    required: bool,
    value: Promise,
}

/// Headers that any answer may have without being documented. They belong to HTTP, CORS or security, not to an
/// operation.
const GENERAL_HEADERS: [&str; 10] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "content-encoding",
    "content-length",
    "content-type",
    "x-content-type-options",
];

/// Paths that lead to another page.
const REDIRECTED: [&str; 2] = ["/v1/", "/docs/guide/errors"];

/// Paths without operations: pages for browsers, and the documents themselves.
const OUTSIDE: [&str; 3] = ["/docs", "/openapi.json", "/openapi/"];

/// Nor are the roots, which lead to both.
const ROOTS: [&str; 3] = ["/", "/v1", "/v1/"];

impl Documents {
    pub fn read(documents: &[Value]) -> Self {
        let problem = documents
            .iter()
            .find_map(|document| document.pointer("/components/schemas/Problem"))
            .expect("a schema Problem");
        Self {
            operations: documents.iter().flat_map(operations).collect(),
            problem: Promise::new(problem, &closed_components(&documents[0])),
        }
    }

    /// # Errors
    /// Returns the operation and the violation.
    pub fn check(&self, answer: &Answer) -> Result<(), String> {
        if answer.headers.get("x-request-id").is_none() {
            return Err("no X-Request-Id".into());
        }
        if answer.status == 500 {
            return Err("a 500, which no input may cause".into());
        }
        let path = answer.uri.path();
        let method = match answer.method.as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let of_path = |operation: &&Operation| operation.path.is_match(path);
        let of_method = |operation: &&Operation| operation.method == method;
        let found = self.operations.iter().filter(of_path).filter(of_method);
        match found.max_by_key(|operation| operation.fixed_chars) {
            Some(operation) => self
                .check_operation(operation, answer)
                .map_err(|broken| format!("{} {}: {broken}", operation.id, answer.status)),
            None if self.operations.iter().any(|operation| of_path(&operation)) => {
                self.check_wrong_method(answer)
            }
            None if ROOTS.contains(&path) && answer.status < 400 => Ok(()),
            // A script may ask before it reads why a path is unknown.
            None if answer.method == Method::OPTIONS && answer.status == 200 => Ok(()),
            None if REDIRECTED.contains(&path) && answer.status == 308 => Ok(()),
            None if answer.status == 308 => self.check_trailing_slash(answer),
            None if OUTSIDE.iter().any(|outside| path.starts_with(outside)) => Ok(()),
            None => self
                .check_problem(answer)
                .map_err(|broken| format!("no operation: {broken}")),
        }
    }

    /// Checks a redirect from a path with a trailing slash to the documented path without it, or to that in lower case.
    fn check_trailing_slash(&self, answer: &Answer) -> Result<(), String> {
        let without = answer.uri.path().trim_end_matches('/');
        let is_operation = self.operations.iter().any(|one| one.path.is_match(without));
        let is_known = is_operation || OUTSIDE.iter().any(|path| without.starts_with(path));
        // The documentation pages are in no document. Their folders end with a slash.
        let folder = format!("{without}/");
        let location = answer.headers.get("location").map(|to| to.as_bytes());
        let to = location.and_then(|to| to.split(|byte| *byte == b'?').next());
        let lower = without.to_ascii_lowercase();
        if is_known && [Some(without.as_bytes()), Some(lower.as_bytes())].contains(&to) {
            return Ok(());
        }
        if without.starts_with("/docs") && to == Some(folder.as_bytes()) {
            return Ok(());
        }
        Err(format!("an unknown path redirects to {to:?}"))
    }

    /// Checks a method that a documented path does not have.
    fn check_wrong_method(&self, answer: &Answer) -> Result<(), String> {
        match (answer.method.as_str(), answer.status) {
            // Either CORS answers a preflight, or the server answers a plain `OPTIONS`.
            ("OPTIONS", 200 | 204 | 400) => Ok(()),
            (_, 405) if answer.headers.contains_key("allow") => self.check_problem(answer),
            (_, 405) => Err("405 without Allow".into()),
            // Refused before the method is checked.
            (_, 414 | 431) => self.check_problem(answer),
            (method, status) => Err(format!("{method} is not documented, but answered {status}")),
        }
    }

    fn check_operation(&self, operation: &Operation, answer: &Answer) -> Result<(), String> {
        // The server refuses such a request before it determines the operation.
        if answer.status == 431 {
            return self.check_problem(answer);
        }
        let Some(response) = operation.responses.get(&answer.status.to_string()) else {
            return Err("the status is not documented".into());
        };
        response.check_headers(answer)?;
        response.check_body(answer)?;
        if answer.status >= 400 {
            self.check_problem(answer)?;
        }
        Ok(())
    }

    /// Checks a problem against RFC 9457 and the table of codes.
    fn check_problem(&self, answer: &Answer) -> Result<(), String> {
        let media_type = media_type(answer);
        if media_type != "application/problem+json" {
            return Err(format!("{media_type:?} where a problem is expected"));
        }
        self.problem.check(&answer.json)?;
        let code = answer.json["code"].as_str().unwrap_or_default();
        let row = Code::ALL.iter().find(|row| row.as_str() == code);
        let row = row.ok_or_else(|| format!("{code} is not in the table of codes"))?;
        if row.status() != answer.status || answer.json["status"] != answer.status {
            return Err(format!("{code} with the status {}", answer.status));
        }
        let id = answer.headers.get("x-request-id");
        if answer.json["instance"].as_str() != id.and_then(|id| id.to_str().ok()) {
            return Err("instance is not the request's id".into());
        }
        check_entries(&answer.json)
    }
}

/// Checks that each code of a single entry is documented: among those of entries, or as the code of the whole problem.
fn check_entries(problem: &Value) -> Result<(), String> {
    static DOCUMENTED: OnceLock<HashSet<&str>> = OnceLock::new();
    let documented = DOCUMENTED.get_or_init(|| {
        let (_, table) = include_str!("../../../docs/errors.md")
            .split_once("## Codes of single entries in `errors`")
            .expect("a table of the codes of entries");
        let rows = table.lines().filter(|line| line.starts_with("| `"));
        let codes = rows.filter_map(|row| row.split('|').nth(1));
        codes
            .flat_map(|codes| codes.split('`').skip(1).step_by(2))
            .collect()
    });
    let entries = problem["errors"].as_array().into_iter().flatten();
    let codes = entries.filter_map(|entry| entry["code"].as_str());
    let is_known = |code: &str| documented.contains(code) || problem["code"] == code;
    match codes.into_iter().find(|code| !is_known(code)) {
        Some(unknown) => Err(format!("the code {unknown} of an entry is not documented")),
        None => Ok(()),
    }
}

impl Response {
    fn check_headers(&self, answer: &Answer) -> Result<(), String> {
        for header in &self.headers {
            let Some(value) = answer.headers.get(&header.name) else {
                if header.required {
                    return Err(format!("the header {} is missing", header.name));
                }
                continue;
            };
            let text = value.to_str().map_err(|error| error.to_string())?;
            let number = text.parse::<i64>().map(Value::from);
            let is_right = |value: &Value| header.value.check(value);
            number
                .map_or_else(
                    |_| is_right(&text.into()),
                    |number| is_right(&number).or_else(|_| is_right(&text.into())),
                )
                .map_err(|broken| format!("the header {}: {broken}", header.name))?;
        }
        let documented = |name: &str| {
            GENERAL_HEADERS.contains(&name)
                || self
                    .headers
                    .iter()
                    .any(|header| header.name.eq_ignore_ascii_case(name))
        };
        match answer
            .headers
            .keys()
            .find(|name| !documented(name.as_str()))
        {
            Some(name) => Err(format!("the header {name} is not documented")),
            None => Ok(()),
        }
    }

    fn check_body(&self, answer: &Answer) -> Result<(), String> {
        if self.content.is_empty() {
            return if answer.body.is_empty() {
                Ok(())
            } else {
                Err("a body, where none is documented".into())
            };
        }
        let media_type = media_type(answer);
        let Some(promise) = self.content.get(&media_type) else {
            return Err(format!("the media type {media_type:?} is not documented"));
        };
        let encoded = answer.headers.contains_key(CONTENT_ENCODING);
        if encoded || !(media_type.ends_with("/json") || media_type.ends_with("+json")) {
            return Ok(());
        }
        let json: Value = serde_json::from_slice(&answer.body)
            .map_err(|error| format!("the body is no JSON: {error}"))?;
        let query = answer.uri.query().unwrap_or_default();
        match &promise.sparse {
            Some((form, sparse)) if form.is_asked_for(query) => sparse.check(&json),
            _ => promise.whole.check(&json),
        }
    }
}

/// What an answer's body is to be.
struct Content {
    whole: Promise,
    /// For a request that asks for some members only.
    sparse: Option<(SparseForm, Promise)>,
}

impl Content {
    fn new(schema: &Value, components: &Arc<Value>) -> Self {
        let sparse = SparseForm::of(schema, components).map(|form| {
            let promise = Promise::new(&form.schema, components);
            (form, promise)
        });
        Self {
            whole: Promise::new(schema, components),
            sparse,
        }
    }
}

/// The media type without parameters such as `charset`.
fn media_type(answer: &Answer) -> String {
    let value = answer.headers.get(CONTENT_TYPE);
    let text = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// A schema that allows no undeclared members. It is compiled on first use.
struct Promise {
    schema: Value,
    components: Arc<Value>,
    validator: OnceLock<Validator>,
}

impl Promise {
    fn new(schema: &Value, components: &Arc<Value>) -> Self {
        Self {
            schema: closed(schema),
            components: components.clone(),
            validator: OnceLock::new(),
        }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        let flaws: Vec<String> = self
            .validator
            .get_or_init(|| self.compile())
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(flaws.join("; "))
        }
    }

    fn compile(&self) -> Validator {
        let mut schema = self.schema.clone();
        let schemas = reachable(&schema, &self.components);
        if let Some(object) = schema.as_object_mut() {
            object.insert("components".into(), json!({ "schemas": schemas }));
        }
        jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .build(&schema)
            .expect("a documented schema")
    }
}

/// Returns the components that a schema refers to, directly or through others. A validator keeps its whole schema in memory,
/// and there is one for each answer and header of each operation.
fn reachable(schema: &Value, components: &Value) -> Map<String, Value> {
    let mut found = Map::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list),
            Value::Object(members) => {
                let target = members.get("$ref").and_then(Value::as_str);
                let name = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
                if let Some(name) = name.filter(|name| !found.contains_key(*name)) {
                    let component = &components["schemas"][name];
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

/// Each schema twice: closed under its name, and open, for `allOf`, whose branches each see the members of the others. The
/// same of the sparse form of each.
fn closed_components(document: &Value) -> Arc<Value> {
    let document = with_sparse_schemas(document);
    let schemas = document.pointer("/components/schemas");
    let schemas = schemas.and_then(Value::as_object).into_iter().flatten();
    let both = schemas.flat_map(|(name, schema)| {
        [
            (name.clone(), closed(schema)),
            (format!("{name}{OPEN}"), open(schema)),
        ]
    });
    let schemas: Map<String, Value> = both.collect();
    Arc::new(json!({ "schemas": schemas }))
}

const OPEN: &str = ".open";

/// Returns the schema without undeclared members at any depth.
fn closed(schema: &Value) -> Value {
    let mut closed = open(schema);
    if let Some(object) = closed.as_object_mut() {
        let has_members = object.contains_key("properties") || object.contains_key("allOf");
        if has_members && !object.contains_key("additionalProperties") {
            object.insert("unevaluatedProperties".into(), false.into());
        }
    }
    closed
}

/// Returns the schema unchanged at the top, with everything below it closed.
fn open(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let member = |(name, member): (&String, &Value)| {
                let value = match (name.as_str(), member) {
                    ("allOf", Value::Array(branches)) => branches.iter().map(open_branch).collect(),
                    ("properties" | "patternProperties" | "$defs", Value::Object(named)) => named
                        .iter()
                        .map(|(name, schema)| (name.clone(), closed(schema)))
                        .collect(),
                    ("enum" | "const" | "examples" | "example" | "default", literal) => {
                        literal.clone()
                    }
                    (_, schema) => closed(schema),
                };
                (name.clone(), value)
            };
            members.iter().map(member).collect()
        }
        Value::Array(list) => list.iter().map(closed).collect(),
        literal => literal.clone(),
    }
}

fn open_branch(branch: &Value) -> Value {
    match branch.get("$ref").and_then(Value::as_str) {
        Some(target) => json!({ "$ref": format!("{target}{OPEN}") }),
        None => open(branch),
    }
}

fn operations(document: &Value) -> Vec<Operation> {
    let components = closed_components(document);
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            let operations = operations.filter(|(_, operation)| operation.is_object());
            operations.map(|(method, operation)| Operation {
                id: operation["operationId"].as_str().unwrap_or("?").to_owned(),
                method: method.to_uppercase(),
                path: ResourceDef::new(path.as_str()),
                fixed_chars: fixed_chars(path),
                responses: responses(operation, document, &components),
            })
        })
        .collect()
}

fn fixed_chars(path: &str) -> usize {
    let parts = path.split('{').map(|part| part.split('}').next_back());
    parts.flatten().map(str::len).sum()
}

fn responses(
    operation: &Value,
    document: &Value,
    components: &Arc<Value>,
) -> HashMap<String, Response> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    responses
        .map(|(status, response)| {
            let response = resolve(response, document);
            let headers = response["headers"].as_object().into_iter().flatten();
            let headers = headers.map(|(name, header)| {
                let header = resolve(header, document);
                Header {
                    name: name.clone(),
                    required: header["required"] == true,
                    value: Promise::new(&header["schema"], components),
                }
            });
            let content = response["content"].as_object().into_iter().flatten();
            let content = content.map(|(media_type, content)| {
                let promise = Content::new(&content["schema"], components);
                (media_type.clone(), promise)
            });
            let response = Response {
                headers: headers.collect(),
                content: content.collect(),
            };
            (status.clone(), response)
        })
        .collect()
}

/// Resolves a `$ref`. A value without one resolves to itself.
fn resolve<'a>(value: &'a Value, document: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(target) => document
            .pointer(target.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{target} leads nowhere")),
        None => value,
    }
}
