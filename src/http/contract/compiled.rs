//! The contract: both OpenAPI documents with their compiled operations. It finds the operation of a request, or the methods
//! that the path supports.

use std::collections::BTreeMap;

use actix_web::dev::ResourceDef;
use actix_web::{HttpRequest, web};
use serde_json::Value;

use super::audience::Audience;
use super::document::document;
use super::endpoint::Endpoint;
use super::operation::{DeclaredOperation, OperationList};
use super::texts::Texts;
use crate::error::Result;

/// Every documented operation, compiled.
pub struct Contract {
    /// The delivery document as JSON.
    pub delivery: Value,
    /// The management document as JSON.
    pub management: Value,
    routes: Vec<Route>,
    /// The path patterns of unlisted operations, each with its literal prefix. Every response is checked against them, and
    /// the prefix rules out most paths cheaply.
    unlisted: Vec<(String, ResourceDef)>,
    /// The paths that can be read without being operations, such as those of the documentation.
    pages: Vec<(String, ResourceDef)>,
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

/// The result of the search for an operation by method and path.
pub enum RouteMatch<'a> {
    /// A documented operation.
    Operation(&'a Endpoint),
    /// The path exists, but not with this method. Contains the supported methods.
    WrongMethod(Vec<String>),
    /// No document contains the path.
    Unknown,
}

impl Contract {
    /// Generates both documents with their `texts`, and compiles all operations.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if a document cannot be serialised, if a schema does not compile, or if
    /// [`DeclaredOperation::check`] fails. These are faults of the build, which any test with a server finds.
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
            pages: Vec::new(),
        })
    }

    /// Adds the paths of pages, with their variables in braces.
    #[must_use]
    pub fn with_pages<'a>(mut self, paths: impl Iterator<Item = &'a str>) -> Self {
        let pages = paths.map(|path| (path.to_owned(), ResourceDef::new(path)));
        self.pages.extend(pages);
        self
    }

    /// Returns the operation of a request, if there is one.
    pub fn endpoint_of(request: &HttpRequest) -> Option<&Endpoint> {
        let contract = request.app_data::<web::Data<Self>>()?;
        match contract.find(request.method().as_str(), request.path()) {
            RouteMatch::Operation(endpoint) => Some(endpoint),
            RouteMatch::WrongMethod(_) | RouteMatch::Unknown => None,
        }
    }

    /// Returns whether a path belongs to an unlisted operation, whatever the method. Caches must not store the responses,
    /// and search engines must not index them.
    pub fn is_unlisted(&self, path: &str) -> bool {
        let mut unlisted = self.unlisted.iter();
        unlisted.any(|(prefix, pattern)| path.starts_with(prefix) && pattern.is_match(path))
    }

    /// Returns true if an operation or a page has the path.
    pub fn knows(&self, path: &str) -> bool {
        self.pattern(path).is_some()
    }

    /// Returns true if a page has the path.
    pub fn is_page(&self, path: &str) -> bool {
        self.pages.iter().any(|(_, pattern)| pattern.is_match(path))
    }

    /// Returns the path of the operation or page that a path matches, with its variables in braces.
    pub fn pattern(&self, path: &str) -> Option<&str> {
        let routes = self
            .routes
            .iter()
            .map(|route| (&route.path, &route.pattern));
        let pages = self.pages.iter().map(|(path, pattern)| (path, pattern));
        let mut matching = routes
            .chain(pages)
            .filter(|(_, pattern)| pattern.is_match(path));
        matching.next().map(|(path, _)| path.as_str())
    }

    /// Returns the paths of operations and pages that have no variables.
    pub fn plain_paths(&self) -> impl Iterator<Item = &str> {
        let routes = self.routes.iter().map(|route| route.path.as_str());
        let pages = self.pages.iter().map(|(path, _)| path.as_str());
        routes.chain(pages).filter(|path| !path.contains('{'))
    }

    /// Finds the operation for a method and a path. `HEAD` is treated as `GET`.
    pub fn find(&self, method: &str, path: &str) -> RouteMatch<'_> {
        let method = if method == "HEAD" { "GET" } else { method };
        // Several routes may match a path, so the supported methods are those of all matching routes.
        let mut allowed = Vec::new();
        let segments = segments(path);
        let routes = self.routes.iter();
        for route in
            routes.filter(|route| route.segments == segments && route.pattern.is_match(path))
        {
            if let Some(endpoint) = route.endpoints.get(method) {
                return RouteMatch::Operation(endpoint);
            }
            allowed.extend(route.endpoints.keys().cloned());
        }
        if allowed.is_empty() {
            return RouteMatch::Unknown;
        }
        allowed.sort_unstable();
        allowed.dedup();
        if allowed.iter().any(|method| method == "GET") {
            allowed.push("HEAD".into());
        }
        allowed.push("OPTIONS".into());
        RouteMatch::WrongMethod(allowed)
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

fn unlisted(operation: &DeclaredOperation) -> (String, ResourceDef) {
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
