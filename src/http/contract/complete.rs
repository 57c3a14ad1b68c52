//! Completion of an operation. The method, surface and signature determine parameters, conditional headers, media types of
//! the body, the permitted callers and the problem responses. So a handler describes only what is particular to it.

use actix_web::http::Method;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

use super::audience::Audience;
use super::bodies::offer_merge_patch;
use super::operation::{DeclaredOperation, refuses_body};
use super::parameters::{conditions, idempotency_key, path_parameters, prefer};
use super::problems::{is_problem, problem_reference, problem_response};
use super::responses::{describe, keep_unlisted, may_be_replayed, not_modified};
use super::walk::written_out;
use crate::http::surface::Surface;

/// Returns the complete description of an operation, with the parameters and responses that its method, surface and signature
/// imply.
pub fn complete(operation: &DeclaredOperation, audience: Audience) -> Operation {
    let mut described = operation.description.clone();
    say_who(&mut described, operation);
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
    let key = (operation.method == Method::POST).then(idempotency_key);
    let before = path_parameters(operation).into_iter().map(RefOr::T);
    let prefer = operation.signature.takes_prefer.then(prefer);
    let headers = conditions(operation).into_iter().chain(prefer).chain(key);
    let behind = headers.map(RefOr::T);
    let all: Vec<_> = before.chain(named).chain(behind).collect();
    described.parameters = (!all.is_empty()).then_some(all);
}

/// Completes the responses that the handler documents, and adds the implied ones. A problem response refers to the shared
/// component of its status. Unlisted operations get their own copies, because their problem responses have more headers.
fn complete_responses(
    described: &mut Operation,
    operation: &DeclaredOperation,
    audience: Audience,
) {
    let has_body = described.request_body.is_some();
    let refuses_body = refuses_body(&operation.method, described);
    let responses = &mut described.responses.responses;
    let problem = |status: &str| match operation.unlisted {
        true => problem_response(status, audience, operation.method == Method::POST).into(),
        false => problem_reference(status),
    };
    for (status, response) in responses.iter_mut() {
        if is_problem(status) {
            *response = problem(status);
        } else if let RefOr::T(response) = response {
            describe(response, status, operation, audience);
            if operation.method == Method::POST {
                may_be_replayed(response);
            }
        }
    }
    if operation.is_cacheable() {
        responses.insert("304".to_owned(), not_modified().into());
    }
    let mut problems = problem_statuses(operation, has_body);
    if refuses_body {
        problems.extend(["408", "413", "422"]);
    }
    for status in problems {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| problem(status));
    }
    if operation.unlisted {
        let responses = responses.values_mut().filter_map(written_out);
        responses.for_each(keep_unlisted);
    }
}

/// Returns the statuses of the problem responses that the method, surface, path, body and signature imply.
fn problem_statuses(operation: &DeclaredOperation, has_body: bool) -> Vec<&'static str> {
    let surface = Surface::of(&operation.path);
    let signed_in = operation.signature.roles.is_some();
    let mut problems = vec!["400", "406", "414", "500"];
    if surface != Surface::Operations {
        problems.push("503");
    }
    if surface != Surface::Operations && operation.method != Method::GET {
        problems.push("507");
    }
    if signed_in {
        problems.extend(["401", "403"]);
    }
    if surface == Surface::Delivery {
        // Nobody needs a token, but a bad one is refused.
        problems.push("401");
    }
    if surface == Surface::Sessions && has_body {
        problems.extend(["401", "429"]);
    }
    if operation.path.contains('{') {
        problems.push("404");
    }
    if has_body {
        problems.extend(["408", "413", "415", "422"]);
    }
    if operation.method == Method::PUT && !has_body {
        // The operation takes no body, and refuses one.
        problems.extend(["408", "413", "422"]);
    }
    if surface == Surface::Management && operation.method != Method::GET {
        problems.push("409");
    }
    if operation.method == Method::POST {
        // The server reads the whole body before it looks up the idempotency key. Anonymous callers are rate-limited, so that
        // they cannot fill the table of keys.
        problems.extend(["408", "409", "413", "422"]);
        problems.extend((!signed_in).then_some("429"));
    }
    if operation.signature.takes_if_match {
        problems.extend(["412", "428"]);
    }
    problems
}

/// Appends a sentence about the permitted callers to the description, because some tools do not show the roles in `security`.
fn say_who(described: &mut Operation, operation: &DeclaredOperation) {
    described.security.get_or_insert_default();
    let callers = operation.signature.callers.as_deref();
    let callers = callers.unwrap_or("Open to anyone.");
    described.description = Some(match described.description.take() {
        Some(said) => format!("{said}\n\n{callers}"),
        None => callers.to_owned(),
    });
}
