//! Content codings: no request is refused for what it accepts, and no body is accepted with a coding.

use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::content::TAGS;

/// Every path of the documents, with its method, and what is not in them.
fn everything() -> Vec<(Method, String)> {
    let contract = tribuna::app::contract().unwrap();
    let mut all = Vec::new();
    for document in [&contract.delivery, &contract.management] {
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let method: Method = method.to_uppercase().parse().unwrap();
                all.push((method, path.replace(['{', '}'], "")));
            }
        }
    }
    for page in ["/docs/", "/docs/problems", "/docs/guide/", "/openapi.json"] {
        all.push((Method::GET, page.to_owned()));
    }
    for unknown in ["/v1/admin/nothing", "/v1/nothing", "/nothing"] {
        all.push((Method::GET, unknown.to_owned()));
    }
    all
}

on_both!(
    a_client_that_accepts_no_coding_gets_the_identity,
    async |app| {
        let root = app.admin("root").await;
        for (method, path) in everything() {
            let ask = async |codings: Option<&'static str>| {
                let request = root.request(method.clone(), &path);
                root.send(match codings {
                    Some(codings) => request.insert_header((ACCEPT_ENCODING, codings)),
                    None => request,
                })
                .await
            };
            if path.ends_with("/logout") {
                continue;
            }
            let plain = ask(None).await.status;
            for codings in [
                "identity;q=0",
                "*;q=0",
                "identity;q=0, *;q=0",
                "compress, identity;q=0",
            ] {
                let answer = ask(Some(codings)).await;
                assert_eq!(answer.status, plain, "{method} {path} {codings}: {answer}");
                assert!(!answer.headers.contains_key(CONTENT_ENCODING), "{answer}");
            }
        }
    }
);

on_both!(one_rule_chooses_the_coding_everywhere, async |app| {
    let root = app.admin("root").await;
    for title in ["Housing", "Water", "Parks"] {
        root.issues("en", title).await;
    }
    for path in ["/v1/posts", "/v1/admin/posts", "/docs/", "/openapi.json"] {
        for (codings, chosen) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("*;q=0.5, br;q=0", Some("zstd")),
            ("x-gzip", Some("gzip")),
            ("deflate", None),
            ("identity, gzip;q=0.9", None),
        ] {
            let request = root.request(Method::GET, path);
            let answer = root.send(request.insert_header((ACCEPT_ENCODING, codings)));
            let answer = answer.await.expect(200);
            let coding = answer.headers.get(CONTENT_ENCODING);
            let coding = coding.map(|coding| coding.to_str().unwrap());
            assert_eq!(coding, chosen, "{path} {codings}");
        }
    }
});

async fn coded(client: &Client, codings: &[&'static str], body: &Value) -> u16 {
    let mut request = client.request(Method::POST, TAGS).set_json(body);
    for coding in codings {
        request = request.append_header((CONTENT_ENCODING, *coding));
    }
    let answer = client.send(request).await;
    if answer.status == 415 {
        assert_eq!(answer.header("accept-encoding"), "identity");
        assert!(
            answer.text("/detail").contains("content coding"),
            "{answer}"
        );
    }
    answer.status
}

on_both!(a_body_with_a_content_coding_is_refused, async |app| {
    let root = app.admin("root").await;
    let tag = |name: &str| json!({ "translations": { "en": { "name": name } } });
    for codings in [
        &["gzip"][..],
        &["br"],
        &["identity, zstd"],
        &["identity", "deflate"],
        &["x"],
    ] {
        assert_eq!(
            coded(&root, codings, &tag("Rent")).await,
            415,
            "{codings:?}"
        );
    }
    for (name, codings) in [
        ("A", &["identity"][..]),
        ("B", &["Identity, identity"]),
        ("C", &[]),
    ] {
        assert_eq!(coded(&root, codings, &tag(name)).await, 201, "{codings:?}");
    }
    let media_type = root.request(Method::POST, TAGS).set_payload("x");
    let media_type = media_type.insert_header((CONTENT_TYPE, "text/plain"));
    let answer = root
        .send(media_type)
        .await
        .expect_problem(415, "unsupported_media_type");
    assert!(!answer.headers.contains_key(ACCEPT_ENCODING), "{answer}");
});

on_both!(
    every_operation_with_a_body_refuses_one_with_a_content_coding,
    async |app| {
        let root = app.admin("root").await;
        let document = tribuna::app::contract().unwrap().management;
        let id = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
        let mut refused = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            let address = path.replace("{id}", id).replace("{lang}", "en");
            let with_body = item.as_object().unwrap().iter();
            for (method, _) in with_body.filter(|(_, one)| one["requestBody"].is_object()) {
                let method: Method = method.to_uppercase().parse().unwrap();
                let request = root.request(method.clone(), &address).set_payload("x");
                let request = request.insert_header((CONTENT_TYPE, "application/json"));
                let request = request.insert_header((CONTENT_ENCODING, "gzip"));
                let answer = root.send(request).await;
                let answer = answer.expect_problem(415, "unsupported_media_type");
                assert_eq!(
                    answer.header("accept-encoding"),
                    "identity",
                    "{method} {path}"
                );
                refused += 1;
            }
        }
        assert!(refused > 30, "{refused}");
    }
);
