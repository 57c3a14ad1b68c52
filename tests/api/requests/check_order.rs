//! The order of checks: method and path, caller, `Accept`, query, path, preconditions, body. Every operation reports
//! the first check that fails.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::Value;

use crate::support::client::{Answer, Client};

/// The method, the path and the description of every operation of a document.
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}

/// The parts of a request that are valid, from the last check to the first.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Right {
    Nothing,
    Accept,
    Query,
    Path,
}

/// A request in which every checked part is invalid, except those that are `right`.
fn invalid_request(caller: &Client, method: &Method, path: &str, right: Right) -> TestRequest {
    let id = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
    let mut address = if right >= Right::Path {
        let known = path.replace("{lang}", "en").replace("{from}", "1");
        known.replace("{to}", "2").replace("{number}", "1")
    } else {
        path.replace("{token}", "_").replace("{id_or_slug}", "_")
    };
    while let (Some(open), Some(close)) = (address.find('{'), address.find('}')) {
        let value = if right >= Right::Path { id } else { "nope_" };
        address.replace_range(open..=close, value);
    }
    if right < Right::Query {
        address.push_str("?nonsense=1");
    }
    let accept = if right < Right::Accept {
        "image/gif"
    } else {
        "*/*"
    };
    let request = caller.request(method.clone(), &address);
    request
        .insert_header(("accept", accept))
        .insert_header(("if-match", "v1"))
        .insert_header(("content-type", "application/json"))
        .set_payload(r#"{ "nonsense": 1 }"#)
}

fn takes(operation: &Value, place: &str) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters
        .into_iter()
        .flatten()
        .any(|parameter| parameter["in"] == place)
}

async fn check(caller: &Client, operation: &(Method, String, Value)) {
    let (method, path, described) = operation;
    let ask = |right| caller.send(invalid_request(caller, method, path, right));
    let exchange = |answer: &Answer| format!("{method} {path}: {answer}");
    let answer = ask(Right::Nothing).await;
    assert_eq!(answer.status, 406, "{}", exchange(&answer));
    let answer = ask(Right::Accept).await;
    assert_eq!(answer.status, 400, "{}", exchange(&answer));
    assert_eq!(answer.text("/code"), "invalid_parameter");
    let needs_query = described["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|one| one["in"] == "query" && one["required"] == true);
    if !takes(described, "path") || needs_query {
        return;
    }
    let needs_body = described["requestBody"]["required"] == true;
    let answer = ask(Right::Query).await;
    // Any text may be a slug, so nothing is wrong with the path before the body is read.
    let takes_any = path.contains("{id_or_slug}") && needs_body;
    if takes_any {
        assert!(matches!(answer.status, 400 | 422), "{}", exchange(&answer));
        return;
    }
    assert_eq!(answer.status, 404, "{}", exchange(&answer));
    if needs_body {
        let answer = ask(Right::Path).await;
        let is_next = matches!(answer.status, 400 | 422);
        assert!(is_next, "{}", exchange(&answer));
    }
}

on_both!(
    every_management_operation_checks_in_the_same_order,
    async |app| {
        let root = app.admin("root").await;
        let document = tribuna::app::contract().unwrap().management;
        for operation in operations(&document) {
            if operation.2["security"][0]["bearer"].is_array() {
                check(&root, &operation).await;
            }
        }
    }
);

on_both!(
    every_delivery_operation_checks_in_the_same_order,
    async |app| {
        let anonymous = app.anonymous();
        let document = tribuna::app::contract().unwrap().delivery;
        for operation in operations(&document) {
            let is_open = operation.2["security"].as_array().unwrap().is_empty();
            if operation.1.starts_with("/v1/") && is_open {
                check(&anonymous, &operation).await;
            }
        }
    }
);

on_both!(a_bad_token_is_refused_on_delivery_too, async |app| {
    let document = tribuna::app::contract().unwrap().delivery;
    let mut bad = app.anonymous();
    bad.token = Some("nonsense".into());
    let keeping = app.keeping().await;
    let mut bad_there = keeping.anonymous();
    bad_there.token.clone_from(&bad.token);
    for (method, path, described) in operations(&document) {
        let is_open = described["security"].as_array().unwrap().is_empty();
        if !path.starts_with("/v1/") || !is_open {
            continue;
        }
        for caller in [&bad, &bad_there] {
            let answer = caller.send(invalid_request(caller, &method, &path, Right::Nothing));
            let answer = answer.await.expect_problem(401, "invalid_token");
            assert!(answer.header("www-authenticate").contains("invalid_token"));
        }
    }
    // The order is the same when the answer is cached.
    for caller in [keeping.anonymous(), keeping.anonymous()] {
        caller.get("/v1/tags").await.expect(200);
    }
    bad_there.get("/v1/tags").await.expect(401);
    let head = bad_there.request(Method::HEAD, "/v1/tags");
    assert_eq!(bad_there.raw_status(head).await, 401);
});

on_both!(
    a_good_token_and_the_credentials_of_a_proxy_change_nothing_on_delivery,
    async |app| {
        let max = app.moderator("max").await;
        max.get("/v1/tags").await.expect(200);
        let anonymous = app.anonymous();
        let request = anonymous.request(Method::GET, "/v1/tags");
        let request = request.insert_header(("authorization", "Basic YTpi"));
        anonymous.send(request).await.expect(200);
    }
);

on_both!(
    a_moderator_may_not_write_a_post_whatever_its_id_is,
    async |app| {
        let max = app.moderator("max").await;
        for _ in 0..5 {
            for id in ["nope", "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11"] {
                let answer = max.put(&format!("/v1/admin/posts/{id}"), Value::Null).await;
                answer.expect_problem(403, "forbidden");
            }
        }
    }
);
