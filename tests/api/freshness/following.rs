//! Following the change log of another instance: after a notification, without one, after a lost connection, and after
//! the log was replaced.

use std::time::{Duration, Instant};

use serde_json::json;
use tribuna::db::Conn;
use tribuna::error::Result;
use tribuna::jobs::worker::Workers;

use super::{comparable, is_cached, same};
use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{TAGS, named};

/// The time within which an instance notices the writes of others.
const SOON: Duration = Duration::from_secs(1);

pub(super) const TITLES: &str = "/v1/tags?fields=name";

/// An instance that uses the system clock and follows the log, as under `serve`.
pub(super) async fn following(app: &TestApp) -> (TestApp, Workers) {
    let other = app.another_of_today(&[]).await;
    other.catches_up().await;
    let running = other.follows();
    (other, running)
}

/// True if the answer changes in time.
async fn changes_in_time(anyone: &Client, before: &str) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if comparable(&anyone.get(TITLES).await) != before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

on_both!(writes_of_others_are_seen_within_a_second, async |app| {
    let (other, running) = following(&app).await;
    let (ada, anyone) = (app.editor("ada").await, other.anonymous());
    for name in ["One", "Two", "Three"] {
        let before = comparable(&anyone.get(TITLES).await);
        assert!(is_cached(&anyone.get(TITLES).await));
        ada.makes(TAGS, named("en", name)).await;
        assert!(changes_in_time(&anyone, &before).await, "{name}");
    }
    drop(running);
    // Nothing follows the log any more, so no answer is trusted for longer than a second.
    let before = comparable(&anyone.get(TITLES).await);
    ada.makes(TAGS, named("en", "Four")).await;
    tokio::time::sleep(SOON).await;
    assert_ne!(comparable(&anyone.get(TITLES).await), before);
});

on_postgres!(a_missed_notification_is_noticed_by_polling, async |app| {
    let bell = |what: &str| {
        let sql = format!("ALTER TABLE changes {what} TRIGGER changes_ring");
        app.state
            .db
            .write_now(|conn| Ok(conn.batch(&sql)?))
            .unwrap();
    };
    let (other, _running) = following(&app).await;
    let (ada, anyone) = (app.editor("ada").await, other.anonymous());
    bell("DISABLE");
    let before = comparable(&anyone.get(TITLES).await);
    ada.makes(TAGS, named("en", "One")).await;
    let heard = changes_in_time(&anyone, &before).await;
    bell("ENABLE");
    assert!(heard);
});

on_postgres!(a_lost_connection_is_reopened, async |app| {
    let (other, _running) = following(&app).await;
    let (ada, anyone) = (other.editor("ada").await, other.anonymous());
    let before = comparable(&anyone.get(TITLES).await);
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.state
        .db
        .write_now(|conn| Ok(conn.batch(others)?))
        .unwrap();
    // An instance that has lost its connection still shows the writes that it acknowledged itself.
    ada.makes(TAGS, named("en", "One")).await;
    let now = comparable(&anyone.get(TITLES).await);
    assert_ne!(now, before);
    let there = app.bearer(ada.token.as_ref().unwrap());
    there.makes(TAGS, named("en", "Two")).await;
    assert!(changes_in_time(&anyone, &now).await);
});

on_both!(a_replaced_log_invalidates_all_answers, async |app| {
    let keeping = app.keeping().await;
    let ada = keeping.editor("ada").await;
    ada.makes(TAGS, named("en", "One")).await;
    ada.makes(TAGS, named("en", "Two")).await;
    let (anyone, plain) = (keeping.anonymous(), app.anonymous());
    anyone.get(TITLES).await.expect(200);
    assert!(same(&anyone, &plain, TITLES).await);
    // Simulates a restored backup.
    app.state.db.write_now(remove_last_tag).unwrap();
    keeping.catches_up().await;
    assert!(!same(&anyone, &plain, TITLES).await);
    assert!(same(&anyone, &plain, TITLES).await);
    ada.makes(TAGS, named("en", "Three")).await;
    assert!(!same(&anyone, &plain, TITLES).await);
});

/// Removes the last tag as if it had never existed.
fn remove_last_tag(conn: &mut Conn) -> Result<()> {
    let names = "DELETE FROM slugs WHERE slug = 'two'; DELETE FROM terms WHERE id IN \
                 (SELECT term_id FROM term_names WHERE slug = 'two');";
    conn.batch(names)?;
    let entry = "DELETE FROM changes WHERE seq = (SELECT max(seq) FROM changes)";
    let (before, after) = match conn {
        Conn::Sqlite(_) => ("DROP TRIGGER changes_are_never_deleted", "SELECT 1"),
        Conn::Postgres(_) => (
            "ALTER TABLE changes DISABLE TRIGGER changes_are_never_deleted",
            "ALTER TABLE changes ENABLE TRIGGER changes_are_never_deleted",
        ),
    };
    for statement in [before, entry, after] {
        conn.batch(statement)?;
    }
    Ok(())
}

on_both!(
    an_instance_that_follows_nothing_caches_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        ada.makes(TAGS, named("en", "One")).await;
        for _ in 0..3 {
            assert!(!is_cached(&app.anonymous().get(TITLES).await));
        }
        let renamed = json!({ "translations": { "en": { "name": "Two" } } });
        let id = app
            .anonymous()
            .get("/v1/tags")
            .await
            .text("/data/0/id")
            .to_owned();
        ada.patch(&format!("{TAGS}/{id}"), renamed)
            .await
            .expect(200);
        assert_eq!(app.anonymous().get(TITLES).await.column("name"), ["Two"]);
    }
);

on_both!(a_cached_404_ends_when_the_post_begins, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let times = json!({ "publish_at": "2026-05-01T09:00:00Z" });
    ada.schedules(&id, "en", times).await;
    app.set_time("2026-05-01T08:59:59.500Z");
    let keeping = app.keeping().await;
    let anyone = keeping.anonymous();
    anyone.get("/v1/posts/housing").await.expect(404);
    let absent = anyone.get("/v1/posts/housing").await.expect(404);
    assert!(is_cached(&absent));
    app.set_time("2026-05-01T09:00:00Z");
    anyone.get("/v1/posts/housing").await.expect(200);
});
