//! The operations that OpenAPI links can target.

use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::{RefOr, Required, Response};

use super::components::component_name;
use super::operation::DeclaredOperation;
use super::path_variables;
use super::walk;

/// An operation as the target of a link.
pub struct Destination {
    /// The `operationId`.
    pub id: String,
    /// The summary, which becomes the description of the link.
    pub summary: String,
    /// The HTTP method.
    pub method: HttpMethod,
    /// The path, with its variables in braces.
    pub path: String,
    /// The path variables, each with the response member that contains its value. `None` if one path segment has several
    /// variables, because no response contains the values of both.
    pub variables: Option<Vec<(String, String)>>,
    /// True if the operation takes `If-Match`.
    pub takes_if_match: bool,
    /// True if the response is a page of a list.
    pub lists: bool,
}

impl Destination {
    /// Returns the operations that links can target, in document order.
    pub fn all(paths: &mut Paths, operations: &[&DeclaredOperation]) -> Vec<Self> {
        let documented = walk::operations(paths);
        let all = documented.filter_map(|(path, method, operation)| {
            let mut declared = operations.iter();
            let declared = declared.find(|one| one.path == path && one.http_method() == method)?;
            Self::of(declared, operation)
        });
        all.collect()
    }

    fn of(declared: &DeclaredOperation, operation: &Operation) -> Option<Self> {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        let parameters = parameters.iter().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        // A response contains no values for required query parameters, so no link can target this operation.
        let unsaid = |one: &Parameter| {
            one.parameter_in == ParameterIn::Query && one.required == Required::True
        };
        if parameters.into_iter().any(unsaid) {
            return None;
        }
        Some(Self {
            id: operation.operation_id.clone()?,
            summary: operation.summary.clone().unwrap_or_default(),
            method: declared.http_method(),
            path: declared.path.clone(),
            variables: variables(declared),
            takes_if_match: declared.signature.takes_if_match,
            lists: declared.signature.is_page,
        })
    }
}

/// Returns the name of the component that is the schema of the JSON response.
pub fn frame(response: &Response) -> Option<&str> {
    match response.content.get("application/json")? {
        RefOr::T(content) => component_name(content.schema.as_ref()?),
        RefOr::Ref(_) => None,
    }
}

fn variables(declared: &DeclaredOperation) -> Option<Vec<(String, String)>> {
    let mut segments = declared.path.split('/');
    if segments.any(|segment| segment.matches('{').count() > 1) {
        return None;
    }
    let variables = declared.signature.variables.iter();
    let named = path_variables::names(&declared.path).zip(variables);
    let with_members = named.map(|(name, variable)| {
        let member = variable.member.unwrap_or(name);
        (name.to_owned(), member.to_owned())
    });
    Some(with_members.collect())
}
