//! Scripts of other origins can read why a request failed.

use actix_web::http::Method;

use crate::support::client::{Answer, Client};
use crate::support::content::TAGS;

const ANYONE: (&str, &str) = ("origin", "https://anyone.example");
const DESK: (&str, &str) = ("origin", "https://desk.example.org");

async fn get(client: &Client, path: &str) -> Answer {
    let request = client.request(Method::GET, path);
    client.send(request.insert_header(ANYONE)).await
}

async fn preflight(client: &Client, path: &str, origin: (&str, &str), method: &str) -> Answer {
    let request = client.request(Method::OPTIONS, path);
    let asked = ("access-control-request-method", method);
    client
        .send(request.insert_header(origin).insert_header(asked))
        .await
}

on_both!(every_origin_may_read_that_a_path_is_unknown, async |app| {
    let anyone = app.anonymous();
    for path in [
        "/posts",
        "/v2/posts",
        "/V1/posts",
        "/v1/nonsense",
        "/nonsense",
    ] {
        let answer = get(&anyone, path).await.expect(404);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let allowed = preflight(&anyone, path, ANYONE, "GET").await.expect(200);
        let methods = allowed.header("access-control-allow-methods");
        assert_eq!(methods, "GET, HEAD, OPTIONS", "{path}");
    }
    for path in [&format!("{TAGS}/nope"), "/docs/guide/nope", "/v1/auth/me"] {
        let answer = get(&anyone, path).await;
        let open = answer.headers.contains_key("access-control-allow-origin");
        assert!(!open, "{path}: {answer}");
        let refused = preflight(&anyone, path, ANYONE, "GET").await;
        let refused = refused.expect_problem(400, "bad_request");
        assert_eq!(refused.faults(), [("Origin", "not_allowed")]);
    }
});

on_both!(every_origin_may_read_the_documents, async |app| {
    let anyone = app.anonymous();
    for path in [
        "/openapi.json",
        "/openapi/delivery.json",
        "/openapi/management.json",
    ] {
        let answer = get(&anyone, path).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        preflight(&anyone, path, ANYONE, "GET").await.expect(200);
    }
});

on_both!(
    a_preflight_for_a_method_that_the_path_lacks_is_refused,
    async |app| {
        let anyone = app.anonymous();
        for (path, origin, methods) in [
            ("/v1/posts", ANYONE, "GET, HEAD, OPTIONS"),
            (TAGS, DESK, "GET, POST, HEAD, OPTIONS"),
        ] {
            for method in ["TRACE", "CONNECT", "PROPFIND", "DELETE", "get"] {
                let refused = preflight(&anyone, path, origin, method).await;
                let refused = refused.expect_problem(400, "bad_request");
                let name = "Access-Control-Request-Method";
                assert_eq!(refused.faults(), [(name, "not_allowed")], "{method} {path}");
                let expected = format!("must be one of {methods}");
                assert_eq!(refused.text("/errors/0/detail"), expected);
            }
            for method in methods.split(", ") {
                let allowed = preflight(&anyone, path, origin, method).await.expect(200);
                assert_eq!(allowed.header("access-control-allow-methods"), methods);
            }
        }
    }
);
