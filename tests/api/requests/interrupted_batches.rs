//! Batches with an `Idempotency-Key` whose instance dies in the middle. Their operations take effect one by one, so nobody
//! may run them twice.

use diesel::prelude::*;
use serde_json::{Value, json};
use tribuna::db::Conn;
use tribuna::error::Error;
use tribuna::id::Id;
use tribuna::requests::idempotency::store::{self, Claim, Claimed};
use tribuna::schema::idempotency_keys;

use crate::support::client::{Answer, Client};
use crate::support::content::{TAGS, named};
use crate::support::{Backend, TestApp};

macro_rules! each {
    ($conn:ident, $statement:expr) => {
        match $conn {
            Conn::Sqlite($conn) => $statement,
            Conn::Postgres($conn) => $statement,
        }
    };
}

const BATCH: &str = "/v1/admin/batch";

async fn send_batch(client: &Client) -> Answer {
    let operation = json!({ "method": "POST", "path": TAGS, "body": named("en", "Housing") });
    let batch = json!({ "operations": [operation] });
    let request = client.request(actix_web::http::Method::POST, BATCH);
    let request = request.set_json(batch);
    client
        .send(request.insert_header(("idempotency-key", "a-1")))
        .await
}

/// Removes the stored answers, as if the instance had not come so far.
fn lose_answers(app: &TestApp) {
    let none: Option<Vec<u8>> = None;
    let lose = |conn: &mut Conn| {
        let set = idempotency_keys::answer.eq(none.clone());
        let all = diesel::update(idempotency_keys::table).set(set);
        each!(conn, all.execute(conn))?;
        Ok(())
    };
    app.state.db.write_now(lose).unwrap();
}

// On SQLite, a restart ends all claims, which another test shows.
on_postgres!(the_batch_of_a_dead_instance_is_lost_at_once, async |app| {
    let ada = app.editor("ada").await;
    let other = app.another(&[]).await;
    let there = other.bearer(ada.token.as_deref().unwrap());
    send_batch(&there).await.expect(200);
    lose_answers(&app);
    let refused = send_batch(&ada).await;
    refused.expect_problem(409, "idempotency_in_progress");
    drop((there, other));
    let begun = std::time::Instant::now();
    loop {
        // The server notices within milliseconds that the connections are closed.
        let refused = send_batch(&ada).await;
        if refused.text("/code") == "idempotency_lost" {
            break;
        }
        refused.expect_problem(409, "idempotency_in_progress");
        assert!(begun.elapsed().as_secs() < 15);
    }
    // It stays so, also when the time of the claim is over.
    for time in [
        "2026-05-01T08:00:30Z",
        "2026-05-01T08:02:00Z",
        "2026-05-01T09:00:00Z",
    ] {
        app.set_time(time);
        send_batch(&ada)
            .await
            .expect_problem(409, "idempotency_lost");
    }
    let tags = ada.get(TAGS).await.expect(200);
    assert_eq!(tags.column("id").len(), 1);
});

on_both!(whoever_lost_a_key_writes_no_more, async |app| {
    let now = app.clock.now();
    let claim = |instance: Id| Claim {
        id: [1; 32],
        fingerprint: [2; 32],
        holder: Id::new(),
        instance,
        request: Id::new().into(),
    };
    let (dead, alive) = (claim(Id::new()), claim(app.state.db.instance()));
    let db = &app.state.db;
    let granted = db.write_now(|conn| store::claim(conn, &dead, now)).unwrap();
    assert_eq!(granted, Claimed::Granted);
    let fenced = db.fenced(std::sync::Arc::new(move |conn: &mut Conn| {
        store::expect_held(conn, &dead)
    }));
    fenced.write_now(|_| Ok(())).unwrap();
    let taken = db
        .write_now(|conn| store::claim(conn, &alive, now))
        .unwrap();
    match app.backend() {
        // SQLite: there is only one instance, so nobody else has died.
        Backend::Sqlite => assert_eq!(taken, Claimed::InProgress),
        Backend::Postgres => {
            assert_eq!(taken, Claimed::Granted, "nothing had been written");
            let late = fenced.write(|_| Ok(())).await;
            assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
        }
    }
});

on_both!(a_batch_keeps_its_key_while_it_runs, async |app| {
    let ada = app.editor("ada").await;
    let answer = send_batch(&ada).await.expect(200);
    let statuses: Vec<&Value> = answer
        .at("/data/results")
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(statuses.len(), 1);
    assert_eq!(statuses[0]["status"], 201, "{answer}");
    let again = send_batch(&ada).await.expect(200);
    assert_eq!(again.body, answer.body);
});
