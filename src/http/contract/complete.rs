//! Operations, with everything that follows from the method and the path alone: parameters, conditions, bodies, who may call,
//! and the statuses of all problems. A handler describes only its own part.

use serde_json::{Map, Value, json};

use super::bodies::offer_merge_patch;
use super::components::sort_by_key;
use super::headers::{KEPT, with_id};
use super::parameters::{add_condition, add_path_parameters, take_key};
use super::problems::{is_problem, problem_reference};
use super::responses::{describe, may_be_replayed, moved};
use crate::http::surface::Surface;

/// Adds to an operation everything that all operations with its method on its surface take and answer.
pub fn complete(operation: &mut Value, method: &str, path: &str) {
    let surface = Surface::of(path);
    let admin = surface == Surface::Management;
    let conditional = admin && takes_if_match(method, path);
    let signed_in = operation.get("security").is_some();
    let has_body = operation.get("requestBody").is_some();
    let Some(operation) = operation.as_object_mut() else {
        return;
    };
    say_who(operation);
    add_path_parameters(operation, path);
    if conditional {
        let description = "The `ETag` that was read: the write goes through only if it is still the current one (RFC 9110).";
        add_condition(operation, "If-Match", description, &["\"v1\"", "*"]);
    }
    if conditional && method == "put" {
        let description = "`*`: the write goes through only if it makes something new (RFC 9110).";
        add_condition(operation, "If-None-Match", description, &["*"]);
    }
    if surface.may_be_kept() {
        let description =
            "The `ETag` of an answer that was kept: 304 while it is still the same (RFC 9110).";
        add_condition(
            operation,
            "If-None-Match",
            description,
            &["\"3f1c5a7d9e0b2c4d6f8a1b3c\""],
        );
        let description = "The `Last-Modified` of an answer that was kept: 304 while nothing has changed since (RFC 9110). Counts only without `If-None-Match`.";
        add_condition(
            operation,
            "If-Modified-Since",
            description,
            &["Fri, 01 May 2026 08:00:00 GMT"],
        );
    }
    if method == "post" {
        take_key(operation);
    }
    if method == "patch" {
        offer_merge_patch(operation);
    }
    let Some(responses) = operation
        .entry("responses")
        .or_insert_with(|| json!({}))
        .as_object_mut()
    else {
        return;
    };
    for (status, response) in responses.iter_mut() {
        // A handler needs only name what else it answers: a problem is described once for all.
        if is_problem(status) {
            *response = problem_reference(status);
        } else {
            describe(response, status, path);
            if method == "post" {
                may_be_replayed(response);
            }
        }
    }
    let mut problems = vec!["400", "406", "414", "500"];
    if surface != Surface::Operations || path.contains("ready") || path.contains("jwks") {
        problems.push("503");
    }
    if signed_in {
        problems.extend(["401", "403"]);
    }
    if surface == Surface::Sessions && has_body {
        problems.extend(["401", "429"]);
    }
    if path.contains('{') {
        problems.push("404");
    }
    if has_body {
        problems.extend(["408", "413", "415", "422"]);
    }
    if admin && method != "get" {
        problems.push("409");
    }
    if method == "post" {
        // Its body is read whole before anything is done under a key, and nobody may fill the table of keys.
        problems.extend(["408", "409", "413", "422"]);
        problems.extend((!signed_in).then_some("429"));
    }
    if conditional {
        problems.extend(["412", "428"]);
    }
    for status in problems {
        responses
            .entry(status)
            .or_insert_with(|| problem_reference(status));
    }
    if path.contains("{id_or_slug}") {
        responses.insert("308".into(), moved());
    }
    if path.starts_with("/v1/posts/{id_or_slug}") {
        responses.insert("410".into(), problem_reference("410"));
    }
    if surface.may_be_kept() {
        responses.insert(
            "304".into(),
            json!({ "description": "Not changed: the client has it.", "headers": with_id(&KEPT) }),
        );
    }
    sort_by_key(responses);
}

/// Says whether the operation changes something that exists, so that the caller may name the state they have read.
fn takes_if_match(method: &str, path: &str) -> bool {
    matches!(method, "put" | "patch" | "delete") || path.ends_with("/restoration")
}

/// Says in words who may call, because some tools do not show the roles in `security`. An admin may do all that an editor may.
fn say_who(operation: &mut Map<String, Value>) {
    let roles = operation
        .entry("security")
        .or_insert_with(|| json!([]))
        .pointer("/0/bearer")
        .and_then(Value::as_array);
    let who = match roles {
        None => "Open to anyone.".to_owned(),
        Some(roles) if roles.is_empty() => "For anyone signed in.".to_owned(),
        Some(roles) => {
            let mut roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
            if !roles.contains(&"admin") {
                roles.push("admin");
            }
            format!("Roles: {}.", roles.join(", "))
        }
    };
    let said = operation.get("description").and_then(Value::as_str);
    let description = said.map_or_else(|| who.clone(), |said| format!("{said}\n\n{who}"));
    operation.insert("description".into(), description.into());
}
