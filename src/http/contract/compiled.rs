//! The contract: the OpenAPI documents at work. A request finds its operation here, and a method that a path does not know
//! is answered with `405` and `Allow`.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, web};
use serde_json::Value;

use super::audience::Audience;
use super::document::document;
use super::endpoint::Endpoint;
use super::operation::{Operation, OperationList};
use super::texts::Texts;
use crate::error::Result;

/// Every documented operation, compiled.
pub struct Contract {
    /// The delivery document, as served.
    pub delivery: Value,
    /// The management document, as served.
    pub management: Value,
    routes: Vec<Route>,
    /// The paths of unlisted operations, each with what stands before its variables: every answer asks for them.
    unlisted: Vec<(String, ResourceDef)>,
}

struct Route {
    path: String,
    pattern: ResourceDef,
    /// The number of segments of its paths. Comparing it first is cheaper than matching the pattern.
    segments: usize,
    /// The number of characters of the path that belong to no variable.
    literal_length: usize,
    endpoints: BTreeMap<String, Endpoint>,
}

/// What a request's method and path lead to.
pub enum Target<'a> {
    /// A documented operation.
    Operation(&'a Endpoint),
    /// The path is known, the method is not; those that are.
    WrongMethod(Vec<String>),
    /// Not in the documents.
    Unknown,
}

impl Contract {
    /// Compiles the documents of all operations, in the words that `texts` gives each.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when a schema does not compile, or an operation lets the public write without saying so: faults of
    /// the build, which any test finds.
    pub fn new(texts: fn(Audience) -> Texts, lists: &[&OperationList]) -> Result<Self> {
        let delivery = document(Audience::Delivery, &texts(Audience::Delivery), lists)?;
        let management = document(Audience::Management, &texts(Audience::Management), lists)?;
        let mut routes: Vec<Route> = Vec::new();
        let operations = lists.iter().flat_map(|list| &list.operations);
        for operation in operations.clone() {
            operation.check()?;
            let document = if Audience::Delivery.owns(&operation.path) {
                &delivery
            } else {
                &management
            };
            let endpoint = Endpoint::compile(operation, document)?;
            let method = operation.method.as_str().to_owned();
            match routes.iter_mut().find(|route| route.path == operation.path) {
                Some(route) => drop(route.endpoints.insert(method, endpoint)),
                None => routes.push(Route::new(&operation.path, method, endpoint)),
            }
        }
        // The most specific route comes first: `{from}...{to}` before `{number}`.
        routes.sort_by_key(|route| std::cmp::Reverse(route.literal_length));
        Ok(Self {
            delivery,
            management,
            routes,
            unlisted: operations
                .filter(|one| one.unlisted)
                .map(unlisted)
                .collect(),
        })
    }

    /// The operation that a request leads to, if it leads to one.
    pub fn endpoint_of(request: &HttpRequest) -> Option<&Endpoint> {
        let contract = request.app_data::<web::Data<Self>>()?;
        match contract.find(request.method().as_str(), request.path()) {
            Target::Operation(endpoint) => Some(endpoint),
            Target::WrongMethod(_) | Target::Unknown => None,
        }
    }

    /// Says whether nobody may keep what a path answers, with any method, and no search engine list it.
    pub fn is_unlisted(&self, path: &str) -> bool {
        let mut unlisted = self.unlisted.iter();
        unlisted.any(|(prefix, pattern)| path.starts_with(prefix) && pattern.is_match(path))
    }

    /// What a request leads to. `HEAD` is `GET`.
    pub fn find(&self, method: &str, path: &str) -> Target<'_> {
        let method = if method == "HEAD" { "GET" } else { method };
        // Both documents may know a path: the methods of all that match count.
        let mut allowed = Vec::new();
        let segments = segments(path);
        let routes = self.routes.iter();
        for route in
            routes.filter(|route| route.segments == segments && route.pattern.is_match(path))
        {
            if let Some(endpoint) = route.endpoints.get(method) {
                return Target::Operation(endpoint);
            }
            allowed.extend(route.endpoints.keys().cloned());
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
    fn new(path: &str, method: String, endpoint: Endpoint) -> Self {
        Self {
            path: path.to_owned(),
            pattern: ResourceDef::new(path),
            segments: segments(path),
            literal_length: literal_length(path),
            endpoints: BTreeMap::from([(method, endpoint)]),
        }
    }
}

fn unlisted(operation: &Operation) -> (String, ResourceDef) {
    let prefix = operation.path.split('{').next().unwrap_or_default();
    (prefix.to_owned(), ResourceDef::new(operation.path.as_str()))
}

fn segments(path: &str) -> usize {
    path.split('/').count()
}

/// The number of characters of a path that belong to no variable.
fn literal_length(path: &str) -> usize {
    let behind = |part: &str| {
        part.split_once('}')
            .map_or(part.len(), |(_, rest)| rest.len())
    };
    path.split('{').map(behind).sum()
}
