//! Operations, with everything that follows from their method, surface and signature: parameters, conditions, bodies, who may
//! call, and the statuses of all problems. A handler describes only its own part.

use actix_web::http::Method;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation as Description, ParameterIn};

use super::audience::Audience;
use super::bodies::offer_merge_patch;
use super::operation::Operation;
use super::parameters::{conditions, idempotency_key, path_parameters};
use super::problems::{is_problem, problem_reference, problem_response};
use super::responses::{describe, keep_unlisted, may_be_replayed, not_modified};
use super::walk::written_out;
use crate::http::surface::Surface;

/// The description of an operation, with everything that all operations with its method on its surface take and answer.
pub fn complete(operation: &Operation, audience: Audience) -> Description {
    let mut described = operation.description.clone();
    say_who(&mut described, operation);
    complete_parameters(&mut described, operation);
    if operation.method == Method::PATCH {
        offer_merge_patch(&mut described);
    }
    complete_responses(&mut described, operation, audience);
    described
}

/// Puts the variables of the path before the parameters that the handler names, and the shared headers behind them.
fn complete_parameters(described: &mut Description, operation: &Operation) {
    let mut named = described.parameters.take().unwrap_or_default();
    named.retain(|one| !matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Path));
    let key = (operation.method == Method::POST).then(idempotency_key);
    let before = path_parameters(operation).into_iter().map(RefOr::T);
    let behind = conditions(operation).into_iter().chain(key).map(RefOr::T);
    let all: Vec<_> = before.chain(named).chain(behind).collect();
    described.parameters = (!all.is_empty()).then_some(all);
}

/// Completes the responses that the handler names, and adds those that the handler need not name. Of a problem, the handler
/// names only the status: the document describes it once for all operations, except those whose answers are unlisted.
fn complete_responses(described: &mut Description, operation: &Operation, audience: Audience) {
    let has_body = described.request_body.is_some();
    let responses = &mut described.responses.responses;
    let problem = |status: &str| match operation.unlisted {
        true => problem_response(status, audience).into(),
        false => problem_reference(status),
    };
    for (status, response) in responses.iter_mut() {
        if is_problem(status) {
            *response = problem(status);
        } else if let RefOr::T(response) = response {
            describe(response, status, operation);
            if operation.method == Method::POST {
                may_be_replayed(response);
            }
        }
    }
    if operation.may_be_kept() {
        responses.insert("304".to_owned(), not_modified().into());
    }
    for status in problem_statuses(operation, has_body) {
        responses
            .entry(status.to_owned())
            .or_insert_with(|| problem(status));
    }
    if operation.unlisted {
        let responses = responses.values_mut().filter_map(written_out);
        responses.for_each(keep_unlisted);
    }
}

/// The statuses of the problems that every operation of this kind may answer with.
fn problem_statuses(operation: &Operation, has_body: bool) -> Vec<&'static str> {
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
    if surface == Surface::Management && operation.method != Method::GET {
        problems.push("409");
    }
    if operation.method == Method::POST {
        // The idempotency key needs the whole body first, and an unknown caller may not fill the table of keys.
        problems.extend(["408", "409", "413", "422"]);
        problems.extend((!signed_in).then_some("429"));
    }
    if operation.signature.takes_if_match {
        problems.extend(["412", "428"]);
    }
    problems
}

/// Says in words who may call, because some tools do not show the roles in `security`.
fn say_who(described: &mut Description, operation: &Operation) {
    described.security.get_or_insert_default();
    let callers = operation.signature.callers.as_deref();
    let callers = callers.unwrap_or("Open to anyone.");
    described.description = Some(match described.description.take() {
        Some(said) => format!("{said}\n\n{callers}"),
        None => callers.to_owned(),
    });
}
