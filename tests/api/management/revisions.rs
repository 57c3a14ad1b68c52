//! Revisions: the history of a text, comparison, restoration and pruning.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};
use tribuna::changes::actor::{Actor, By};
use tribuna::db::sql::Sql;
use tribuna::editorial::revisions::prune::{self, PrunedRevisions};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post, publication, text, translation};

/// The numbers on a page of revisions.
fn numbers(list: &Answer) -> Vec<i64> {
    let items = list.items().iter();
    items.map(|one| one["number"].as_i64().unwrap()).collect()
}

async fn saves(ada: &Client, address: &str, times: i64) {
    for turn in 1..=times {
        let edit = json!({ "subtitle": format!("Take {turn}") });
        ada.patch(address, edit).await.expect(200);
    }
}

on_both!(a_save_may_have_a_note, async |app| {
    let ada = app.editor("ada").await;
    let mut body = post("en", "Housing");
    body["translation"]["note"] = "First draft".into();
    let id = ada.makes(POSTS, body).await;
    let address = translation(&id, "en");
    let edit = json!({ "title": "Homes", "note": "A shorter title" });
    ada.patch(&address, edit).await.expect(200);
    let mut whole = text("Homes for all");
    whole["note"] = "Whole".into();
    ada.put(&address, whole.clone()).await.expect(200);
    // An identical save makes no revision, even with another note.
    whole["note"] = "Again".into();
    ada.put(&address, whole).await.expect(200);
    ada.patch(&address, json!({ "title": "Homes" }))
        .await
        .expect(200);
    let list = ada.get(&format!("{address}/revisions")).await.expect(200);
    assert_eq!(numbers(&list), [4, 3, 2, 1]);
    assert_eq!(
        list.column("note"),
        ["(no text)", "Whole", "A shorter title", "First draft"]
    );
    for wrong in [json!(""), json!("  "), json!("x".repeat(501)), json!(null)] {
        let refused = ada.patch(&address, json!({ "note": wrong })).await;
        refused.expect_problem(422, "invalid_body");
    }
});

on_both!(a_post_that_is_put_whole_is_one_revision, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    ada.translates(&id, "fr", "Logement").await;
    let seen = ada.get(&translation(&id, "en")).await.expect(200);
    let mut whole = post("en", "Homes");
    whole["featured"] = true.into();
    whole["translation"]["note"] = "All of it".into();
    ada.put(&format!("{POSTS}/{id}"), whole).await.expect(200);
    // The translation that was sent has a new revision. So has the other one, because a shared member changed.
    for lang in ["en", "fr"] {
        let path = format!("{}/revisions", translation(&id, lang));
        assert_eq!(numbers(&ada.get(&path).await.expect(200)), [2, 1], "{lang}");
    }
    let last = format!("{}/revisions/2", translation(&id, "en"));
    let last = ada.get(&last).await.expect(200);
    assert_eq!(last.text("/data/snapshot/title"), "Homes");
    assert_eq!(last.at("/data/snapshot/featured"), true);
    assert_eq!(last.text("/data/note"), "All of it");
    let now = ada.get(&translation(&id, "en")).await.expect(200);
    let version = |copy: &Answer| copy.at("/data/version").as_i64().unwrap();
    assert_eq!(version(&now), version(&seen) + 1);
});

on_both!(the_same_content_has_the_same_hash, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = translation(&id, "en");
    for title in ["Homes", "Housing"] {
        ada.patch(&address, json!({ "title": title, "note": title }))
            .await
            .expect(200);
    }
    let list = ada.get(&format!("{address}/revisions")).await.expect(200);
    let hashes = list.column("hash");
    assert_eq!(hashes[0], hashes[2]);
    assert_ne!(hashes[0], hashes[1]);
    assert_eq!(hashes[0].len(), 64);
    let read = ada.get(&format!("{address}/revisions/1")).await.expect(200);
    assert_eq!(read.text("/data/hash"), hashes[0]);
});

on_both!(a_history_is_walked_by_pages_there_and_back, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = translation(&id, "en");
    saves(&ada, &address, 6).await;
    // Each language has its own history.
    ada.translates(&id, "fr", "Logement").await;
    let first = format!("{address}/revisions?limit=3&count=true");
    let first = ada.get(&first).await.expect(200);
    assert_eq!(numbers(&first), [7, 6, 5]);
    assert_eq!(first.at("/page/total"), 7);
    let second = ada.get(first.text("/page/next")).await.expect(200);
    assert_eq!(numbers(&second), [4, 3, 2]);
    saves(&ada, &address, 1).await;
    let last = ada.get(second.text("/page/next")).await.expect(200);
    assert_eq!(numbers(&last), [1]);
    assert_eq!(last.at("/page/next"), &Value::Null);
    let back = ada.get(last.text("/page/prev")).await.expect(200);
    assert_eq!(numbers(&back), [4, 3, 2]);
    let numbered = format!("{address}/revisions?limit=3&page=2");
    assert_eq!(numbers(&ada.get(&numbered).await.expect(200)), [5, 4, 3]);
});

on_both!(
    two_revisions_are_compared_field_by_field_and_word_by_word,
    async |app| {
        let ada = app.editor("ada").await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let mut body = post("en", "Housing");
        body["translation"]["body"]["source"] = "Homes for all, everywhere.".into();
        let id = ada.makes(POSTS, body).await;
        let address = translation(&id, "en");
        let edit = json!({
            "subtitle": "For all", "seo": { "title": "Homes" },
            "body": { "source": "Homes for some, everywhere." }
        });
        ada.patch(&address, edit).await.expect(200);
        ada.patch(
            &format!("{POSTS}/{id}"),
            json!({ "tags": [tag], "featured": true }),
        )
        .await
        .expect(200);
        let compare = async |which: &str| {
            let compared = ada.get(&format!("{address}/revisions/{which}")).await;
            compared.expect(200)
        };
        let forward = compare("1...3").await;
        assert_eq!(forward.at("/data/from/number"), 1);
        assert_eq!(forward.at("/data/to/number"), 3);
        assert_eq!(
            forward.at("/data/changes"),
            &json!([
                { "field": "subtitle", "from": null, "to": "For all" },
                { "field": "seo.title", "from": null, "to": "Homes" },
                { "field": "tags", "from": [], "to": [tag] },
                { "field": "featured", "from": false, "to": true },
            ])
        );
        assert_eq!(
            forward.at("/data/body"),
            &json!([
                { "op": "equal", "text": "Homes for " },
                { "op": "delete", "text": "all" },
                { "op": "insert", "text": "some" },
                { "op": "equal", "text": ", everywhere." },
            ])
        );
        let by_query = compare("3/diff?from=1").await;
        assert_eq!(by_query.json, forward.json);
        let back = compare("3...1").await;
        let subtitle = json!({ "field": "subtitle", "from": "For all", "to": null });
        assert_eq!(back.at("/data/changes/0"), &subtitle);
        assert_eq!(back.at("/data/body/1/text"), "some");
        let same = compare("2...2").await;
        assert_eq!(same.at("/data/changes"), &json!([]));
        assert_eq!(same.at("/data/body/0/op"), "equal");
        for nothing in ["1...9", "9...1", "1..2", "1....2", "...", "a...b", "1..."] {
            let read = ada.get(&format!("{address}/revisions/{nothing}")).await;
            read.expect_problem(404, "not_found");
        }
        for nothing in ["9/diff?from=1", "1/diff?from=9", "a/diff?from=1"] {
            let read = ada.get(&format!("{address}/revisions/{nothing}")).await;
            read.expect_problem(404, "not_found");
        }
        for wrong in ["1/diff", "1/diff?from=0", "1/diff?from=a", "1/diff?to=2"] {
            let read = ada.get(&format!("{address}/revisions/{wrong}")).await;
            read.expect_problem(400, "invalid_parameter");
        }
        let wrong = ada.delete(&format!("{address}/revisions/1...2")).await;
        wrong.expect_problem(405, "method_not_allowed");
    }
);

on_both!(
    restoring_keeps_the_slug_and_says_where_it_comes_from,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "One").await;
        let address = translation(&id, "en");
        let edit = json!({ "title": "Two", "slug": "two" });
        let seen = ada.patch(&address, edit).await.expect(200);
        let seen = seen.header("etag").to_owned();
        let restore = format!("{address}/revisions/1/restoration");
        let asked = async |tag: &str| {
            let request = ada.request(Method::POST, &restore);
            ada.send(request.insert_header((IF_MATCH, tag))).await
        };
        let stale = asked("\"v1\"").await;
        stale.expect_problem(412, "precondition_failed");
        let restored = asked(&seen).await.expect(200);
        assert_eq!(restored.text("/data/title"), "One");
        assert_eq!(restored.text("/data/slug"), "two");
        let list = ada.get(&format!("{address}/revisions")).await.expect(200);
        assert_eq!(list.items()[0]["note"], "Revision 1 restored");
        let mut last = Sql::new("SELECT count(*) AS n FROM changes WHERE operation = 'restore'");
        last.push(" AND kind = 'translation' AND lang = 'en'");
        assert_eq!(app.state.db.read_now(|conn| last.number(conn)).unwrap(), 1);
    }
);

fn pruned(app: &TestApp, keep: u32) -> PrunedRevisions {
    let by = By::new(Actor::Cli, app.clock.now());
    let (db, at) = (&app.state.db, by);
    let told = prune::look(db, at, keep).unwrap();
    let done = prune::run(db, at, keep).unwrap();
    assert_eq!(told, done);
    done
}

on_both!(
    pruning_keeps_the_newest_and_the_referenced_revisions,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = translation(&id, "en");
        saves(&ada, &address, 2).await;
        ada.publishes(&id, "en").await;
        saves(&ada, &address, 6).await;
        ada.translates(&id, "fr", "Logement").await;
        let left = async || {
            let list = ada.get(&format!("{address}/revisions")).await.expect(200);
            numbers(&list)
        };
        let public = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(public.at("/data/revision"), 3);
        let deleted = PrunedRevisions {
            revisions: 6,
            languages: 1,
        };
        assert_eq!(pruned(&app, 2), deleted);
        assert_eq!(left().await, [9, 8, 3]);
        assert_eq!(pruned(&app, 2), PrunedRevisions::default());
        let mut told = Sql::new("SELECT count(*) AS n FROM changes WHERE operation = 'prune'");
        told.push(" AND actor = 'cli' AND lang = 'en'");
        assert_eq!(app.state.db.read_now(|conn| told.number(conn)).unwrap(), 1);
        // Numbering continues, and the remaining revisions can still be restored.
        saves(&ada, &address, 1).await;
        assert_eq!(left().await[0], 10);
        let restore = format!("{address}/revisions/3/restoration");
        ada.post(&restore, Value::Null).await.expect(200);
        ada.get(&format!("{address}/revisions/4"))
            .await
            .expect_problem(404, "not_found");
    }
);

on_both!(
    two_long_texts_are_compared_and_put_together_again,
    async |app| {
        let ada = app.editor("ada").await;
        let long = |word: &str| -> String {
            let lines = (0..60_000).map(|n| format!("{word}{} and {} ", n % 977, n % 613));
            lines.collect()
        };
        let mut body = post("en", "Long");
        body["translation"]["body"]["source"] = long("city").into();
        let id = ada.makes(POSTS, body).await;
        let address = translation(&id, "en");
        let edit = json!({ "body": { "source": long("town") } });
        ada.patch(&address, edit).await.expect(200);
        let compared = ada
            .get(&format!("{address}/revisions/1...2"))
            .await
            .expect(200);
        let side = |other: &str| -> String {
            let runs = compared.at("/data/body").as_array().unwrap().iter();
            let own = runs.filter(|run| run["op"] != other);
            own.map(|run| run["text"].as_str().unwrap()).collect()
        };
        assert!(side("insert") == long("city"));
        assert!(side("delete") == long("town"));
    }
);
