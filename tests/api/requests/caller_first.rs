//! Authorization comes first: a management operation answers `401` or `403` before it reports other errors. Preflight
//! answers name the methods of their path.

use actix_web::http::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};

/// The method, the path and the roles of every operation that requires authentication.
fn guarded() -> Vec<(Method, String, Vec<String>)> {
    let document = tribuna::app::contract().unwrap().management;
    let mut guarded = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let requirements = operation["security"].as_array().unwrap();
            if requirements.is_empty() {
                continue;
            }
            let roles = requirements
                .iter()
                .filter_map(|any| any["bearer"][0].as_str());
            let method = method.to_uppercase().parse().unwrap();
            let roles = roles.map(str::to_owned).collect();
            guarded.push((method, path.clone(), roles));
        }
    }
    assert!(guarded.len() > 70, "found only {}", guarded.len());
    guarded
}

/// Sends a request with an invalid path, query and body.
async fn nonsense(caller: &Client, method: &Method, path: &str) -> Answer {
    let path = path.replace(['{', '}'], "");
    let request = caller.request(method.clone(), &format!("{path}?nonsense=%ff&nonsense"));
    let request = request
        .insert_header(("accept", "image/gif"))
        .insert_header(("content-type", "text/plain"))
        .set_payload("{ nonsense");
    caller.send(request).await
}

on_both!(
    an_anonymous_request_to_a_management_operation_is_unauthenticated_whatever_else_is_wrong,
    async |app| {
        for (method, path, _) in guarded() {
            let answer = nonsense(&app.anonymous(), &method, &path).await;
            answer.expect_problem(401, "unauthenticated");
        }
    }
);

on_both!(
    a_role_that_may_not_is_forbidden_whatever_else_is_wrong,
    async |app| {
        let max = app.moderator("max").await;
        let mut refused = 0;
        for (method, path, roles) in guarded() {
            if roles.is_empty() || roles.iter().any(|role| role == "moderator") {
                continue;
            }
            let answer = nonsense(&max, &method, &path).await;
            answer.expect_problem(403, "forbidden");
            refused += 1;
        }
        assert!(refused > 50, "{refused}");
    }
);

on_both!(
    an_operation_of_a_batch_checks_the_caller_first_too,
    async |app| {
        let max = app.moderator("max").await;
        let operations = json!([{ "method": "GET", "path": "/v1/admin/calendar?nonsense=1" }]);
        let batch = json!({ "operations": operations });
        let answer = max.post("/v1/admin/batch", batch).await.expect(200);
        assert_eq!(answer.at("/data/results/0/status"), 403, "{answer}");
    }
);

on_both!(an_unknown_path_stays_unknown, async |app| {
    let answer = app.anonymous().get("/v1/admin/nonsense?nonsense=1").await;
    answer.expect_problem(404, "not_found");
});

async fn preflight(app: &TestApp, path: &str, wanted: &str) -> Vec<String> {
    let anonymous = app.anonymous();
    let request = anonymous
        .request(Method::OPTIONS, path)
        .insert_header(("origin", "https://desk.example.org"))
        .insert_header(("access-control-request-method", wanted));
    let answer = anonymous.send(request).await.expect(200);
    let methods = answer.header("access-control-allow-methods");
    methods.split(", ").map(str::to_owned).collect()
}

on_both!(a_preflight_names_the_methods_of_its_path, async |app| {
    for (path, methods) in [
        ("/v1/posts", "GET, HEAD, OPTIONS"),
        ("/v1/posts/a-slug", "GET, HEAD, OPTIONS"),
        ("/v1/admin/tags", "GET, POST, HEAD, OPTIONS"),
        ("/v1/admin/tags/x", "DELETE, GET, PATCH, PUT, HEAD, OPTIONS"),
        ("/v1/auth/login", "POST, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        for wanted in methods.split(", ") {
            let told = preflight(&app, path, wanted).await;
            assert_eq!(told.join(", "), methods, "{path} for {wanted}");
        }
    }
});
