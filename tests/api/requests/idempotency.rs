//! `Idempotency-Key`: a repeated request is executed once and gets the first answer again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE};
use actix_web::test::TestRequest;
use diesel::prelude::*;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tribuna::db::Conn;
use tribuna::schema::idempotency_keys;

use crate::support::TestApp;
use crate::support::breakage::Breakage;
use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post};

macro_rules! each {
    ($conn:ident, $statement:expr) => {
        match $conn {
            Conn::Sqlite($conn) => $statement,
            Conn::Postgres($conn) => $statement,
        }
    };
}

const BATCH: &str = "/v1/admin/batch";
const LOGIN: &str = "/v1/auth/login";
const PASSWORD: &str = "correct horse battery staple";

fn keyed(client: &Client, path: &str, key: &str, body: Value) -> TestRequest {
    let request = client.request(Method::POST, path).set_json(body);
    request.insert_header(("idempotency-key", key))
}

async fn post_as(client: &Client, path: &str, key: &str, body: Value) -> Answer {
    client.send(keyed(client, path, key, body)).await
}

fn is_replayed(answer: &Answer) -> bool {
    answer.headers.contains_key("idempotency-replayed")
}

async fn count(client: &Client) -> i64 {
    let list = client.get(&format!("{TAGS}?count=true")).await;
    list.at("/page/total").as_i64().unwrap()
}

/// A client for another instance with the same token.
async fn elsewhere(app: &TestApp, client: &Client) -> Client {
    app.bearer(client.token.as_deref().unwrap())
}

on_both!(
    a_repeated_request_gets_the_same_answer_and_runs_once,
    async |app| {
        let ada = app.editor("ada").await;
        let first = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        let first = first.expect(201);
        assert!(!is_replayed(&first));
        // Another instance on the same database behaves like a restarted one.
        let restarted = app.another(&[]).await;
        let ada_again = elsewhere(&restarted, &ada).await;
        for client in [&ada, &ada_again] {
            let again = post_as(client, TAGS, "a-1", named("en", "Housing")).await;
            let again = again.expect(201);
            assert_eq!(again.header("idempotency-replayed"), "true");
            assert_eq!(again.body, first.body);
            for same in ["etag", "location", "content-type", "cache-control"] {
                assert_eq!(again.header(same), first.header(same), "{same}");
            }
            assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
        }
        assert_eq!(count(&ada).await, 1);
        let other = post_as(&ada, TAGS, "a-2", named("en", "Housing")).await;
        assert_ne!(other.expect(201).id(), first.id());
    }
);

on_both!(a_key_belongs_to_one_request, async |app| {
    let ada = app.editor("ada").await;
    post_as(&ada, TAGS, "a-1", named("en", "Housing"))
        .await
        .expect(201);
    for (path, body) in [
        (TAGS, named("en", "Homes")),
        ("/v1/admin/categories", named("en", "Housing")),
    ] {
        let refused = post_as(&ada, path, "a-1", body).await;
        let refused = refused.expect_problem(422, "idempotency_key_reused");
        assert_eq!(
            refused.faults(),
            [("Idempotency-Key", "idempotency_key_reused")]
        );
        assert!(!is_replayed(&refused));
    }
});

on_both!(each_user_has_their_own_keys, async |app| {
    let (ada, bob) = (app.editor("ada").await, app.editor("bob").await);
    let hers = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
    let his = post_as(&bob, TAGS, "a-1", named("en", "Housing")).await;
    assert_ne!(hers.expect(201).id(), his.expect(201).id());
    // The sessions of one user share their keys.
    let other_session = app.editor("ada").await;
    let again = post_as(&other_session, TAGS, "a-1", named("en", "Housing")).await;
    assert!(is_replayed(&again.expect(201)));
    let stranger = post_as(&app.bearer("x.y.z"), TAGS, "a-1", named("en", "Housing")).await;
    stranger.expect_problem(401, "invalid_token");
});

on_both!(one_of_many_simultaneous_requests_runs, async |app| {
    let other = app.another(&[]).await;
    let ada = app.editor("ada").await;
    let there = elsewhere(&other, &ada).await;
    for round in 0..4 {
        let before = count(&ada).await;
        let key = format!("round-{round}");
        let body = named("en", &format!("Housing {round}"));
        let calls = (0..8).map(|turn| {
            let client = if turn % 2 == 0 { &ada } else { &there };
            post_as(client, TAGS, &key, body.clone())
        });
        let answers = join_all(calls).await;
        // The requests that came later wait for the first answer.
        let first = answers.into_iter().filter(|answer| {
            assert_eq!(answer.status, 201, "{answer}");
            !is_replayed(answer)
        });
        let first = first.count();
        assert_eq!(first, 1);
        assert_eq!(count(&ada).await, before + 1);
        let again = post_as(&there, TAGS, &key, body).await;
        assert!(is_replayed(&again.expect(201)));
    }
});

on_both!(a_key_is_forgotten_after_a_day, async |app| {
    let ada = app.editor("ada").await;
    let first = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
    app.set_time("2026-05-02T07:59:59Z");
    let again = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
    assert!(is_replayed(&again.expect(201)));
    app.set_time("2026-05-02T08:00:00Z");
    let anew = post_as(&ada, TAGS, "a-1", named("en", "Homes")).await;
    assert_ne!(anew.expect(201).id(), first.id());
    let now = app.clock.now();
    app.does_housekeeping(0, now);
    assert_eq!(app.count("idempotency_keys"), 1);
    app.does_housekeeping(0, now.plus_seconds(24 * 60 * 60));
    assert_eq!(app.count("idempotency_keys"), 0);
});

on_both!(signing_in_again_gives_the_same_tokens, async |app| {
    let (ada, anyone) = (app.admin("ada").await, app.anonymous());
    let user = json!({ "email": "bob@example.org", "password": PASSWORD, "role": "editor" });
    ada.post("/v1/admin/users", user).await.expect(201);
    let right = json!({ "email": "bob@example.org", "password": PASSWORD });
    let wrong = json!({ "email": "bob@example.org", "password": "another horse" });
    // A failed sign-in is not stored, so the key can be used again.
    for _ in 0..2 {
        let refused = post_as(&anyone, LOGIN, "login-1", wrong.clone()).await;
        refused.expect_problem(401, "invalid_credentials");
    }
    let first = post_as(&anyone, LOGIN, "login-1", right.clone()).await;
    let first = first.expect(200);
    // A client may still send a stale token.
    let stale = app.bearer("x.y.z");
    for client in [&anyone, &stale] {
        let again = post_as(client, LOGIN, "login-1", right.clone()).await;
        let again = again.expect(200);
        assert!(is_replayed(&again));
        assert_eq!(again.body, first.body);
    }
    let refused = post_as(&anyone, LOGIN, "login-1", wrong).await;
    refused.expect_problem(422, "idempotency_key_reused");
    let kept = rows(&app);
    assert_eq!(kept.len(), 1);
    for secret in [
        "login-1",
        PASSWORD,
        first.text("/access_token"),
        first.text("/refresh_token"),
        "access_token",
        "bob@example.org",
    ] {
        for column in &kept[0] {
            let found = column
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
});

/// Every column that holds bytes or text, of every row.
fn rows(app: &TestApp) -> Vec<[Vec<u8>; 4]> {
    type Row = (Vec<u8>, Vec<u8>, String, Option<Vec<u8>>);
    let columns = (
        idempotency_keys::id,
        idempotency_keys::fingerprint,
        idempotency_keys::request_id,
        idempotency_keys::answer,
    );
    let read = |conn: &mut Conn| {
        let rows: Vec<Row> = each!(conn, idempotency_keys::table.select(columns).load(conn))?;
        Ok(rows)
    };
    let rows = app.state.db.read_now(read).unwrap().into_iter();
    rows.map(|(id, print, request, answer)| {
        [id, print, request.into_bytes(), answer.unwrap_or_default()]
    })
    .collect()
}

on_both!(a_permanent_refusal_is_stored, async |app| {
    let ada = app.editor("ada").await;
    let first = post_as(&ada, TAGS, "a-1", json!({ "colour": "red" })).await;
    let first = first.expect_problem(422, "invalid_body");
    let again = post_as(&ada, TAGS, "a-1", json!({ "colour": "red" })).await;
    let again = again.expect_problem(422, "invalid_body");
    assert!(is_replayed(&again));
    assert_eq!(again.at("/errors"), first.at("/errors"));
    // `instance` is the id of the present request, which the harness checks.
    assert_ne!(again.text("/instance"), first.text("/instance"));

    let taken = json!({ "translations": { "en": { "name": "Housing", "slug": "housing" } } });
    ada.post(TAGS, taken.clone()).await.expect(201);
    post_as(&ada, TAGS, "a-2", taken.clone())
        .await
        .expect_problem(409, "slug_taken");
    let again = post_as(&ada, TAGS, "a-2", taken).await;
    assert!(is_replayed(&again.expect_problem(409, "slug_taken")));

    let bob = app.contributor("bob").await;
    for _ in 0..2 {
        let refused = post_as(&bob, TAGS, "b-1", named("en", "Homes")).await;
        refused.expect_problem(403, "forbidden");
    }
    let wrong_type = || {
        let request = ada.request(Method::POST, TAGS).set_payload("name=Housing");
        request
            .insert_header(("idempotency-key", "a-3"))
            .insert_header((CONTENT_TYPE, "text/plain"))
    };
    for replayed in [false, true] {
        let refused = ada.send(wrong_type()).await;
        let refused = refused.expect_problem(415, "unsupported_media_type");
        assert_eq!(is_replayed(&refused), replayed);
    }
});

on_both!(a_temporary_failure_is_not_stored, async |app| {
    let small = app.another(&[("TRIBUNA_BODY_LIMIT", "1024")]).await;
    let ada = app.editor("ada").await;
    let here = elsewhere(&small, &ada).await;
    let large = named("en", &"x".repeat(1100));
    for _ in 0..2 {
        let refused = post_as(&here, TAGS, "a-1", large.clone()).await;
        let refused = refused.expect_problem(413, "body_too_large");
        assert!(!is_replayed(&refused));
    }
    post_as(&here, TAGS, "a-1", named("en", "Housing"))
        .await
        .expect(201);
    // If the database fails in the middle, nothing is stored, and the key can be used again.
    let break_it = |sql: &str| {
        let run = |conn: &mut Conn| Ok(conn.batch(sql)?);
        app.state.db.write_now(run).unwrap();
    };
    break_it("ALTER TABLE terms RENAME TO terms_away");
    let broken = keyed(&ada, TAGS, "a-2", named("en", "Homes"));
    assert_eq!(ada.raw_status(broken).await, 500);
    break_it("ALTER TABLE terms_away RENAME TO terms");
    let made = post_as(&ada, TAGS, "a-2", named("en", "Homes")).await;
    assert!(!is_replayed(&made.expect(201)));
});

on_both!(a_key_is_one_visible_word, async |app| {
    let ada = app.editor("ada").await;
    let long = "x".repeat(256);
    for bad in ["", "a b", long.as_str()] {
        let refused = post_as(&ada, TAGS, bad, named("en", "Housing")).await;
        let refused = refused.expect_problem(400, "bad_request");
        assert_eq!(refused.faults(), [("Idempotency-Key", "invalid")]);
    }
    let twice = keyed(&ada, TAGS, "a", named("en", "Housing"));
    let refused = ada
        .send(twice.append_header(("idempotency-key", "b")))
        .await;
    refused.expect_problem(400, "bad_request");
    // Safe and idempotent methods ignore the header.
    let read = ada.request(Method::GET, TAGS);
    let read = ada
        .send(read.insert_header(("idempotency-key", "a b")))
        .await;
    assert_eq!(read.expect(200).items().len(), 0);
});

on_both!(the_key_of_a_dead_process_is_taken_over, async |app| {
    let ada = app.editor("ada").await;
    post_as(&ada, TAGS, "a-1", named("en", "Housing"))
        .await
        .expect(201);
    // Simulates a process that died before it committed.
    lose_answer(&app, Some("another-request"));
    let refused = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
    refused.expect_problem(409, "idempotency_in_progress");
    app.set_time("2026-05-01T08:01:00Z");
    let made = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
    assert!(!is_replayed(&made.expect(201)));
    assert_eq!(count(&ada).await, 2);
    // Simulates a process that died after it committed.
    lose_answer(&app, None);
    app.set_time("2026-05-01T08:02:00Z");
    for _ in 0..2 {
        let refused = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        refused.expect_problem(409, "idempotency_lost");
    }
    assert_eq!(count(&ada).await, 2);
});

on_both!(
    an_earlier_request_with_the_same_request_id_does_not_count,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ("x-request-id", "always-the-same");
        let request = ada.request(Method::POST, TAGS).insert_header(id);
        let request = request.set_json(named("en", "Homes"));
        ada.send(request).await.expect(201);
        app.set_time("2026-05-01T09:00:00Z");
        let request = keyed(&ada, TAGS, "a-1", json!({ "colour": "red" })).insert_header(id);
        ada.send(request).await.expect(422);
        lose_answer(&app, None);
        app.set_time("2026-05-01T09:01:00Z");
        let again = keyed(&ada, TAGS, "a-1", json!({ "colour": "red" })).insert_header(id);
        ada.send(again).await.expect_problem(422, "invalid_body");
    }
);

on_both!(
    the_effects_and_the_answer_are_stored_together_or_not_at_all,
    async |app| {
        let ada = app.editor("ada").await;
        let before = app.stored();
        for what in ["UPDATE ON idempotency_keys", "INSERT ON idempotency_keys"] {
            let busy = Breakage::busy(&app, what, "TRUE");
            let refused = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
            refused.expect_problem(503, "unavailable");
            busy.mend();
            assert_eq!(app.stored(), before, "{what}");
            assert_eq!(app.count("idempotency_keys"), 0);
        }
        let made = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        assert!(!is_replayed(&made.expect(201)));
        assert_eq!(count(&ada).await, 1);
    }
);

on_both!(
    a_request_that_fails_after_its_first_write_leaves_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        let before = app.stored();
        let of_tags = Breakage::busy(&app, "INSERT ON changes", "NEW.kind = 'tag'");
        let failed = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        failed.expect_problem(503, "unavailable");
        of_tags.mend();
        assert_eq!(app.stored(), before);
        let made = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        assert!(!is_replayed(&made.expect(201)));
    }
);

on_both!(a_failed_sign_in_with_a_key_is_recorded, async |app| {
    let wrong = json!({ "email": "bob@example.org", "password": "another horse" });
    let refused = post_as(&app.anonymous(), LOGIN, "login-1", wrong).await;
    refused.expect_problem(401, "invalid_credentials");
    assert_eq!(app.count("changes WHERE operation = 'sign_in_failed'"), 1);
    assert_eq!(app.count("idempotency_keys"), 0);
});

on_both!(
    an_atomic_batch_shares_a_transaction_with_its_key,
    async |app| {
        let ada = app.editor("ada").await;
        let make =
            |name: &str| json!({ "method": "POST", "path": TAGS, "body": named("en", name) });
        let good = json!([make("Housing"), make("Rents")]);
        let bad = json!([make("Housing"), { "method": "GET", "path": "/v1/admin/tags/nope" }]);
        for (key, more, operations, made) in [
            ("dry", "dry_run", &good, 0),
            ("bad", "atomic", &bad, 0),
            ("good", "atomic", &good, 2),
        ] {
            let mut batch = json!({ "operations": operations });
            batch[more] = true.into();
            for replayed in [false, true] {
                let answer = post_as(&ada, BATCH, key, batch.clone()).await.expect(200);
                assert_eq!(is_replayed(&answer), replayed, "{key}");
                assert_eq!(answer.at("/data/committed"), made > 0);
            }
            assert_eq!(count(&ada).await, made, "{key}");
        }
        let busy = Breakage::busy(&app, "UPDATE ON idempotency_keys", "TRUE");
        let batch = json!({ "atomic": true, "operations": [make("Homes")] });
        let refused = post_as(&ada, BATCH, "again", batch.clone()).await;
        refused.expect_problem(503, "unavailable");
        busy.mend();
        assert_eq!(count(&ada).await, 2);
        let answer = post_as(&ada, BATCH, "again", batch).await.expect(200);
        assert!(!is_replayed(&answer));
        assert_eq!(count(&ada).await, 3);
    }
);

on_both!(
    the_answer_of_a_batch_is_stored_once_the_writer_is_free,
    async |app| {
        let ada = app.editor("ada").await;
        let operation = json!({ "method": "POST", "path": TAGS, "body": named("en", "Housing") });
        let batch = json!({ "operations": [operation] });
        let busy = Breakage::busy(&app, "UPDATE ON idempotency_keys", "TRUE");
        let first = post_as(&ada, BATCH, "a-1", batch.clone()).await;
        let first = first.expect(200);
        // The batch was executed, so it must not be executed again.
        let again = post_as(&ada, BATCH, "a-1", batch.clone()).await;
        again.expect_problem(409, "idempotency_in_progress");
        busy.mend();
        let again = until_answered(&ada, batch).await;
        assert_eq!(again.expect(200).body, first.body);
        assert_eq!(count(&ada).await, 1);
    }
);

on_sqlite!(
    on_sqlite_a_restart_releases_the_keys_of_interrupted_batches,
    async |app| {
        let ada = app.editor("ada").await;
        post_as(&ada, TAGS, "a-1", named("en", "Housing"))
            .await
            .expect(201);
        lose_answer(&app, Some("another-request"));
        let refused = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        refused.expect_problem(409, "idempotency_in_progress");
        let restarted = app.another(&[]).await;
        let ada = elsewhere(&restarted, &ada).await;
        let made = post_as(&ada, TAGS, "a-1", named("en", "Housing")).await;
        assert!(!is_replayed(&made.expect(201)));
    }
);

/// Repeats a batch under one key until it is no longer in progress. Only the system clock decides when that is.
async fn until_answered(client: &Client, body: Value) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = post_as(client, BATCH, "a-1", body.clone()).await;
        if answer.status != 409 || begun.elapsed() > Duration::from_secs(20) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Removes the stored answer, as if the process had died before it stored it.
fn lose_answer(app: &TestApp, request: Option<&str>) {
    let none: Option<Vec<u8>> = None;
    let write = |conn: &mut Conn| {
        let all = diesel::update(idempotency_keys::table);
        each!(
            conn,
            all.set(idempotency_keys::answer.eq(none)).execute(conn)
        )?;
        if let Some(request) = request {
            let set = idempotency_keys::request_id.eq(request);
            let all = diesel::update(idempotency_keys::table);
            each!(conn, all.set(set).execute(conn))?;
        }
        Ok(())
    };
    app.state.db.write_now(write).unwrap();
}

on_both!(a_disconnected_client_gets_its_answer, async |app| {
    let ada = app.editor("ada").await;
    for patience in 1..16 {
        let key = format!("key-{patience}");
        let body = named("en", &format!("Housing {patience}"));
        let call = post_as(&ada, TAGS, &key, body.clone());
        // Aborts the request at different times, sometimes with the key claimed and the handler running.
        let patience = std::time::Duration::from_millis(patience);
        let _ = tokio::time::timeout(patience, call).await;
        let mut tries = 0;
        let again = loop {
            let again = post_as(&ada, TAGS, &key, body.clone()).await;
            if again.status == 201 || tries > 200 {
                break again;
            }
            tries += 1;
        };
        again.expect(201);
    }
    assert_eq!(count(&ada).await, 15);
});

on_both!(the_table_of_keys_is_bounded, async |app| {
    let anyone = app.anonymous();
    let peer: SocketAddr = "192.0.2.7:1234".parse().unwrap();
    let call = |key: usize| {
        let body = json!({ "email": "nobody" });
        keyed(&anyone, LOGIN, &format!("key-{key}"), body).peer_addr(peer)
    };
    for key in 0..300 {
        anyone.send(call(key)).await.expect(422);
    }
    let refused = anyone.send(call(300)).await;
    refused.expect_problem(429, "too_many_requests");
    app.set_time("2026-05-01T08:05:00Z");
    anyone.send(call(300)).await.expect(422);
});

on_both!(every_post_takes_a_key, async |app| {
    let management = tribuna::app::contract().unwrap().management;
    let ada = app.editor("ada").await;
    for (path, item) in management["paths"].as_object().unwrap() {
        let Some(operation) = item.get("post") else {
            continue;
        };
        let parameters = operation["parameters"].as_array().unwrap();
        let names = |parameter: &Value| parameter["name"] == "Idempotency-Key";
        assert!(parameters.iter().any(names), "{path}");
    }
    let id = ada.makes(POSTS, post("en", "Housing")).await;
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    let restoration = format!("{POSTS}/{id}/restoration");
    for replayed in [false, true] {
        let request = TestRequest::with_uri(&restoration).method(Method::POST);
        let token = format!("Bearer {}", ada.token.as_deref().unwrap());
        let request = request
            .insert_header((AUTHORIZATION, token))
            .insert_header(("idempotency-key", "restore-1"));
        let restored = ada.send(request).await.expect(200);
        assert_eq!(is_replayed(&restored), replayed);
    }
});
