//! Rules that are implemented both in Rust and in SQL agree, for random publications at random times.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde_json::json;
use tribuna::db::Conn;
use tribuna::db::sql::Sql;
use tribuna::delivery::visibility;
use tribuna::editorial::workflow::status::{push_condition, push_status, status};
use tribuna::editorial::workflow::words::{Stage, Status};
use tribuna::id::Id;
use tribuna::lang::Lang;
use tribuna::publications::writing::store::{CurrentPublication, current_of_posts};
use tribuna::timestamp::Timestamp;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{POSTS, TAGS, named, post_with, publication};
use crate::support::random::Random;

const LANGS: [&str; 2] = ["en", "fr"];
const DAY: i64 = 24 * 3600;

/// Publishes, schedules, replaces, retimes and unpublishes at random. A refused write changes nothing.
async fn publish_at_random(app: &TestApp, ada: &Client, chance: &mut Random) -> Vec<Id> {
    let mut posts = Vec::new();
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    for number in 0..6 {
        let new = post_with("en", &format!("Post {number}"), json!({ "tags": [tag] }));
        let post = ada.makes(POSTS, new).await;
        ada.translates(&post, "fr", &format!("Billet {number}"))
            .await;
        for _ in 0..chance.between(0, 7) {
            let path = publication(&post, chance.pick::<&str>(&LANGS));
            let mut day = || {
                let days = chance.between(0, 9) as i64 - 2;
                app.clock.now().plus_seconds(days * DAY)
            };
            let (begin, end) = (day(), day());
            let times = match chance.below(5) {
                0 => json!({}),
                1 => json!({ "unpublish_at": end }),
                2 => json!({ "publish_at": begin }),
                _ => json!({ "publish_at": begin, "unpublish_at": end }),
            };
            let sql = format!("{times} for {path}");
            match chance.below(8) {
                0 => drop(ada.delete(&path).await),
                1 => drop(ada.patch(&path, times).await),
                2 => drop(ada.patch(&format!("{path}/replacement"), times).await),
                3 => drop(ada.delete(&format!("{path}/replacement")).await),
                _ => drop(ada.put(&path, times).await),
            }
            assert_eq!(inconsistencies(app), [0; 4], "after {sql}");
            app.pass(chance.between(0, 3600) as i64);
        }
        posts.push(post.parse().unwrap());
    }
    posts
}

/// The numbers of inconsistencies: publications with a wrong mark, postings with times that differ from their
/// publication, terms without a posting, and scheduled beginnings without a transition.
fn inconsistencies(app: &TestApp) -> [i64; 4] {
    let marked = "SELECT count(*) AS n FROM publications p WHERE may_represent <> (lang = original_lang OR NOT EXISTS (\
                  SELECT 1 FROM publications o WHERE o.post_id = p.post_id AND o.lang = o.original_lang \
                  AND o.replaces_at IS NULL AND o.unpublish_at IS NULL AND o.published_at <= p.published_at))";
    let posted = "SELECT count(*) AS n FROM postings x JOIN publications p ON p.id = x.publication_id \
                  WHERE (x.published_at, x.unpublish_at, x.replaces_at) \
                  IS DISTINCT FROM (p.published_at, p.unpublish_at, p.replaces_at)";
    let missing = "SELECT count(*) AS n FROM publication_terms l WHERE NOT EXISTS (SELECT 1 FROM postings x \
                   WHERE x.publication_id = l.publication_id AND x.entity_id = l.term_id)";
    let mut unlogged = Sql::new(
        "SELECT count(*) AS n FROM publications p WHERE NOT EXISTS (SELECT 1 FROM transitions t WHERE t.edge = 'begin' \
         AND t.publication_id = p.id AND t.at = coalesce(p.replaces_at, p.published_at)) \
         AND coalesce(p.replaces_at, p.published_at) > ",
    );
    unlogged.bind(app.clock.now());
    let [marked, posted, missing] = [marked, posted, missing].map(Sql::new);
    [marked, posted, missing, unlogged].map(|sql| {
        let count = |conn: &mut Conn| sql.number(conn);
        app.state.db.read_now(count).unwrap()
    })
}

/// Selects `columns` for a working copy `w` and its current publication `p`.
fn of_copy(columns: &Sql, (post, lang): (Id, &Lang), now: Timestamp) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.append(columns).push(
        " AS found FROM translations w LEFT JOIN publications p ON p.post_id = w.post_id AND p.lang = w.lang AND ",
    );
    visibility::current(&mut sql, "p", now);
    sql.push(" WHERE w.post_id = ")
        .bind(post)
        .push(" AND w.lang = ")
        .bind(lang.as_str());
    sql
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    found: String,
}

fn by_sql(conn: &mut Conn, copy: (Id, &Lang), now: Timestamp) -> (Vec<String>, Vec<Status>) {
    let mut sql = Sql::default();
    push_status(&mut sql, now, &Sql::new("'published'"));
    let rows: Vec<Found> = of_copy(&sql, copy, now).load(conn).unwrap();
    let has = |conn: &mut Conn, status| {
        let mut sql = of_copy(&Sql::new("'yes'"), copy, now);
        sql.push(" AND ");
        push_condition(&mut sql, status, now);
        !sql.load::<Found>(conn).unwrap().is_empty()
    };
    let fitting = Status::ALL.into_iter().filter(|one| has(conn, *one));
    let fitting = fitting.collect();
    (rows.into_iter().map(|row| row.found).collect(), fitting)
}

fn set_stage(app: &TestApp, (post, lang): (Id, &Lang), stage: Stage) {
    let set = |conn: &mut Conn| {
        let mut sql = Sql::new("UPDATE translations SET stage = ");
        sql.bind(stage.as_str())
            .push(" WHERE post_id = ")
            .bind(post)
            .push(" AND lang = ")
            .bind(lang.as_str());
        sql.execute(conn)
    };
    app.state.db.write_now(set).unwrap();
}

on_both!(the_status_is_the_same_in_rust_and_in_sql, async |app| {
    let (ada, mut chance) = (app.editor("ada").await, Random::new(11));
    let posts = publish_at_random(&app, &ada, &mut chance).await;
    let mut seen = Vec::new();
    for _ in 0..60 {
        let (post, lang) = (
            *chance.pick(&posts),
            chance.pick::<&str>(&LANGS).parse().unwrap(),
        );
        let stage = match chance.one_in(2) {
            true => Stage::Draft,
            false => *chance.pick(&Stage::ALL),
        };
        set_stage(&app, (post, &lang), stage);
        let days = chance.between(0, 14) as i64 - 4;
        let now = app.clock.now().plus_seconds(days * DAY);
        let read = |conn: &mut Conn| {
            let all = current_of_posts(conn, &[post], now)?;
            let is_its = |one: &&CurrentPublication| one.id.lang == lang;
            let expected = status(stage, all.iter().find(is_its), now);
            assert_eq!(
                by_sql(conn, (post, &lang), now),
                (vec![expected.to_string()], vec![expected]),
                "{post} in {lang} at {now}"
            );
            Ok(expected)
        };
        seen.push(app.state.db.read_now(read).unwrap());
    }
    for one in Status::ALL {
        assert!(seen.contains(&one), "{one} never occurred");
    }
});
