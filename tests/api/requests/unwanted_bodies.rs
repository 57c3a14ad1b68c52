//! Bodies that nobody wants: those of operations that take none, and those that are longer than the limit.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::rt::task::spawn_blocking;
use serde_json::Value;

use crate::support::serving::serving;

const ID: &str = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";

/// Method and path of every operation that takes no body.
fn without_body() -> Vec<(Method, String)> {
    let contract = tribuna::app::contract().unwrap();
    let mut found = Vec::new();
    for document in [contract.delivery, contract.management] {
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if operation["requestBody"].is_null() {
                    found.push((
                        method.to_uppercase().parse().unwrap(),
                        address(path, operation),
                    ));
                }
            }
        }
    }
    found
}

/// A path and a query that the operation accepts, although nothing is there.
fn address(path: &str, operation: &Value) -> String {
    let mut address = path.replace("{lang}", "de").replace("{from}", "1");
    address = address.replace("{to}", "2").replace("{number}", "1");
    while let (Some(open), Some(close)) = (address.find('{'), address.find('}')) {
        address.replace_range(open..=close, ID);
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
    let needed: Vec<String> = needed
        .map(|one| match one["name"].as_str().unwrap() {
            "from" => "from=en".to_owned(),
            name => format!("{name}=x"),
        })
        .collect();
    match needed.is_empty() {
        true => address,
        false => format!("{address}?{}", needed.join("&")),
    }
}

on_both!(
    every_operation_without_a_body_refuses_one_or_ignores_it_by_its_method,
    async |app| {
        let root = app.admin("root").await;
        let mut refused = 0;
        for (method, path) in without_body() {
            let send = async |body: &'static str, keyed: bool| {
                let request = root.request(method.clone(), &path).set_payload(body);
                let request = request.insert_header(("content-type", "application/json"));
                root.send(match keyed {
                    true => request.insert_header(("idempotency-key", format!("{path}{body}"))),
                    false => request,
                })
                .await
            };
            if matches!(method, Method::GET | Method::DELETE) {
                let without = send("", false).await.status;
                let answer = send(r#"{"a":1}"#, false).await;
                assert_eq!(answer.status, without, "{method} {path}: {answer}");
                continue;
            }
            refused += 1;
            for body in [r#"{"a":1}"#, "[]", "x", "0"] {
                for keyed in [false, true] {
                    let answer = send(body, keyed).await;
                    let answer = answer.expect_problem(422, "invalid_body");
                    assert_eq!(
                        answer.faults(),
                        [("", "unexpected_body")],
                        "{method} {path}"
                    );
                }
            }
            if path != "/v1/auth/logout" {
                for body in ["", "{}", " null "] {
                    let answer = send(body, false).await;
                    answer.expect_problem(404, "not_found");
                }
            }
        }
        assert!(refused >= 4, "{refused}");
        root.get("/v1/auth/me").await.expect(200);
    }
);

/// What a server answers at once to the head of a request, without its body.
async fn answered(address: &str, head: String) -> String {
    let address = address.to_owned();
    let read = spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let limit = Duration::from_secs(10);
        stream.set_read_timeout(Some(limit)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut read = Vec::new();
        while !String::from_utf8_lossy(&read).contains("body_too_large") {
            let mut chunk = [0; 4096];
            match stream.read(&mut chunk).unwrap() {
                0 => break,
                length => read.extend_from_slice(&chunk[..length]),
            }
        }
        String::from_utf8_lossy(&read).into_owned()
    });
    read.await.unwrap()
}

on_both!(
    a_body_announced_as_too_long_is_refused_before_it_is_sent,
    async |app| {
        let root = app.admin("root").await;
        let token = root.token.clone().unwrap();
        let (handle, address) = serving(&app);
        for more in ["", "Idempotency-Key: one\r\n"] {
            let began = Instant::now();
            let head = format!(
                "POST /v1/admin/tags HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
                 Content-Type: application/json\r\nContent-Length: 9000000000\r\n{more}\r\n"
            );
            let answer = answered(&address, head).await;
            assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
            assert!(answer.contains("body_too_large"), "{answer}");
            assert!(began.elapsed() < Duration::from_secs(5), "{answer}");
        }
        handle.stop(false).await;
    }
);
