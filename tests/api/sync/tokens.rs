//! Tokens: what they are bound to, and when they expire.

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;

use tribuna::db::Conn;
use tribuna::db::sql::Sql;

use super::{all_told, begun, drained};
use crate::support::Backend;
use crate::support::TestApp;

on_both!(a_caught_up_poll_is_a_304_and_one_probe, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    ada.issues("en", "Housing").await;
    let next = begun(&anyone, "&lang=en").await;
    let (answer, statements) = app.watched(anyone.get(&next)).await;
    let answer = answer.expect(200);
    assert_eq!(answer.text("/page/next"), next);
    assert_eq!(answer.at("/page/more"), false);
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert_eq!(
        statements.len(),
        2,
        "the entry of the token, and those after it: {statements:?}"
    );
    let etag = answer.header("etag").to_owned();
    // Drafts change nothing.
    ada.writes("en", "A draft").await;
    let again = anyone
        .request(Method::GET, &next)
        .insert_header((IF_NONE_MATCH, etag.clone()));
    anyone.send(again).await.expect(304);
    ada.issues("en", "Rents").await;
    let again = anyone
        .request(Method::GET, &next)
        .insert_header((IF_NONE_MATCH, etag));
    let changed = anyone.send(again).await.expect(200);
    assert_eq!(all_told(changed.items()), ["upsert en Rents"]);
});

on_both!(a_request_has_either_a_filter_or_a_token, async |app| {
    let anyone = app.anonymous();
    let token = begun(&anyone, "&lang=en").await;
    let token = token.rsplit('=').next().unwrap();
    for (query, expected) in [
        (String::new(), ("token", "missing")),
        ("lang=en".to_owned(), ("token", "missing")),
        ("initial=false".to_owned(), ("token", "missing")),
        (
            format!("token={token}&lang=en"),
            ("token", "not_with_filter"),
        ),
        (
            format!("token={token}&initial=true"),
            ("initial", "not_with_token"),
        ),
        (format!("token={token}x"), ("token", "invalid_token")),
        ("token=abc".to_owned(), ("token", "invalid_token")),
    ] {
        let refused = anyone.get(&format!("/v1/sync?{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [expected], "{query}");
    }
    let long = (0..20).map(|number| format!("a-name-that-is-rather-long-{number}"));
    let long: Vec<String> = long.collect();
    let long = format!("&tag={}", long.join(","));
    let long = format!("/v1/sync?initial=true{0}{0}{0}{0}{0}", long);
    let refused = anyone
        .get(&long)
        .await
        .expect_problem(400, "invalid_parameter");
    assert!(refused.faults().is_empty() || refused.faults()[0].0 == "tag");
});

/// Removes entries of the log, as a restored backup or pruning does.
pub(super) fn remove_entries(app: &TestApp, which: &str) {
    let (before, after) = match app.backend() {
        Backend::Sqlite => ("DROP TRIGGER changes_are_never_deleted", "SELECT 1"),
        Backend::Postgres => (
            "ALTER TABLE changes DISABLE TRIGGER changes_are_never_deleted",
            "ALTER TABLE changes ENABLE TRIGGER changes_are_never_deleted",
        ),
    };
    let delete = format!("DELETE FROM changes WHERE {which}");
    for statement in [before, &delete, after] {
        app.state
            .db
            .write_now(|conn| Ok(conn.batch(statement)?))
            .unwrap();
    }
}

on_both!(
    a_token_of_a_log_that_was_pruned_or_replaced_expires,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.issues("en", "Housing").await;
        let old = begun(&anyone, "").await;
        ada.issues("en", "Rents").await;
        let newer = begun(&anyone, "").await;
        app.pass(60);
        remove_entries(
            &app,
            "kind = 'publication' AND seq = (SELECT min(seq) FROM changes WHERE kind = 'publication')",
        );
        anyone
            .get(&old)
            .await
            .expect_problem(410, "sync_token_expired");
        let (nothing, _) = drained(&anyone, &newer).await;
        assert!(nothing.is_empty());
    }
);

on_both!(a_token_of_another_log_expires, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    ada.issues("en", "Housing").await;
    let next = begun(&anyone, "").await;
    remove_entries(&app, "kind = 'publication'");
    anyone
        .get(&next)
        .await
        .expect_problem(410, "sync_token_expired");
    // A copy can begin again, even if nothing public was ever logged.
    let next = begun(&anyone, "").await;
    anyone.get(&next).await.expect(200);
});

on_both!(a_copy_may_begin_with_an_empty_log, async |app| {
    let anyone = app.anonymous();
    let next = begun(&anyone, "").await;
    assert_eq!(anyone.get(&next).await.expect(200).text("/page/next"), next);
    let ada = app.editor("ada").await;
    ada.issues("en", "Housing").await;
    let (items, _) = drained(&anyone, &next).await;
    assert_eq!(all_told(&items), ["upsert en Housing"]);
});

on_both!(a_poll_reads_the_index_of_public_entries, async |app| {
    let anyone = app.anonymous();
    app.editor("ada").await.issues("en", "Housing").await;
    let next = begun(&anyone, "").await;
    let (_, statements) = app.watched(anyone.get(&next)).await;
    let sql = statements.iter().find(|sql| sql.contains("publish_shared"));
    let sql = sql.unwrap().split(" -- binds").next().unwrap();
    let sql = (1..=9).rev().fold(sql.replace('?', "1"), |sql, number| {
        sql.replace(&format!("${number}"), "1")
    });
    let read = |conn: &mut Conn| {
        if let Conn::Postgres(_) = conn {
            // So few entries would be read one by one.
            conn.batch("SET LOCAL enable_seqscan = off")?;
        }
        Sql::new(&sql).plan(conn)
    };
    let plan = app.state.db.read_now(read).unwrap().join("\n");
    assert!(plan.contains("changes_public"), "{plan}");
});
