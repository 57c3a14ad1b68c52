//! The change log: a reader that has read up to a number has read all entries before it, and nobody alters entries.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::json;
use tribuna::changes::actor::{Actor, By};
use tribuna::changes::{self, Facts, Operation};
use tribuna::db::sql::Sql;
use tribuna::db::sql_types::Uuid;
use tribuna::db::{Conn, Db};
use tribuna::id::Id;
use tribuna::kind::Kind;

use crate::support::content::{POSTS, TAGS, named, translation};

#[derive(Debug, QueryableByName)]
struct Change {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    operation: String,
    #[diesel(sql_type = Nullable<Text>)]
    lang: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    entity_id: Option<Id>,
    #[diesel(sql_type = Nullable<Uuid>)]
    actor_id: Option<Id>,
}

fn after(db: &Db, seq: i64) -> Vec<Change> {
    let mut sql = Sql::new(
        "SELECT seq, kind, operation, lang, entity_id, actor_id FROM changes WHERE seq > ",
    );
    sql.bind(seq).push(" ORDER BY seq");
    db.read_now(|conn| sql.load(conn)).unwrap()
}

on_both!(
    a_reader_who_goes_on_from_the_last_number_misses_nothing,
    async |app| {
        const WRITERS: usize = 6;
        const EACH: usize = 15;
        let settings = [("TRIBUNA_DATABASE_POOL", "8")];
        let instances = [app.another(&settings).await, app.another(&settings).await];
        let dbs = [&instances[0], &instances[1]].map(|one| one.state.db.clone());
        let at = app.clock.now();
        let done = AtomicBool::new(false);
        let write = |db: &Db, number: usize| {
            for turn in 0..EACH {
                let entry = |conn: &mut Conn| {
                    let by = By::new(Actor::Cli, at);
                    changes::append(
                        conn,
                        by,
                        Kind::Tag,
                        Id::new(),
                        Operation::Create,
                        Facts::none(),
                    )?;
                    // The number is assigned. The pause lets other writers take and commit theirs first.
                    std::thread::sleep(Duration::from_millis((number + turn) as u64 % 4));
                    if turn % 5 == 4 {
                        return Err(tribuna::error::Error::NotFound);
                    }
                    Ok(())
                };
                let _ = db.write_now(entry);
            }
        };
        let seen = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut seen: Vec<i64> = Vec::new();
                loop {
                    let last_look = done.load(Ordering::SeqCst);
                    let last = seen.last().copied().unwrap_or(0);
                    seen.extend(after(&dbs[0], last).iter().map(|one| one.seq));
                    if last_look {
                        return seen;
                    }
                }
            });
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| (number, &dbs[number % 2]))
                .map(|(number, db)| scope.spawn(move || write(db, number)))
                .collect();
            writers
                .into_iter()
                .for_each(|writer| writer.join().unwrap());
            done.store(true, Ordering::SeqCst);
            reader.join().unwrap()
        });
        let all: Vec<i64> = after(&dbs[1], 0).iter().map(|one| one.seq).collect();
        assert_eq!(all.len(), WRITERS * EACH * 4 / 5);
        assert_eq!(seen, all);
    }
);

on_both!(the_log_and_the_history_cannot_be_rewritten, async |app| {
    let ada = app.editor("ada").await;
    ada.writes("en", "Housing").await;
    let before = app.stored();
    for statement in [
        "UPDATE changes SET actor = 'cli'",
        "DELETE FROM changes",
        "UPDATE revisions SET number = 7",
    ] {
        let refused = app.state.db.write_now(|conn| Ok(conn.batch(statement)?));
        assert!(refused.is_err(), "{statement} went through");
    }
    assert_eq!(app.stored(), before);
    assert!(
        after(&app.state.db, 0)
            .iter()
            .all(|one| one.actor_id == ada.user)
    );
});

on_both!(every_change_says_who_did_what_to_what, async |app| {
    let ada = app.editor("ada").await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let id = ada.writes("en", "Housing").await;
    ada.publishes(&id, "en").await;
    ada.patch(&translation(&id, "en"), json!({ "title": "Homes" }))
        .await
        .expect(200);
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    // A refused write logs nothing.
    ada.delete(&format!("{POSTS}/{id}")).await.expect(409);
    let got: Vec<_> = after(&app.state.db, 0)
        .into_iter()
        .map(|one| {
            assert_eq!(one.actor_id, ada.user);
            let of = if one.kind == "tag" { &tag } else { &id };
            assert_eq!(one.entity_id.unwrap().to_string(), *of);
            format!(
                "{} {} {}",
                one.operation,
                one.kind,
                one.lang.unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(
        got,
        [
            "create tag ",
            "create post ",
            "create translation en",
            "publish publication en",
            "update translation en",
            "unpublish publication en",
            "delete post ",
        ]
    );
});
