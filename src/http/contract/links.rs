//! The links of the OpenAPI documents: which operations an answer leads to, and with what of it. One rule for all resources,
//! out of their paths and schemas:
//!
//! - a list leads to its first item, and to its next page;
//! - a thing that was made leads to all that is done at its address;
//! - a thing leads to what else is done at its address, and to what is made or listed below it.

use serde_json::{Map, Value, json};

/// Puts the links in.
pub fn add(document: &mut Value) {
    let all = operations(document);
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let responses = operation.get_mut("responses");
            let responses = responses.and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let Some(answer) = Answer::of(method, path, status, response, &all, &schemas)
                else {
                    continue;
                };
                let links = answer.links(&all);
                if let (false, Some(response)) = (links.is_empty(), response.as_object_mut()) {
                    response.insert("links".into(), links.into());
                }
            }
        }
    }
}

/// What a link must know of where it leads.
struct Operation {
    id: String,
    summary: String,
    method: String,
    path: String,
    takes_if_match: bool,
    lists: bool,
}

fn operations(document: &Value) -> Vec<Operation> {
    let items = document.get("paths").and_then(Value::as_object);
    let items = items.into_iter().flatten();
    let described = items.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.filter_map(|(method, operation)| Operation::of(method, path, operation))
    });
    described.collect()
}

impl Operation {
    fn of(method: &str, path: &str, operation: &Value) -> Option<Self> {
        let text = |name| operation.get(name).and_then(Value::as_str);
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let named = |name: &str| {
            let mut parameters = parameters.into_iter().flatten();
            parameters.any(|one| one.get("name").and_then(Value::as_str) == Some(name))
        };
        // What an answer does not say, nothing can lead to with it.
        let unsaid = |one: &Value| {
            one.get("in").and_then(Value::as_str) == Some("query")
                && one.get("required") == Some(&Value::Bool(true))
        };
        if parameters.into_iter().flatten().any(unsaid) {
            return None;
        }
        let answer = operation.pointer("/responses/200");
        Some(Self {
            id: text("operationId")?.to_owned(),
            summary: text("summary").unwrap_or_default().to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            takes_if_match: named("If-Match"),
            lists: answer.and_then(frame).is_some_and(is_page),
        })
    }
}

/// The name of the schema a response's JSON has; with `fields` it may have another.
fn frame(response: &Value) -> Option<&str> {
    let schema = response.pointer("/content/application~1json/schema")?;
    let whole = schema.pointer("/anyOf/0").unwrap_or(schema);
    whole.get("$ref")?.as_str()?.rsplit('/').next()
}

fn is_page(frame: &str) -> bool {
    frame.starts_with("Page_")
}

/// An answer that something can be done with.
struct Answer<'a> {
    /// The operation that gives it.
    method: &'a str,
    path: &'a str,
    /// The path at which the thing, or the first of the list, is.
    address: &'a str,
    is_list: bool,
    /// That of the thing, or of an item.
    schema: &'a Value,
    schemas: &'a Value,
    has_etag: bool,
    is_page: bool,
}

impl<'a> Answer<'a> {
    fn of(
        method: &'a str,
        path: &'a str,
        status: &str,
        response: &Value,
        all: &'a [Operation],
        schemas: &'a Value,
    ) -> Option<Self> {
        let frame = frame(response).filter(|_| status.starts_with('2'))?;
        let data = schemas.get(frame)?.pointer("/properties/data")?;
        let below = || all.iter().find(|one| is_item(&one.path, path));
        let item = data.get("items");
        let address = match (item, status) {
            (Some(_), _) => below()?.path.as_str(),
            (None, "201") => below().map_or(path, |one| one.path.as_str()),
            _ => path,
        };
        Some(Self {
            method,
            path,
            address,
            is_list: item.is_some(),
            schema: item.unwrap_or(data),
            schemas,
            has_etag: response.pointer("/headers/ETag").is_some(),
            is_page: is_page(frame),
        })
    }

    fn links(&self, all: &[Operation]) -> Map<String, Value> {
        let mut links = Map::new();
        for next in all {
            let same = next.path == self.path && next.method == self.method;
            let (name, description, parameters) = match (same, self.is_page) {
                (true, true) => (
                    "next_page",
                    "The next page, with the same filters",
                    Some(next_page(next)),
                ),
                (true, false) => continue,
                (false, _) => (&*next.id, &*next.summary, self.leads_to(next)),
            };
            if let Some(parameters) = parameters {
                let link = json!({ "operationId": next.id, "description": description, "parameters": parameters });
                links.insert(name.to_owned(), link);
            }
        }
        links
    }

    /// What of the answer, or of the request it answers, goes along to the next operation; `None` where it does not lead.
    fn leads_to(&self, next: &Operation) -> Option<Map<String, Value>> {
        let below = next.path.strip_prefix(self.address)?;
        let there = below.is_empty();
        let reads_first = there && next.method == "get";
        let makes = below.starts_with('/') && matches!(next.method.as_str(), "put" | "post");
        let lists = below.starts_with('/') && next.lists;
        let leads = match self.is_list {
            true => reads_first,
            false => there || makes || lists,
        };
        if !leads {
            return None;
        }
        let thing = if self.is_list { "/data/0" } else { "/data" };
        let mut parameters = Map::new();
        for name in variables(&next.path) {
            let from = match variables(self.path).any(|known| known == name) {
                true => format!("$request.path.{name}"),
                false => format!("$response.body#{thing}{}", self.member(name)?),
            };
            parameters.insert(name.to_owned(), from.into());
        }
        if there && next.takes_if_match && self.has_etag {
            parameters.insert("If-Match".into(), "$response.header.ETag".into());
        }
        Some(parameters)
    }

    /// Where in the thing a variable of a path stands: as a member of its own, or of one of its members.
    fn member(&self, variable: &str) -> Option<String> {
        let name = match variable {
            "id_or_slug" => "slug",
            same => same,
        };
        let own = properties(self.schema, self.schemas);
        if own.iter().any(|(member, _)| *member == name) {
            return Some(format!("/{name}"));
        }
        own.into_iter().find_map(|(member, schema)| {
            let inner = properties(schema, self.schemas);
            let found = inner.iter().any(|(inner, _)| *inner == name);
            found.then(|| format!("/{member}/{name}"))
        })
    }
}

/// The same list, from where the page ends.
fn next_page(list: &Operation) -> Map<String, Value> {
    let place = variables(&list.path).map(|name| {
        let from = format!("$request.path.{name}");
        (name.to_owned(), from.into())
    });
    let cursor = (
        "cursor".to_owned(),
        "$response.body#/page/next_cursor".into(),
    );
    place.chain([cursor]).collect()
}

/// Whether a path is that of an item of the list at `list`.
fn is_item(path: &str, list: &str) -> bool {
    let rest = path.strip_prefix(list);
    let rest = rest.and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| rest.starts_with('{') && !rest.contains('/'))
}

fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// The members of an object, those of all its parts.
fn properties<'a>(schema: &'a Value, schemas: &'a Value) -> Vec<(&'a str, &'a Value)> {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let target = target.rsplit('/').next().and_then(|name| schemas.get(name));
        return target.map_or_else(Vec::new, |schema| properties(schema, schemas));
    }
    let parts = schema.get("allOf").and_then(Value::as_array);
    let parts = parts.into_iter().flatten();
    let own = schema.get("properties").and_then(Value::as_object);
    let own = own.into_iter().flatten();
    own.map(|(name, schema)| (name.as_str(), schema))
        .chain(parts.flat_map(|part| properties(part, schemas)))
        .collect()
}
