//! Tests of the test harness: each of its checks must detect a violation.

use std::process::Command;
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use serde_json::{Value, json};

use crate::support::client::Answer;
use crate::support::cluster;
use crate::support::documents::Documents;

/// Documents with one operation, `GET /things/{id}`.
fn documents() -> Documents {
    let problem = json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "instance"],
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "detail": { "type": "string" },
            "status": { "type": "integer" }, "code": { "type": "string" }, "instance": { "type": "string" },
        },
    });
    let named = json!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let thing = json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": { "type": "string", "format": "uuid" },
            "at": { "type": "string", "format": "date-time" },
            "owner": { "oneOf": [{ "$ref": "#/components/schemas/Named" }, { "type": "null" }] },
            "whole": { "allOf": [
                { "$ref": "#/components/schemas/Named" },
                { "type": "object", "properties": { "size": { "type": "integer" } } },
            ] },
            "any": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    let header = |schema: Value, required| json!({ "schema": schema, "required": required });
    let responses = json!({
        "200": {
            "headers": {
                "X-Request-Id": header(json!({ "type": "string" }), true),
                "ETag": header(json!({ "type": "string", "pattern": "^\"" }), true),
                "Retry-After": header(json!({ "type": "integer" }), false),
            },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } },
        },
        "204": { "headers": { "X-Request-Id": header(json!({ "type": "string" }), true) } },
        "404": { "$ref": "#/components/responses/NotFound" },
    });
    let not_found = json!({
        "headers": { "X-Request-Id": header(json!({ "type": "string" }), true) },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    Documents::read(&[json!({
        "paths": { "/things/{id}": { "get": { "operationId": "get_thing", "responses": responses } } },
        "components": {
            "schemas": { "Problem": problem, "Named": named, "Thing": thing },
            "responses": { "NotFound": not_found },
        },
    })])
}

const ID: &str = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";

/// A valid answer to `GET /things/1`, which a test then makes invalid.
fn right() -> Answer {
    let answer = Answer {
        method: Method::GET,
        uri: Uri::from_static("/things/1"),
        status: 200,
        headers: HeaderMap::new(),
        body: Default::default(),
        json: Value::Null,
    };
    let answer = with_body(answer, json!({ "id": ID }));
    let answer = with_header(answer, "content-type", "application/json; charset=utf-8");
    with_header(with_header(answer, "x-request-id", ID), "etag", "\"v1\"")
}

fn with_body(mut answer: Answer, body: Value) -> Answer {
    answer.body = serde_json::to_vec(&body).unwrap().into();
    answer.json = body;
    answer
}

fn with_header(mut answer: Answer, name: &'static str, value: &str) -> Answer {
    let value = HeaderValue::from_str(value).unwrap();
    answer.headers.insert(HeaderName::from_static(name), value);
    answer
}

fn without_header(mut answer: Answer, name: &str) -> Answer {
    answer.headers.remove(name);
    answer
}

/// A valid problem, as the answer to any request.
fn problem(status: u16, code: &str) -> Answer {
    let body = json!({ "type": "/docs", "title": "t", "status": status, "detail": "d", "code": code, "instance": ID });
    let mut answer = with_body(without_header(right(), "etag"), body);
    answer.status = status;
    with_header(answer, "content-type", "application/problem+json")
}

#[track_caller]
fn assert_refused(answer: &Answer, reason: &str) {
    let refused = documents().check(answer).expect_err("let through");
    assert!(
        refused.contains(reason),
        "expected {reason:?} in {refused:?}"
    );
}

#[test]
fn a_documented_answer_passes() {
    let whole = json!({
        "id": ID, "at": "2026-05-01T08:00:00.000Z", "owner": { "name": "x" },
        "whole": { "name": "x", "size": 1 }, "any": { "thing": "y" },
    });
    let mut empty = without_header(right(), "etag");
    (empty.status, empty.body) = (204, Default::default());
    let answers = [
        right(),
        with_body(right(), whole),
        with_body(right(), json!({ "id": ID, "owner": null })),
        with_header(right(), "retry-after", "5"),
        with_header(right(), "x-content-type-options", "nosniff"),
        empty,
        problem(404, "not_found"),
    ];
    for answer in answers {
        assert_eq!(documents().check(&answer), Ok(()), "{answer}");
    }
}

#[test]
fn a_body_that_is_not_as_documented_is_refused() {
    for (body, reason) in [
        (json!({}), "\"id\" is a required property"),
        (json!({ "id": "no-uuid" }), "uuid"),
        (json!({ "id": ID, "at": "yesterday" }), "date-time"),
        (json!({ "id": ID, "colour": "red" }), "colour"),
        (
            json!({ "id": ID, "owner": { "name": "x", "age": 7 } }),
            "/owner",
        ),
        (
            json!({ "id": ID, "whole": { "name": "x", "size": 1, "age": 7 } }),
            "age",
        ),
        (json!({ "id": ID, "any": { "thing": 7 } }), "/any/thing"),
        (json!([]), "object"),
    ] {
        let answer = with_body(right(), body);
        assert_refused(&answer, reason);
        assert_refused(&answer, "get_thing 200");
    }
    let mut broken = right();
    broken.body = "{".into();
    assert_refused(&broken, "no JSON");
}

#[test]
fn a_header_that_is_missing_mistyped_or_unknown_is_refused() {
    assert_refused(&without_header(right(), "x-request-id"), "X-Request-Id");
    assert_refused(&without_header(right(), "etag"), "ETag is missing");
    assert_refused(&with_header(right(), "etag", "v1"), "ETag");
    assert_refused(&with_header(right(), "retry-after", "soon"), "Retry-After");
    for name in ["link", "cache-control", "vary", "x-anything"] {
        let reason = format!("{name} is not documented");
        assert_refused(&with_header(right(), name, "x"), &reason);
    }
}

#[test]
fn a_status_or_media_type_that_is_not_documented_is_refused() {
    let mut answer = right();
    answer.status = 201;
    assert_refused(&answer, "the status is not documented");
    answer.status = 500;
    assert_refused(&answer, "a 500");
    assert_refused(
        &with_header(right(), "content-type", "text/html"),
        "text/html",
    );
    assert_refused(&without_header(right(), "content-type"), "media type");
    let mut full = without_header(right(), "etag");
    full.status = 204;
    assert_refused(&full, "a body, where none is documented");
}

#[test]
fn a_problem_with_an_unlisted_code_is_refused() {
    assert_refused(&problem(404, "no_such_code"), "not in the table");
    assert_refused(&problem(404, "in_use"), "in_use with the status 404");
    let stranger = with_header(problem(404, "not_found"), "x-request-id", "another");
    assert_refused(&stranger, "instance");
    let mut answer = problem(404, "not_found");
    answer = with_body(answer, json!({ "status": 404 }));
    assert_refused(&answer, "required property");
}

#[test]
fn an_unknown_path_or_method_must_be_a_problem() {
    let elsewhere = |mut answer: Answer| {
        answer.uri = Uri::from_static("/nowhere");
        answer
    };
    assert_eq!(
        documents().check(&elsewhere(problem(404, "not_found"))),
        Ok(())
    );
    assert_refused(&elsewhere(right()), "no operation");
    let posted = |mut answer: Answer| {
        answer.method = Method::POST;
        answer
    };
    assert_refused(&posted(right()), "POST is not documented");
    let wrong = posted(problem(405, "method_not_allowed"));
    assert_refused(&wrong, "without Allow");
    assert_eq!(
        documents().check(&with_header(wrong, "allow", "GET")),
        Ok(())
    );
}

#[test]
fn head_is_compared_with_get() {
    let mut answer = with_body(right(), json!({ "colour": "red" }));
    answer.method = Method::HEAD;
    assert_refused(&answer, "get_thing");
}

/// Marks the process that [`a_throw_away_server_ends_with_its_process`] starts and observes.
const INNER: &str = "TEST_HARNESS_INNER";

#[test]
fn a_throw_away_server_ends_with_its_process() {
    let Some(server) = cluster::throw_away() else {
        return;
    };
    if std::env::var_os(INNER).is_some() {
        println!("folder={}", server.folder().display());
        std::process::abort();
    }
    let this = "harness::a_throw_away_server_ends_with_its_process";
    let inner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this, "--nocapture"])
        .env(INNER, "1")
        .output()
        .unwrap();
    assert!(!inner.status.success(), "it aborts");
    let said = String::from_utf8_lossy(&inner.stdout);
    let (_, folder) = said.split_once("folder=").expect(&said);
    let folder = std::path::Path::new(folder.lines().next().unwrap());
    let deadline = Instant::now() + Duration::from_secs(30);
    while folder.exists() {
        assert!(
            Instant::now() < deadline,
            "{} is still there",
            folder.display()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
