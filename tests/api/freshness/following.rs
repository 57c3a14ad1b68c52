//! How an instance comes to know of what others wrote: by the bell, without it, after the connection was lost, and when the
//! log is another.

use std::time::{Duration, Instant};

use serde_json::json;
use tribuna::db::Conn;
use tribuna::error::Result;
use tribuna::jobs::worker::Workers;

use super::{is_kept, said, same};
use crate::support::client::Client;
use crate::support::content::{TAGS, named};
use crate::support::{Backend, TestApp};

/// What others wrote is known so soon.
const SOON: Duration = Duration::from_secs(1);

pub(super) const TITLES: &str = "/v1/tags?fields=name";

/// An instance by the system's clock that follows by itself, as `serve` has it.
pub(super) async fn following(app: &TestApp) -> (TestApp, Workers) {
    let other = app.another_of_today(&[]).await;
    other.hears().await;
    let running = other.follows();
    (other, running)
}

/// Whether the answer becomes another in time.
async fn becomes_another(anyone: &Client, before: &str) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < SOON {
        if said(&anyone.get(TITLES).await) != before {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

on_both!(what_others_write_is_known_within_a_second, async |app| {
    let (other, running) = following(&app).await;
    let (ada, anyone) = (app.editor("ada").await, other.anonymous());
    for name in ["One", "Two", "Three"] {
        let before = said(&anyone.get(TITLES).await);
        assert!(is_kept(&anyone.get(TITLES).await));
        ada.makes(TAGS, named("en", name)).await;
        assert!(becomes_another(&anyone, &before).await, "{name}");
    }
    drop(running);
    // Nobody follows any more, so nothing is taken for true for longer than a second.
    let before = said(&anyone.get(TITLES).await);
    ada.makes(TAGS, named("en", "Four")).await;
    tokio::time::sleep(SOON).await;
    assert_ne!(said(&anyone.get(TITLES).await), before);
});

on_both!(a_missed_bell_is_healed_by_polling, async |app| {
    if app.backend() == Backend::Sqlite {
        return;
    }
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
    let before = said(&anyone.get(TITLES).await);
    ada.makes(TAGS, named("en", "One")).await;
    let heard = becomes_another(&anyone, &before).await;
    bell("ENABLE");
    assert!(heard);
});

on_both!(a_lost_connection_is_made_anew, async |app| {
    if app.backend() == Backend::Sqlite {
        return;
    }
    let (other, _running) = following(&app).await;
    let (ada, anyone) = (other.editor("ada").await, other.anonymous());
    let before = said(&anyone.get(TITLES).await);
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    app.state
        .db
        .write_now(|conn| Ok(conn.batch(others)?))
        .unwrap();
    // At the very instance that has lost it: what it acknowledges it shows.
    ada.makes(TAGS, named("en", "One")).await;
    let now = said(&anyone.get(TITLES).await);
    assert_ne!(now, before);
    let there = app.bearer(ada.token.as_ref().unwrap());
    there.makes(TAGS, named("en", "Two")).await;
    assert!(becomes_another(&anyone, &now).await);
});

on_both!(another_log_is_noticed_and_all_is_forgotten, async |app| {
    let keeping = app.keeping().await;
    let ada = keeping.editor("ada").await;
    ada.makes(TAGS, named("en", "One")).await;
    ada.makes(TAGS, named("en", "Two")).await;
    let (anyone, plain) = (keeping.anonymous(), app.anonymous());
    anyone.get(TITLES).await.expect(200);
    assert!(same(&anyone, &plain, TITLES).await);
    // As if a backup had been put in the place of the database.
    app.state.db.write_now(take_back).unwrap();
    keeping.hears().await;
    assert!(!same(&anyone, &plain, TITLES).await);
    assert!(same(&anyone, &plain, TITLES).await);
    ada.makes(TAGS, named("en", "Three")).await;
    assert!(!same(&anyone, &plain, TITLES).await);
});

/// The last tag was never made.
fn take_back(conn: &mut Conn) -> Result<()> {
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
    an_instance_that_follows_nothing_keeps_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        ada.makes(TAGS, named("en", "One")).await;
        for _ in 0..3 {
            assert!(!is_kept(&app.anonymous().get(TITLES).await));
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

on_both!(what_is_not_there_is_there_at_its_moment, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let times = json!({ "publish_at": "2026-05-01T09:00:00Z" });
    ada.schedules(&id, "en", times).await;
    app.set_time("2026-05-01T08:59:59.500Z");
    let keeping = app.keeping().await;
    let anyone = keeping.anonymous();
    anyone.get("/v1/posts/housing").await.expect(404);
    let absent = anyone.get("/v1/posts/housing").await.expect(404);
    assert!(is_kept(&absent));
    app.set_time("2026-05-01T09:00:00Z");
    anyone.get("/v1/posts/housing").await.expect(200);
});
