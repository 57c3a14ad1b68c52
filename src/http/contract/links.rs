//! The links of the OpenAPI documents: which operations an answer leads to, and with what of it. One rule for all resources,
//! out of their paths and schemas:
//!
//! - a list leads to its first item, and to its next page;
//! - a thing that was made leads to all that is done at its address;
//! - a thing leads to what else is done at its address, and to what is made or listed below it.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::Modify;
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::schema::{ArrayItems, Schema};
use utoipa::openapi::{OpenApi, RefOr, Response};

use super::components::{Schemas, component};
use super::destinations::{Destination, frame, is_page};
use super::operation::Operation as Declared;
use super::path_variables;
use super::walk::{self, written_out};

/// Puts the links between the declared operations in.
pub struct Links<'a>(pub &'a [&'a Declared]);

impl Modify for Links<'_> {
    fn modify(&self, document: &mut OpenApi) {
        let OpenApi {
            paths, components, ..
        } = document;
        let Some(components) = components else { return };
        let all = Destination::all(paths, self.0);
        for (path, method, operation) in walk::operations(paths) {
            let at = At { path, method };
            let responses = operation.responses.responses.iter_mut();
            let responses =
                responses.filter_map(|(status, response)| Some((status, written_out(response)?)));
            for (status, response) in responses {
                if let Some(answer) = Answer::of(&at, status, response, &all, &components.schemas) {
                    response.links = answer.links(&all);
                }
            }
        }
    }
}

/// Where the operation is that gives an answer.
struct At<'a> {
    path: &'a str,
    method: HttpMethod,
}

/// An answer that something can be done with.
struct Answer<'a> {
    at: &'a At<'a>,
    /// The path at which the thing, or the first of the list, is.
    address: &'a str,
    is_list: bool,
    /// That of the thing, or of an item.
    schema: &'a RefOr<Schema>,
    schemas: &'a Schemas,
    has_etag: bool,
    is_page: bool,
}

impl<'a> Answer<'a> {
    fn of(
        at: &'a At<'a>,
        status: &str,
        response: &Response,
        all: &'a [Destination],
        schemas: &'a Schemas,
    ) -> Option<Self> {
        let frame = frame(response).filter(|_| status.starts_with('2'))?;
        let RefOr::T(Schema::Object(object)) = schemas.get(frame)? else {
            return None;
        };
        let data = object.properties.get("data")?;
        let below = || all.iter().find(|one| is_item(&one.path, at.path));
        let item = items(data);
        let address = match (item, status) {
            (Some(_), _) => below()?.path.as_str(),
            (None, "201") => below().map_or(at.path, |one| one.path.as_str()),
            _ => at.path,
        };
        Some(Self {
            at,
            address,
            is_list: item.is_some(),
            schema: item.unwrap_or(data),
            schemas,
            has_etag: response.headers.contains_key("ETag"),
            is_page: is_page(frame),
        })
    }

    fn links(&self, all: &[Destination]) -> BTreeMap<String, RefOr<Link>> {
        let links = all.iter().filter_map(|next| {
            let same = next.path == self.at.path && next.method == self.at.method;
            let (name, description, parameters) = match (same, self.is_page) {
                (true, true) => (
                    "next_page",
                    "The next page, with the same filters",
                    next_page(next),
                ),
                (true, false) => return None,
                (false, _) => (&*next.id, &*next.summary, self.leads_to(next)?),
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

    /// What of the answer, or of the request it answers, goes along to the next operation; `None` where it does not lead.
    fn leads_to(&self, next: &Destination) -> Option<Vec<(String, Value)>> {
        let below = next.path.strip_prefix(self.address)?;
        let there = below.is_empty();
        let reads_first = there && next.method == HttpMethod::Get;
        let changes = matches!(next.method, HttpMethod::Put | HttpMethod::Post);
        let makes = below.starts_with('/') && changes;
        let lists = below.starts_with('/') && next.lists;
        let leads = match self.is_list {
            true => reads_first,
            false => there || makes || lists,
        };
        if !leads {
            return None;
        }
        let thing = if self.is_list { "/data/0" } else { "/data" };
        let mut parameters = Vec::new();
        for (name, member) in next.variables.as_ref()? {
            let from = match path_variables::names(self.at.path).any(|known| known == name) {
                true => format!("$request.path.{name}"),
                false => format!("$response.body#{thing}{}", self.pointer(member)?),
            };
            parameters.push((name.clone(), from.into()));
        }
        if there && next.takes_if_match && self.has_etag {
            parameters.push(("If-Match".to_owned(), "$response.header.ETag".into()));
        }
        Some(parameters)
    }

    /// Where in the thing a member stands: as a member of its own, or of one of its members.
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

/// The same list, from where the page ends.
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

/// Whether a path is that of an item of the list at `list`.
fn is_item(path: &str, list: &str) -> bool {
    let rest = path.strip_prefix(list);
    let rest = rest.and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(|rest| rest.starts_with('{') && !rest.contains('/'))
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

/// The members of an object, those of all its parts.
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
