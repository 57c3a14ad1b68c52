//! The operations as destinations of links.

use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn, Paths};
use utoipa::openapi::{RefOr, Required, Response};

use super::components::component_name;
use super::operation::Operation as Declared;
use super::path_variables;
use super::walk;

/// What a link must know of where it leads.
pub struct Destination {
    /// The operation id.
    pub id: String,
    /// The summary.
    pub summary: String,
    /// The method.
    pub method: HttpMethod,
    /// The path, with its variables in braces.
    pub path: String,
    /// The variables of the path, each with the member of an answer that holds its value. `None` where one segment of the path
    /// has several: no answer names two things at once.
    pub variables: Option<Vec<(String, String)>>,
    /// The operation takes `If-Match`.
    pub takes_if_match: bool,
    /// The answer is a page of a list.
    pub lists: bool,
}

impl Destination {
    /// Every operation of a document that an answer can lead to, in the order of the document.
    pub fn all(paths: &mut Paths, operations: &[&Declared]) -> Vec<Self> {
        let documented = walk::operations(paths);
        let all = documented.filter_map(|(path, method, operation)| {
            let mut declared = operations.iter();
            let declared = declared.find(|one| one.path == path && one.http_method() == method)?;
            Self::of(declared, operation)
        });
        all.collect()
    }

    fn of(declared: &Declared, operation: &Operation) -> Option<Self> {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        let parameters = parameters.iter().filter_map(|parameter| match parameter {
            RefOr::T(parameter) => Some(parameter),
            RefOr::Ref(_) => None,
        });
        // What an answer does not say, nothing can lead to with it.
        let unsaid = |one: &Parameter| {
            one.parameter_in == ParameterIn::Query && one.required == Required::True
        };
        if parameters.into_iter().any(unsaid) {
            return None;
        }
        let answer = match operation.responses.responses.get("200") {
            Some(RefOr::T(answer)) => frame(answer),
            _ => None,
        };
        Some(Self {
            id: operation.operation_id.clone()?,
            summary: operation.summary.clone().unwrap_or_default(),
            method: declared.http_method(),
            path: declared.path.clone(),
            variables: variables(declared),
            takes_if_match: declared.signature.takes_if_match,
            lists: answer.is_some_and(is_page),
        })
    }
}

/// The name of the schema that a response's JSON has.
pub fn frame(response: &Response) -> Option<&str> {
    match response.content.get("application/json")? {
        RefOr::T(content) => component_name(content.schema.as_ref()?),
        RefOr::Ref(_) => None,
    }
}

/// Says whether a frame is that of a page.
pub fn is_page(frame: &str) -> bool {
    frame.starts_with("Page_")
}

fn variables(declared: &Declared) -> Option<Vec<(String, String)>> {
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
