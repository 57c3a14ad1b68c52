//! Completion of an operation. The method, surface and signature determine parameters, conditional headers, media types of
//! the body, the permitted callers and the problem responses. So a handler describes only what is particular to it.

use actix_web::http::{Method, StatusCode};
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};

use super::audience::Audience;
use super::bodies::offer_merge_patch;
use super::handler::refuses_body;
use super::operation::DeclaredOperation;
use super::parameters::{conditions, idempotency_key, path_parameters, prefer};
use super::problems::{is_problem, problem_reference, problem_response};
use super::responses::{add_replay_header, describe, not_modified, unlist};
use super::sparse::name_fields_of;
use super::walk::written_out;
use crate::http::surface::Surface;

/// Returns the complete description of an operation, with the parameters and responses that its method, surface and
/// signature imply.
pub fn complete(operation: &DeclaredOperation, audience: Audience) -> Operation {
    let mut described = operation.description.clone();
    name_callers(&mut described, operation);
    complete_parameters(&mut described, operation);
    if operation.method == Method::PATCH {
        offer_merge_patch(&mut described);
    }
    complete_responses(&mut described, operation, audience);
    described
}

/// Adds the path parameters before the parameters that the handler documents, and the shared request headers after them.
fn complete_parameters(described: &mut Operation, operation: &DeclaredOperation) {
    let mut named = described.parameters.take().unwrap_or_default();
    named.retain(|one| !matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Path));
    take_descriptions(&mut named);
    if let Some(schema) = &operation.fields_of {
        name_fields_of(&mut named, schema);
    }
    let key = (operation.method == Method::POST).then(idempotency_key);
    let before = path_parameters(operation).into_iter().map(RefOr::T);
    let prefer = operation.signature.takes_prefer.then(prefer);
    let headers = conditions(operation).into_iter().chain(prefer).chain(key);
    let behind = headers.map(RefOr::T);
    let all: Vec<_> = before.chain(named).chain(behind).collect();
    described.parameters = (!all.is_empty()).then_some(all);
}

/// Lets the description of a parameter of the handler replace that of a shared parameter with the same name, which comes
/// later in the list.
fn take_descriptions(parameters: &mut Vec<RefOr<Parameter>>) {
    let mut kept: Vec<RefOr<Parameter>> = Vec::new();
    for parameter in parameters.drain(..).rev() {
        let RefOr::T(parameter) = parameter else {
            kept.push(parameter);
            continue;
        };
        let shared = kept.iter_mut().filter_map(written_out);
        let mut same = shared.filter(|one| one.name == parameter.name);
        match same.next() {
            Some(shared) => shared.description = parameter.description,
            None => kept.push(RefOr::T(parameter)),
        }
    }
    kept.reverse();
    *parameters = kept;
}

/// Completes the responses that the handler documents, and adds the implied ones. A problem response refers to the shared
/// component of its status. Unlisted operations get their own copies, because their problem responses have more headers.
fn complete_responses(
    described: &mut Operation,
    operation: &DeclaredOperation,
    audience: Audience,
) {
    let responses = &mut described.responses.responses;
    let problem = |status: StatusCode| match operation.unlisted {
        true => problem_response(status, audience, operation.method == Method::POST).into(),
        false => problem_reference(status),
    };
    for (status, response) in responses.iter_mut() {
        let Ok(status) = status.parse() else { continue };
        if is_problem(status) {
            *response = problem(status);
        } else if let RefOr::T(response) = response {
            describe(response, status, operation, audience);
            if operation.method == Method::POST {
                add_replay_header(response);
            }
        }
    }
    if operation.is_cacheable() {
        responses.insert(key(StatusCode::NOT_MODIFIED), not_modified().into());
    }
    for status in problem_statuses(operation) {
        responses
            .entry(key(status))
            .or_insert_with(|| problem(status));
    }
    if operation.unlisted {
        let responses = responses.values_mut().filter_map(written_out);
        responses.for_each(unlist);
    }
}

/// Returns the name under which utoipa keeps the response of a status.
fn key(status: StatusCode) -> String {
    status.as_str().to_owned()
}

/// Returns the statuses of the problem responses that the method, surface, path, body and signature imply.
fn problem_statuses(operation: &DeclaredOperation) -> Vec<StatusCode> {
    let mut problems = vec![
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_ACCEPTABLE,
        StatusCode::URI_TOO_LONG,
        StatusCode::INTERNAL_SERVER_ERROR,
    ];
    problems.extend(of_database(operation));
    problems.extend(of_callers(operation));
    problems.extend(of_body(operation));
    if operation.path.contains('{') {
        problems.push(StatusCode::NOT_FOUND);
    }
    if operation.signature.takes_if_match {
        let missing = StatusCode::PRECONDITION_REQUIRED;
        problems.extend([StatusCode::PRECONDITION_FAILED, missing]);
    }
    problems
}

/// Returns the statuses for a database that is unavailable or full, and for conflicts with what it holds.
fn of_database(operation: &DeclaredOperation) -> Vec<StatusCode> {
    let (surface, writes) = (
        Surface::of(&operation.path),
        operation.method != Method::GET,
    );
    match surface {
        Surface::Documents | Surface::Operations => Vec::new(),
        _ if !writes => vec![StatusCode::SERVICE_UNAVAILABLE],
        Surface::Management => vec![
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::INSUFFICIENT_STORAGE,
            StatusCode::CONFLICT,
        ],
        Surface::Delivery | Surface::Sessions => vec![
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::INSUFFICIENT_STORAGE,
        ],
    }
}

/// Returns the statuses for callers who are not admitted, or who call too often.
fn of_callers(operation: &DeclaredOperation) -> Vec<StatusCode> {
    let roles = operation.signature.roles.as_deref();
    let mut problems = Vec::new();
    // A key may lack the scope where every role suffices.
    if roles.is_some() {
        problems.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]);
    }
    match Surface::of(&operation.path) {
        Surface::Delivery if operation.signature.needs_key => {
            problems.push(StatusCode::UNAUTHORIZED);
        }
        // Nobody needs a token or a key, but a bad one is refused, and a key without the scope.
        Surface::Delivery => problems.extend([StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]),
        Surface::Sessions if has_body(operation) => problems.push(StatusCode::UNAUTHORIZED),
        Surface::Sessions | Surface::Management | Surface::Documents | Surface::Operations => {}
    }
    // Every client has a quota.
    if Surface::of(&operation.path) != Surface::Operations {
        problems.push(StatusCode::TOO_MANY_REQUESTS);
    }
    problems
}

/// Returns the statuses for bodies that are refused. The server reads the whole body of a `POST` before it looks up the
/// idempotency key, which may belong to another request.
fn of_body(operation: &DeclaredOperation) -> Vec<StatusCode> {
    let has_body = has_body(operation);
    let mut problems = Vec::new();
    if has_body || refuses_body(&operation.method, &operation.description) {
        problems.extend([
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ]);
    }
    if has_body {
        problems.push(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if operation.method == Method::POST {
        problems.push(StatusCode::CONFLICT);
    }
    problems
}

fn has_body(operation: &DeclaredOperation) -> bool {
    operation.description.request_body.is_some()
}

/// Appends a sentence about the permitted callers to the description, because some tools do not show the roles in
/// `security`.
fn name_callers(described: &mut Operation, operation: &DeclaredOperation) {
    described.security.get_or_insert_default();
    let callers = operation.signature.callers.as_deref();
    let callers = callers.unwrap_or("Open to anyone.");
    described.description = Some(match described.description.take() {
        Some(text) => format!("{text}\n\n{callers}"),
        None => callers.to_owned(),
    });
}
