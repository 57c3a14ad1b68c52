//! The links of the OpenAPI documents, from responses to further operations. They follow from paths and schemas, by the same
//! rules for all resources:
//!
//! - A list links to the `GET` operation of its first item, and a page of a list also to the next page.
//! - A single resource links to the other operations at its path, and to the operations below it that create or list
//!   something.
//! - A created resource (201) links to the same operations. Its path is that of an item below the called path, if the
//!   document has such a path.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::components::{Schemas, component};
use super::destinations::{Destination, frame};
use super::operation::DeclaredOperation;
use super::path_variables;
use super::walk::{self, written_out};

/// Adds the links between the declared operations.
pub struct Links<'a>(pub &'a [&'a DeclaredOperation]);

impl Modify for Links<'_> {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        let all = Destination::all(paths, self.0);
        for (path, method, operation) in walk::operations(paths) {
            let mut declared = self.0.iter();
            let Some(declared) =
                declared.find(|one| one.path == path && one.http_method() == method)
            else {
                continue;
            };
            let responses = operation.responses.responses.iter_mut();
            let responses = responses.filter_map(|(status, response)| {
                Some((status.parse().ok()?, written_out(response)?))
            });
            for (status, response) in responses {
                let schemas = &components.schemas;
                if let Some(source) = LinkSource::of(declared, status, response, &all, schemas) {
                    response.links = source.links(&all);
                }
            }
        }
    }
}

/// A successful response from which links can start.
struct LinkSource<'a> {
    /// The operation that returns the response.
    operation: &'a DeclaredOperation,
    /// The path of the resource in the response, or of an item of the list.
    address: &'a str,
    is_list: bool,
    /// The schema of the resource, or of an item of the list.
    schema: &'a RefOr<Schema>,
    schemas: &'a Schemas,
    has_etag: bool,
}

impl<'a> LinkSource<'a> {
    fn of(
        operation: &'a DeclaredOperation,
        status: StatusCode,
        response: &Response,
        all: &'a [Destination],
        schemas: &'a Schemas,
    ) -> Option<Self> {
        let frame = frame(response).filter(|_| status.is_success())?;
        let RefOr::T(Schema::Object(object)) = schemas.get(frame)? else {
            return None;
        };
        let data = object.properties.get("data")?;
        let below = || all.iter().find(|one| is_item(&one.path, &operation.path));
        let item = items(data);
        let address = match (item, status) {
            (Some(_), _) => below()?.path.as_str(),
            (None, StatusCode::CREATED) => {
                below().map_or(&*operation.path, |one| one.path.as_str())
            }
            _ => &operation.path,
        };
        Some(Self {
            operation,
            address,
            is_list: item.is_some(),
            schema: item.unwrap_or(data),
            schemas,
            has_etag: response.headers.contains_key("ETag"),
        })
    }

    fn links(&self, all: &[Destination]) -> BTreeMap<String, RefOr<Link>> {
        let links = all.iter().filter_map(|next| {
            let same =
                next.path == self.operation.path && next.method == self.operation.http_method();
            let (name, description, parameters) = match (same, self.operation.signature.is_page) {
                (true, true) => (
                    "next_page",
                    "The next page, with the same filters",
                    next_page(next),
                ),
                (true, false) => return None,
                (false, _) => (&*next.id, &*next.summary, self.parameters_of(next)?),
            };
            let link = LinkBuilder::new()
                .operation_id(&next.id)
                .description(description);
            let link = parameters
                .into_iter()
                .fold(link, |link, (name, from)| link.parameter(name, from));
            Some((name.to_owned(), link.build().into()))
        });
        links.collect()
    }

    /// Returns the parameters of a link to the next operation, as runtime expressions. They take values from the request or
    /// the response. Returns `None` if the response does not link to the operation.
    fn parameters_of(&self, next: &Destination) -> Option<Vec<(String, Value)>> {
        let below = next.path.strip_prefix(self.address)?;
        let is_same_path = below.is_empty();
        let reads_first = is_same_path && next.method == HttpMethod::Get;
        let changes = matches!(next.method, HttpMethod::Put | HttpMethod::Post);
        let makes = below.starts_with('/') && changes;
        let lists = below.starts_with('/') && next.lists;
        let leads = match self.is_list {
            true => reads_first,
            false => is_same_path || makes || lists,
        };
        if !leads {
            return None;
        }
        let thing = if self.is_list { "/data/0" } else { "/data" };
        let mut parameters = Vec::new();
        for (name, member) in next.variables.as_ref()? {
            let from = match path_variables::names(&self.operation.path).any(|known| known == name)
            {
                true => format!("$request.path.{name}"),
                false => format!("$response.body#{thing}{}", self.pointer(member)?),
            };
            parameters.push((name.clone(), from.into()));
        }
        if is_same_path && next.takes_if_match && self.has_etag {
            parameters.push(("If-Match".to_owned(), "$response.header.ETag".into()));
        }
        Some(parameters)
    }

    /// Returns the JSON pointer to a member of the resource, or to a member of one of its members.
    fn pointer(&self, name: &str) -> Option<String> {
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

/// Returns the parameters of the link to the next page.
fn next_page(list: &Destination) -> Vec<(String, Value)> {
    let place = path_variables::names(&list.path).map(|name| {
        let from = format!("$request.path.{name}");
        (name.to_owned(), from.into())
    });
    let cursor = (
        "cursor".to_owned(),
        "$response.body#/page/next_cursor".into(),
    );
    place.chain([cursor]).collect()
}

/// Returns whether a path is that of an item of the list at the path `list`.
fn is_item(path: &str, list: &str) -> bool {
    let rest = path.strip_prefix(list);
    let rest = rest.and_then(|rest| rest.strip_prefix('/'));
    let variable = rest.and_then(|rest| rest.strip_prefix('{')?.strip_suffix('}'));
    variable.is_some_and(|name| !name.contains(['/', '{']))
}

fn items(schema: &RefOr<Schema>) -> Option<&RefOr<Schema>> {
    match schema {
        RefOr::T(Schema::Array(list)) => match &list.items {
            ArrayItems::RefOrSchema(items) => Some(items),
            ArrayItems::False => None,
        },
        _ => None,
    }
}

/// Returns the members of an object, including those of all parts of an `allOf`.
fn properties<'a>(
    schema: &'a RefOr<Schema>,
    schemas: &'a Schemas,
) -> Vec<(&'a str, &'a RefOr<Schema>)> {
    match schema {
        RefOr::Ref(_) => component(schema, schemas)
            .map_or_else(Vec::new, |(_, schema)| properties(schema, schemas)),
        RefOr::T(Schema::Object(object)) => {
            let own = object.properties.iter();
            own.map(|(name, schema)| (name.as_str(), schema)).collect()
        }
        RefOr::T(Schema::AllOf(whole)) => {
            let parts = whole.items.iter();
            parts.flat_map(|part| properties(part, schemas)).collect()
        }
        RefOr::T(_) => Vec::new(),
    }
}
