//! Operations, with everything that follows from their method, surface and signature: parameters, conditions, bodies, who may
//! call, and the statuses of all problems. A handler describes only its own part.

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::bodies::offer_merge_patch;
use super::components::sort_by_key;
use super::headers::{KEPT, with_id};
use super::operation::Operation;
use super::parameters::{add_condition, add_path_parameters, take_key};
use super::problems::{is_problem, problem_reference};
use super::responses::{describe, may_be_replayed};
use crate::http::surface::Surface;

/// Adds to the description of an operation everything that all operations with its method on its surface take and answer.
pub fn complete(described: &mut Map<String, Value>, operation: &Operation) {
    say_who(described, operation);
    add_path_parameters(described, &operation.path);
    add_conditions(described, operation);
    if operation.method == Method::POST {
        take_key(described);
    }
    if operation.method == Method::PATCH {
        offer_merge_patch(described);
    }
    let has_body = described.contains_key("requestBody");
    let responses = described
        .entry("responses")
        .or_insert_with(|| json!({}))
        .as_object_mut();
    if let Some(responses) = responses {
        complete_responses(responses, operation);
        for status in problem_statuses(operation, has_body) {
            responses
                .entry(status)
                .or_insert_with(|| problem_reference(status));
        }
        sort_by_key(responses);
    }
}

/// Adds the headers with which a caller names the state that they have read or kept.
fn add_conditions(described: &mut Map<String, Value>, operation: &Operation) {
    let conditional = operation.signature.takes_if_match;
    if conditional {
        let description = "The `ETag` of the version that you read. The write succeeds only if it is still the current one (RFC 9110).";
        add_condition(described, "If-Match", description, &["\"v1\"", "*"]);
    }
    if conditional && operation.method == Method::PUT {
        let description =
            "`*`: the write succeeds only if the resource does not exist yet (RFC 9110).";
        add_condition(described, "If-None-Match", description, &["*"]);
    }
    if Surface::of(&operation.path).may_be_kept() {
        let description = "The `ETag` of a stored response. If it is still current, the answer is 304 (RFC 9110).";
        let examples = ["\"3f1c5a7d9e0b2c4d6f8a1b3c\""];
        add_condition(described, "If-None-Match", description, &examples);
        let description = "The `Last-Modified` of a stored response. If nothing has changed since then, the answer is 304 (RFC 9110). Ignored together with `If-None-Match`.";
        let examples = ["Fri, 01 May 2026 08:00:00 GMT"];
        add_condition(described, "If-Modified-Since", description, &examples);
    }
}

/// Completes the responses that the handler names. Of a problem it names only the status: the document describes it
/// once for all operations.
fn complete_responses(responses: &mut Map<String, Value>, operation: &Operation) {
    for (status, response) in responses.iter_mut() {
        if is_problem(status) {
            *response = problem_reference(status);
        } else {
            describe(response, status, &operation.path);
            if operation.method == Method::POST {
                may_be_replayed(response);
            }
        }
    }
    if Surface::of(&operation.path).may_be_kept() {
        let description = "Not modified: the stored response is still current.";
        let response = json!({ "description": description, "headers": with_id(&KEPT) });
        responses.insert("304".into(), response);
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
    if signed_in {
        problems.extend(["401", "403"]);
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

/// Says in words who may call, because some tools do not show the roles in `security`. An admin may do all that an editor may.
fn say_who(described: &mut Map<String, Value>, operation: &Operation) {
    described.entry("security").or_insert_with(|| json!([]));
    let who = match operation.signature.roles.as_deref() {
        None => "Open to anyone.".to_owned(),
        Some([]) => "Open to every signed-in user.".to_owned(),
        Some(roles) => {
            let admin = (!roles.contains(&"admin")).then_some("admin");
            let roles: Vec<&str> = roles.iter().copied().chain(admin).collect();
            format!("Roles: {}.", roles.join(", "))
        }
    };
    let said = described.get("description").and_then(Value::as_str);
    let description = said.map_or_else(|| who.clone(), |said| format!("{said}\n\n{who}"));
    described.insert("description".into(), description.into());
}
