//! The two OpenAPI documents, out of what the handlers say. What holds for all operations is added here, once.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::path::Paths;
use utoipa::{PartialSchema, ToSchema};

use super::examples;
use super::links;
use super::operation::OperationList;
use super::sparse;
use crate::error::{Code, Error, Result};
use crate::http::problem::{Problem, ProblemError, ProblemHolder};
use crate::http::surface::Surface;
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;

/// Whom a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Frontends, partners, apps: anyone.
    Delivery,
    /// Editors' tools and machines, with a token; and operators.
    Management,
}

impl Audience {
    fn title(self) -> &'static str {
        match self {
            Self::Delivery => "Tribuna Delivery API",
            Self::Management => "Tribuna Management API",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Delivery => {
                "Published posts, categories, tags, authors and organizations, in every language they have. Open to \
                 anyone; reads only. `HEAD` is answered wherever `GET` is. No parameter may hold NUL (U+0000)."
            }
            Self::Management => {
                "Working copies, publishing, terms, people and sessions. Needs `Authorization: Bearer <access token>` \
                 from `POST /v1/auth/login`, but for signing in itself and the health checks. No text may hold NUL \
                 (U+0000)."
            }
        }
    }

    /// Says whether the document describes this path.
    pub fn owns(self, path: &str) -> bool {
        Surface::of(path).is_open() == (self == Self::Delivery)
    }
}

/// The document for one audience.
///
/// # Errors
/// [`Error::Internal`] when the description cannot be written as JSON.
pub fn document(audience: Audience, lists: &[&OperationList]) -> Result<Value> {
    let mut schemas = Map::new();
    let mut items = Paths::new();
    for list in lists {
        merge(&mut schemas, Some(&json(&list.schemas)?));
        for operation in &list.operations {
            if audience.owns(&operation.path) {
                let item = items.paths.entry(operation.path.clone()).or_default();
                item.merge_operations(operation.item());
            }
        }
    }
    let mut paths = Map::new();
    merge(&mut paths, Some(&json(&items)?));
    for (name, schema) in problem_schemas() {
        schemas.insert(name, schema);
    }
    for (path, item) in &mut paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(operation, method, path);
        }
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": audience.title(),
            "description": audience.description(),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
            "contact": { "name": "The Tribuna developers", "url": "https://example.org/tribuna" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "tags": tags(&paths),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": problem_responses(audience),
            "headers": headers(),
        },
    });
    if audience == Audience::Management
        && let Some(components) = document
            .get_mut("components")
            .and_then(Value::as_object_mut)
    {
        let scheme = json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The `access_token` that `POST /v1/auth/login` gives." });
        components.insert("securitySchemes".into(), json!({ "bearer": scheme }));
    }
    links::add(&mut document);
    share_inlined(&mut document);
    sparse::complete(&mut document);
    lift_descriptions(&mut document);
    let_bodies_be_absent(&mut document);
    keep_previews_private(&mut document);
    prune(&mut document);
    examples::add(&mut document);
    Ok(document)
}

fn json(described: &impl Serialize) -> Result<Value> {
    serde_json::to_value(described).map_err(|error| Error::Internal(error.to_string()))
}

fn merge(into: &mut Map<String, Value>, more: Option<&Value>) {
    for (name, schema) in more.and_then(Value::as_object).into_iter().flatten() {
        into.insert(name.clone(), schema.clone());
    }
}

fn problem_schemas() -> Vec<(String, Value)> {
    let mut schemas = vec![
        (Problem::name().into_owned(), Problem::schema()),
        (ProblemError::name().into_owned(), ProblemError::schema()),
        (ProblemHolder::name().into_owned(), ProblemHolder::schema()),
    ];
    Problem::schemas(&mut schemas);
    schemas
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default()))
        .collect()
}

/// What every operation of its kind takes and answers.
fn complete(operation: &mut Value, method: &str, path: &str) {
    let surface = Surface::of(path);
    let admin = surface == Surface::Management;
    let conditional = admin && takes_if_match(method, path);
    let signed_in = operation.get("security").is_some();
    let has_body = operation.get("requestBody").is_some();
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    say_who(operation);
    add_path_parameters(operation, path);
    if conditional {
        let description = "The `ETag` that was read: the write goes through only if it is still the current one (RFC 9110).";
        add_condition(operation, "If-Match", description, &["\"v1\"", "*"]);
    }
    if conditional && method == "put" {
        let description = "`*`: the write goes through only if it makes something new (RFC 9110).";
        add_condition(operation, "If-None-Match", description, &["*"]);
    }
    if surface.may_be_kept() {
        let description =
            "The `ETag` of an answer that was kept: 304 while it is still the same (RFC 9110).";
        add_condition(
            operation,
            "If-None-Match",
            description,
            &["\"3f1c5a7d9e0b2c4d6f8a1b3c\""],
        );
        let description = "The `Last-Modified` of an answer that was kept: 304 while nothing has changed since (RFC 9110). Counts only without `If-None-Match`.";
        add_condition(
            operation,
            "If-Modified-Since",
            description,
            &["Fri, 01 May 2026 08:00:00 GMT"],
        );
    }
    if method == "post" {
        take_key(operation);
    }
    if method == "patch" {
        offer_merge_patch(operation);
    }
    let Some(responses) = operation
        .entry("responses")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        // A handler needs only name what else it answers: a problem is described once for all.
        if is_problem(status) {
            *response = problem_reference(status);
        } else {
            describe(response, status, path);
            if method == "post" {
                may_be_replayed(response);
            }
        }
    }
    let mut problems = vec!["400", "406", "414", "500"];
    if surface != Surface::Operations || path.contains("ready") || path.contains("jwks") {
        problems.push("503");
    }
    if signed_in {
        problems.extend(["401", "403"]);
    }
    if surface == Surface::Sessions && has_body {
        problems.extend(["401", "429"]);
    }
    if path.contains('{') {
        problems.push("404");
    }
    if has_body {
        problems.extend(["408", "413", "415", "422"]);
    }
    if admin && method != "get" {
        problems.push("409");
    }
    if method == "post" {
        // Its body is read whole before anything is done under a key, and nobody may fill the table of keys.
        problems.extend(["408", "409", "413", "422"]);
        problems.extend((!signed_in).then_some("429"));
    }
    if conditional {
        problems.extend(["412", "428"]);
    }
    for status in problems {
        responses
            .entry(status)
            .or_insert_with(|| problem_reference(status));
    }
    if path.contains("{id_or_slug}") {
        responses.insert("308".into(), moved());
    }
    if path.starts_with("/v1/posts/{id_or_slug}") {
        responses.insert("410".into(), problem_reference("410"));
    }
    if surface.may_be_kept() {
        responses.insert(
            "304".into(),
            json!({ "description": "Not changed: the client has it.", "headers": with_id(&KEPT) }),
        );
    }
    sort_by_key(responses);
}

/// The headers of what may be kept.
const KEPT: [&str; 7] = [
    "ETag",
    "LastModified",
    "CacheControl",
    "CacheStatus",
    "SurrogateKey",
    "CacheTag",
    "Vary",
];

/// Whether it changes something that is there, so that the caller may say in which state they saw it.
fn takes_if_match(method: &str, path: &str) -> bool {
    matches!(method, "put" | "patch" | "delete") || path.ends_with("/restoration")
}

/// Who may call is told in words, too: not every tool shows the roles in `security`. An admin may whatever an editor may.
fn say_who(operation: &mut Map<String, Value>) {
    let roles = operation
        .entry("security")
        .or_insert_with(|| json!([]))
        .pointer("/0/bearer")
        .and_then(Value::as_array);
    let who = match roles {
        None => "Open to anyone.".to_owned(),
        Some(roles) if roles.is_empty() => "For anyone signed in.".to_owned(),
        Some(roles) => {
            let mut roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
            if !roles.contains(&"admin") {
                roles.push("admin");
            }
            format!("Roles: {}.", roles.join(", "))
        }
    };
    let said = operation.get("description").and_then(Value::as_str);
    let description = said.map_or_else(|| who.clone(), |said| format!("{said}\n\n{who}"));
    operation.insert("description".into(), description.into());
}

fn describe(response: &mut Value, status: &str, path: &str) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    let described = response
        .get("description")
        .and_then(Value::as_str)
        .is_some_and(|text| !text.is_empty());
    if !described {
        response.insert("description".into(), status_text(status).into());
    }
    let mut names = Vec::new();
    let frame = response.pointer_schema().unwrap_or_default();
    if frame.contains("Page_") {
        names.push("Link");
    }
    let surface = Surface::of(path);
    let editable = surface == Surface::Management && frame.contains("Data_");
    match status {
        "201" => names.extend(["Location", "ETag"]),
        "308" => names.extend(["Location", "CacheControl", "CacheStatus"]),
        "200" if surface.may_be_kept() => names.extend(KEPT),
        "200" if editable => names.push("ETag"),
        _ => {}
    }
    let mut headers = with_id(&names);
    if let (Some(given), Some(all)) = (
        response.get("headers").and_then(Value::as_object),
        headers.as_object_mut(),
    ) {
        all.extend(given.clone());
    }
    response.insert("headers".into(), headers);
}

/// The name of the schema a response's JSON has.
trait PointerSchema {
    fn pointer_schema(&self) -> Option<String>;
}

impl PointerSchema for Map<String, Value> {
    fn pointer_schema(&self) -> Option<String> {
        let schema = self
            .get("content")?
            .pointer("/application~1json/schema/$ref")?;
        schema.as_str().map(str::to_owned)
    }
}

fn add_path_parameters(operation: &mut Map<String, Value>, path: &str) {
    let names = path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let parameters: Vec<Value> = names
        .map(|name| {
            let (schema, description) = match name {
                "lang" => (serde_json::to_value(Lang::schema()), "The language, a BCP 47 tag."),
                "number" => (Ok(revision_number()), "The number of the revision."),
                "from" => (Ok(revision_number()), "The number of the revision on the left."),
                "to" => (Ok(revision_number()), "The number of the revision on the right."),
                "token" => (Ok(json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{43}$" })), "The token of a preview link."),
                "link" => (serde_json::to_value(Id::schema()), "The id of the link."),
                "id_or_slug" => (Ok(id_or_slug()), "The id, or the slug in any language."),
                _ => (serde_json::to_value(Id::schema()), "The id."),
            };
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema.unwrap_or_default() })
        })
        .collect();
    if parameters.is_empty() {
        return;
    }
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.splice(0..0, parameters);
    }
}

fn revision_number() -> Value {
    json!({ "type": "integer", "format": "int32", "minimum": 1 })
}

fn id_or_slug() -> Value {
    let slug = serde_json::to_value(Slug::schema()).unwrap_or_default();
    json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": slug.get("pattern") })
}

/// Makes the answer depend on the state of the thing (RFC 9110 section 13.1).
fn add_condition(
    operation: &mut Map<String, Value>,
    name: &str,
    description: &str,
    examples: &[&str],
) {
    let parameter = json!({ "name": name, "in": "header", "required": false, "description": description,
        "schema": { "type": "string", "examples": examples } });
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.push(parameter);
    }
}

/// Any `POST` may be named, so that it can be sent again.
fn take_key(operation: &mut Map<String, Value>) {
    let description = "A name of your own for this request, new for each: sent again within 24 hours, with the same body, it \
                       is not carried out again but answered as it was.";
    let parameter = json!({ "name": "Idempotency-Key", "in": "header", "required": false, "description": description,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" } });
    if let Some(list) = operation
        .entry("parameters")
        .or_insert_with(|| json!([]))
        .as_array_mut()
    {
        list.push(parameter);
    }
}

fn may_be_replayed(response: &mut Value) {
    if let Some(headers) = response.get_mut("headers").and_then(Value::as_object_mut) {
        let header = json!({ "$ref": "#/components/headers/IdempotencyReplayed" });
        headers.insert("Idempotency-Replayed".into(), header);
    }
}

fn offer_merge_patch(operation: &mut Map<String, Value>) {
    let Some(content) = operation
        .get_mut("requestBody")
        .and_then(|body| body.get_mut("content")?.as_object_mut())
    else {
        return;
    };
    if let Some(json) = content.get("application/json").cloned() {
        content.insert("application/merge-patch+json".into(), json);
    }
}

/// The statuses any operation may answer with a problem document; the descriptions come out of the table of codes.
fn problem_responses(audience: Audience) -> Value {
    let statuses: BTreeSet<u16> = Code::ALL.iter().map(|code| code.status()).collect();
    let mut responses = Map::new();
    for status in statuses {
        let rows = Code::ALL.iter().filter(|code| code.status() == status);
        let codes: Vec<String> = rows
            .map(|code| format!("`{code}`: {}", code.help()))
            .collect();
        let mut names = Vec::new();
        match status {
            401 | 403 => names.push("WWWAuthenticate"),
            409 => names.push("RetryAfterSome"),
            412 => names.push("CurrentETag"),
            429 | 503 => names.push("RetryAfter"),
            _ => {}
        }
        if audience == Audience::Delivery && matches!(status, 404 | 410 | 500 | 503) {
            names.push("CacheStatusSome");
        }
        if status < 500 && !matches!(status, 401 | 406 | 408 | 413 | 414 | 429 | 431) {
            names.push("IdempotencyReplayed");
        }
        let status = status.to_string();
        let description = format!("{}. {}", status_text(&status), codes.join(" "));
        let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        responses.insert(
            reply_name(&status),
            json!({ "description": description, "headers": with_id(&names), "content": content }),
        );
    }
    Value::Object(responses)
}

fn problem_reference(status: &str) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", reply_name(status)) })
}

/// Whether it is a status of the table of codes.
fn is_problem(status: &str) -> bool {
    let status = status.parse::<u16>();
    status.is_ok_and(|status| Code::ALL.iter().any(|code| code.status() == status))
}

fn reply_name(status: &str) -> String {
    status_text(status)
        .split_whitespace()
        .collect::<String>()
        .replace('-', "")
}

fn status_text(status: &str) -> String {
    let known = status
        .parse::<u16>()
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok());
    known
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Answer")
        .to_owned()
}

fn headers() -> Value {
    // A header that is required is always there.
    let text = |description: &str, example: &str| json!({ "description": description, "required": true, "schema": { "type": "string", "examples": [example] } });
    json!({
        "XRequestId": text("The id of this request, in the logs and in problem documents.", "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "CurrentETag": json!({ "description": "The validator of what is there now; absent when there is nothing.", "schema": { "type": "string", "examples": ["\"v4\""] } }),
        "ETag": text("A strong validator (RFC 9110).", "\"v3\""),
        "Location": text("The address of what was made.", "/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"),
        "Link": text("Other pages or languages (RFC 8288).", "</v1/posts?limit=20>; rel=\"first\""),
        "CacheControl": text("How long the answer may be kept.", "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"),
        "NotKept": text("Nobody may keep the answer.", "private, no-store"),
        "XRobotsTag": text("No search engine is to list it.", "noindex"),
        "LastModified": json!({ "description": "When anything public changed last; absent until it is known, and within the second of the change.", "schema": { "type": "string", "examples": ["Fri, 01 May 2026 08:00:00 GMT"] } }),
        "CacheStatus": text("Whether this server had the answer in memory (RFC 9211).", "tribuna; hit"),
        "CacheStatusSome": json!({ "description": "The same; absent where this server keeps nothing.", "schema": { "type": "string", "examples": ["tribuna; fwd=miss"] } }),
        "SurrogateKey": json!({ "description": "What the answer shows, with spaces between: a CDN can purge by it. At most 4,096 bytes; what does not fit is told as `post:any`.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr posts posts:fr"] } }),
        "CacheTag": json!({ "description": "The same, with commas between.", "schema": { "type": "string", "maxLength": 4096, "examples": ["lang:fr,posts,posts:fr"] } }),
        "Vary": text("What of the request the bytes depend on.", "accept-encoding"),
        "ContentLanguage": text("The language served.", "fr"),
        "WWWAuthenticate": text("What was wrong with the credentials (RFC 6750).", "Bearer realm=\"tribuna\", error=\"invalid_token\""),
        "RetryAfterSome": json!({ "description": "Seconds to wait, where waiting helps.", "schema": { "type": "integer", "minimum": 0, "examples": [1] } }),
        "IdempotencyReplayed": json!({ "description": "`true`: the answer to a `POST` with this `Idempotency-Key`, again.", "schema": { "type": "string", "enum": ["true"] } }),
        "RetryAfter": json!({ "description": "Seconds to wait.", "required": true, "schema": { "type": "integer", "minimum": 0, "examples": [5] } }),
    })
}

fn with_id(names: &[&str]) -> Value {
    let mut headers = Map::new();
    headers.insert(
        "X-Request-Id".into(),
        json!({ "$ref": "#/components/headers/XRequestId" }),
    );
    for name in names {
        let written = match *name {
            "WWWAuthenticate" => "WWW-Authenticate",
            "RetryAfter" | "RetryAfterSome" => "Retry-After",
            "IdempotencyReplayed" => "Idempotency-Replayed",
            "CacheControl" => "Cache-Control",
            "CacheStatus" | "CacheStatusSome" => "Cache-Status",
            "CacheTag" => "Cache-Tag",
            "LastModified" => "Last-Modified",
            "SurrogateKey" => "Surrogate-Key",
            "ContentLanguage" => "Content-Language",
            "CurrentETag" => "ETag",
            "XRobotsTag" => "X-Robots-Tag",
            "NotKept" => "Cache-Control",
            same => same,
        };
        headers.insert(
            written.into(),
            json!({ "$ref": format!("#/components/headers/{name}") }),
        );
    }
    Value::Object(headers)
}

fn moved() -> Value {
    json!({ "description": "The slug, or the id of a merged term, leads elsewhere now; the query goes along.", "headers": with_id(&["Location", "CacheControl", "CacheStatus"]) })
}

fn tags(paths: &Map<String, Value>) -> Value {
    let used: BTreeSet<&str> = paths
        .values()
        .flat_map(|item| item.as_object().into_iter().flat_map(Map::values))
        .filter_map(|operation| operation.pointer("/tags/0")?.as_str())
        .collect();
    used.into_iter()
        .map(|tag| json!({ "name": tag, "description": format!("Everything about {tag}.") }))
        .collect()
}

/// utoipa writes the inside of a generic frame (`Page<T>`, `Data<Vec<T>>`) out at each place; a `$ref` is put back where a
/// component is the same.
fn share_inlined(document: &mut Value) {
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let names: BTreeSet<String> = schemas.keys().cloned().collect();
    for (name, frame) in schemas.iter_mut() {
        let Some((kind, inner)) = name.split_once('_') else {
            continue;
        };
        let (place, inner) = match (kind, inner.strip_prefix("Vec_")) {
            ("Page", _) => ("/properties/data/items", inner),
            (_, Some(item)) => ("/properties/data/items", item),
            _ => ("/properties/data", inner),
        };
        if let (true, Some(inlined)) = (names.contains(inner), frame.pointer_mut(place)) {
            *inlined = json!({ "$ref": format!("#/components/schemas/{inner}") });
        }
        if let Some(list) = frame
            .pointer_mut("/properties/data")
            .and_then(Value::as_object_mut)
            && !list.contains_key("$ref")
        {
            list.entry("description")
                .or_insert_with(|| "The items, in order.".into());
        }
    }
}

/// utoipa writes what an `Option<T>` member means beside the `$ref` within its `oneOf`; it belongs to the member.
fn lift_descriptions(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let branches = members.get_mut("oneOf").and_then(Value::as_array_mut);
            let lifted = branches.and_then(|branches| {
                let mut of_refs = branches
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .filter(|branch| branch.contains_key("$ref"));
                match (of_refs.next(), of_refs.next()) {
                    (Some(only), None) => only.shift_remove("description"),
                    _ => None,
                }
            });
            if let Some(description) = lifted {
                members.insert("description".into(), description);
            }
            members.values_mut().for_each(lift_descriptions);
        }
        Value::Array(items) => items.iter_mut().for_each(lift_descriptions),
        _ => {}
    }
}

/// All operations of a document, with their paths and methods.
fn operations_of(document: &mut Value) -> impl Iterator<Item = (&String, &String, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let all = item.as_object_mut().into_iter().flatten();
        all.map(move |(method, operation)| (path, method, operation))
    })
}

/// A body that may be `{}` may as well not be sent. A patch that changes nothing is no request.
fn let_bodies_be_absent(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let says_nothing = |body: &Value| {
        let target = body.pointer("/content/application~1json/schema/$ref");
        let name = target.and_then(Value::as_str).unwrap_or_default();
        let name = name.trim_start_matches("#/components/schemas/");
        let schema = schemas.get(name);
        schema.is_some_and(|schema| {
            schema.get("properties").is_some() && schema.get("required").is_none()
        })
    };
    for (_, method, operation) in operations_of(document) {
        if let Some(body) = operation.get_mut("requestBody")
            && method != "patch"
            && says_nothing(body)
            && let Some(body) = body.as_object_mut()
        {
            body.insert("required".into(), false.into());
        }
    }
}

/// What `response_headers` says of every answer on the surface of previews, problems included, which are described for it alone.
fn keep_previews_private(document: &mut Value) {
    let shared = document.pointer("/components/responses").cloned();
    let shared = shared.unwrap_or_default();
    let own = with_id(&["XRobotsTag", "NotKept"]);
    for (path, _, operation) in operations_of(document) {
        if Surface::of(path) != Surface::Previews {
            continue;
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for response in responses.into_iter().flat_map(Map::values_mut) {
            let target = response.get("$ref").and_then(Value::as_str);
            let name = target.map(|target| target.trim_start_matches("#/components/responses/"));
            if let Some(described) = name.and_then(|name| shared.get(name)) {
                *response = described.clone();
            }
            let headers = response.get_mut("headers").and_then(Value::as_object_mut);
            if let (Some(headers), Some(own)) = (headers, own.as_object()) {
                headers.extend(own.clone());
            }
        }
    }
}

/// Leaves out the components no operation of this document refers to.
fn prune(document: &mut Value) {
    let mut wanted = BTreeSet::new();
    if let Some(paths) = document.get("paths") {
        references(paths, &mut wanted);
    }
    loop {
        let mut more = wanted.clone();
        for target in &wanted {
            if let Some(component) = document.pointer(target) {
                references(component, &mut more);
            }
        }
        if more.len() == wanted.len() {
            break;
        }
        wanted = more;
    }
    for section in ["schemas", "responses", "headers"] {
        if let Some(components) = document
            .pointer_mut(&format!("/components/{section}"))
            .and_then(Value::as_object_mut)
        {
            components.retain(|name, _| wanted.contains(&format!("/components/{section}/{name}")));
            sort_by_key(components);
        }
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        sort_by_key(paths);
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str) {
                found.insert(target.trim_start_matches('#').to_owned());
            }
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(list) => list.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn sort_by_key(map: &mut Map<String, Value>) {
    let mut members: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    map.extend(members);
}
