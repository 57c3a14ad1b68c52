//! Databases that are read-only, full, cancelled or unreachable. Each is reported as what it is, never as an internal
//! error.

use std::time::{Duration, Instant};

use serde_json::json;
use tribuna::db::Conn;

use crate::support::breakage::Breakage;
use crate::support::client::{Answer, Client};
use crate::support::content::{TAGS, named};
use crate::support::{Backend, TestApp, cluster};

const READY: &str = "/health/ready";

/// Runs a statement on the writing connection.
fn on_writer(app: &TestApp, sqlite: &str, postgres: &str) {
    let sql = match app.backend() {
        Backend::Sqlite => sqlite,
        Backend::Postgres => postgres,
    };
    let run = app.state.db.write_now(|conn| Ok(conn.batch(sql)?));
    run.unwrap();
}

/// Creates a tag in a batch that is one transaction.
async fn atomic_batch(client: &Client) -> Answer {
    let operation = json!({ "method": "POST", "path": TAGS, "body": named("en", "Rents") });
    let batch = json!({ "atomic": true, "operations": [operation] });
    client.post("/v1/admin/batch", batch).await
}

on_both!(
    a_read_only_database_is_reported_and_still_serves_reads,
    async |app| {
        let ada = app.editor("ada").await;
        ada.makes(TAGS, named("en", "Housing")).await;
        on_writer(
            &app,
            "PRAGMA query_only = ON",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        );
        for _ in 0..2 {
            let refused = ada.post(TAGS, named("en", "Rents")).await;
            let refused = refused.expect_problem(503, "read_only");
            assert_eq!(refused.header("retry-after"), "60");
            let not_ready = ada.get(READY).await;
            not_ready.expect_problem(503, "read_only");
            let refused = atomic_batch(&ada).await;
            let refused = refused.expect_problem(503, "read_only");
            assert_eq!(refused.header("retry-after"), "60");
        }
        assert_eq!(ada.get(TAGS).await.expect(200).items().len(), 1);
        app.anonymous().get("/v1/tags").await.expect(200);
        // A new connection is not read-only.
        let other = app.another(&[]).await;
        let ada = other.bearer(ada.token.as_deref().unwrap());
        ada.get(READY).await.expect(200);
        ada.post(TAGS, named("en", "Rents")).await.expect(201);
    }
);

on_both!(a_full_disk_is_reported, async |app| {
    let ada = app.editor("ada").await;
    let message = match app.backend() {
        Backend::Sqlite => "database or disk is full",
        Backend::Postgres => "could not extend file: No space left on device",
    };
    let full = Breakage::new(&app, "INSERT ON term_names", "NEW.name <> ''", message);
    let refused = ada.post(TAGS, named("en", "Rents")).await;
    refused.expect_problem(507, "storage_full");
    assert!(app.state.db.is_unwritable());
    let refused = atomic_batch(&ada).await;
    refused.expect_problem(507, "storage_full");
    full.mend();
    // The next write detects the recovery.
    ada.get(READY).await.expect(200);
    assert!(!app.state.db.is_unwritable());
    ada.post(TAGS, named("en", "Rents")).await.expect(201);
});

on_sqlite!(a_file_that_may_not_grow_is_a_full_disk, async |app| {
    let ada = app.editor("ada").await;
    on_writer(&app, "PRAGMA max_page_count = 1", "");
    let body = "x".repeat(200_000);
    let post = json!({ "translation": { "lang": "en", "title": "Long",
        "body": { "format": "markdown", "source": body } } });
    let refused = ada.post("/v1/admin/posts", post).await;
    refused.expect_problem(507, "storage_full");
});

on_both!(a_cancelled_statement_may_be_sent_again, async |app| {
    let ada = app.editor("ada").await;
    let message = match app.backend() {
        Backend::Sqlite => "interrupted",
        Backend::Postgres => "canceling statement due to user request",
    };
    let cancelled = Breakage::new(&app, "INSERT ON term_names", "NEW.name <> ''", message);
    let refused = ada.post(TAGS, named("en", "Rents")).await;
    let refused = refused.expect_problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    ada.get(READY).await.expect(200);
    cancelled.mend();
    ada.post(TAGS, named("en", "Rents")).await.expect(201);
});

on_postgres!(a_server_that_accepts_no_writes_is_not_ready, async |app| {
    let other = app.another(&[("TRIBUNA_DATABASE_POOL", "1")]).await;
    for (value, status) in [("on", 503), ("off", 200)] {
        let sql = format!("SET SESSION default_transaction_read_only = {value}");
        let set = |conn: &mut Conn| Ok(conn.batch(&sql)?);
        other.state.db.read_now(set).unwrap();
        other.anonymous().get(READY).await.expect(status);
    }
});

/// The name of the database.
fn database_name(app: &TestApp) -> String {
    let path = app.database_url().split('?').next().unwrap();
    path.rsplit('/').next().unwrap().to_owned()
}

on_postgres!(
    many_requests_to_an_unreachable_database_are_answered_soon,
    async |app| {
        let ada = app.editor("ada").await;
        let name = database_name(&app);
        let server = cluster::server().unwrap();
        server.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
        server.run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
        let begun = Instant::now();
        let questions = (0..20).map(|_| ada.get(TAGS));
        let answers = futures_util::future::join_all(questions).await;
        let took = begun.elapsed();
        server.run(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
        for answer in answers {
            answer.expect_problem(503, "unavailable");
        }
        assert!(took < Duration::from_secs(2), "{took:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        ada.get(TAGS).await.expect(200);
    }
);
