//! Translations: the working copies of a post, one for each language, and the history of each.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};
use tribuna::db::sql::Sql;

use crate::support::client::Answer;
use crate::support::content::{POSTS, TAGS, named, post, publication, text, translation};

on_both!(another_language_is_made_replaced_and_deleted, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = translation(&id, "pt-BR");
    let body = json!({
        "title": "A moradia", "slug": "moradia", "subtitle": "De todos", "excerpt": "Breve.",
        "body": { "format": "markdown", "source": "*Texto*" }, "seo": { "title": "Moradia", "description": null }
    });
    let lower = translation(&id, "pt-br");
    let made = ada.put(&lower, body.clone()).await.expect(201);
    assert_eq!(made.header("location"), address);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(made.at(&format!("/data/{name}")), value, "{name}");
    }
    assert_eq!(made.text("/data/lang"), "pt-BR");
    assert_eq!(made.text("/data/post"), id);
    let read = ada.get(&lower).await.expect(200);
    assert_eq!(read.json["data"], made.json["data"]);
    assert_eq!(read.header("etag"), made.header("etag"));
    let replaced = ada.put(&address, text("Casa")).await.expect(200);
    assert_eq!(replaced.text("/data/title"), "Casa");
    assert_eq!(replaced.text("/data/slug"), "moradia");
    assert_eq!(replaced.at("/data/subtitle"), &Value::Null);
    assert_eq!(replaced.at("/data/seo/title"), &Value::Null);
    assert_eq!(replaced.at("/data/revision"), 2);
    ada.delete(&address).await.expect(204);
    ada.get(&address).await.expect_problem(404, "not_found");
    ada.delete(&address).await.expect_problem(404, "not_found");
    let whole = ada.get(&format!("{POSTS}/{id}")).await.expect(200);
    assert_eq!(whole.at("/data/translations").as_array().unwrap().len(), 1);
    let history = ada.get(&format!("{address}/revisions")).await.expect(200);
    assert_eq!(history.items().len(), 2);
});

on_both!(
    a_patch_of_a_translation_changes_what_it_names,
    async |app| {
        let ada = app.editor("ada").await;
        let mut body = post("en", "Housing");
        body["translation"]["seo"] = json!({ "title": "Homes", "description": "About homes" });
        body["translation"]["subtitle"] = "For all".into();
        let id = ada.makes(POSTS, body).await;
        let address = translation(&id, "en");
        let patch =
            json!({ "subtitle": null, "seo": { "title": null }, "body": { "source": "New." } });
        let patched = ada.patch(&address, patch).await.expect(200);
        assert_eq!(patched.at("/data/subtitle"), &Value::Null);
        let seo = json!({ "title": null, "description": "About homes" });
        assert_eq!(patched.at("/data/seo"), &seo);
        let body = json!({ "format": "markdown", "source": "New." });
        assert_eq!(patched.at("/data/body"), &body);
        assert_eq!(patched.text("/data/title"), "Housing");
        assert_eq!(patched.text("/data/slug"), "housing");
        let cleared = ada
            .patch(&address, json!({ "seo": null }))
            .await
            .expect(200);
        let seo = json!({ "title": null, "description": null });
        assert_eq!(cleared.at("/data/seo"), &seo);
        let nulls = json!({ "title": null, "slug": null, "body": null });
        let refused = ada.patch(&address, nulls).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(
            refused.faults(),
            [
                ("/body", "wrong_type"),
                ("/slug", "wrong_type"),
                ("/title", "wrong_type")
            ]
        );
        let missing = ada.patch(&translation(&id, "fr"), json!({})).await;
        missing.expect_problem(404, "not_found");
    }
);

on_both!(
    a_translation_that_two_write_loses_no_text_silently,
    async |app| {
        let (ada, bob) = (app.editor("ada").await, app.editor("bob").await);
        let id = ada.writes("en", "Housing").await;
        let address = translation(&id, "en");
        let seen = ada.get(&address).await.header("etag").to_owned();
        let bobs = bob.patch(&address, json!({ "title": "Bob's" })).await;
        let current = bobs.expect(200).header("etag").to_owned();
        let stale = async |method: Method, address: &str, body: Value| {
            let request = ada.request(method, address).set_json(body);
            let refused = ada.send(request.insert_header((IF_MATCH, &*seen))).await;
            let refused = refused.expect_problem(412, "precondition_failed");
            assert_eq!(refused.header("etag"), current);
        };
        stale(Method::PATCH, &address, json!({ "title": "Ada's" })).await;
        stale(Method::PUT, &address, text("Ada's")).await;
        stale(Method::DELETE, &address, Value::Null).await;
        stale(Method::PUT, &publication(&id, "en"), json!({})).await;
        assert_eq!(ada.get(&address).await.text("/data/title"), "Bob's");
    }
);

on_both!(
    a_missing_translation_has_no_validator_and_matches_no_condition,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let request = ada.request(Method::PUT, &translation(&id, "fr"));
        let request = request.insert_header((IF_MATCH, "\"v1\""));
        let refused = ada.send(request.set_json(text("Logement"))).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert!(!refused.headers.contains_key("etag"), "{refused}");
    }
);

on_both!(the_original_language_cannot_be_deleted, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let refused = ada.delete(&translation(&id, "en")).await;
    refused.expect_problem(409, "original_language");
});

on_both!(
    deleting_a_public_translation_takes_it_down_and_its_slug_stays_taken,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        ada.delete(&translation(&id, "fr")).await.expect(204);
        let read = anyone.get("/v1/posts/logement?lang=fr").await;
        read.expect_problem(410, "gone");
        let other = ada.post(POSTS, post("fr", "Logement")).await.expect(201);
        assert_eq!(other.text("/data/translation/slug"), "logement-2");
        let back = ada.put(&translation(&id, "fr"), text("Logement")).await;
        assert_eq!(back.expect(201).text("/data/slug"), "logement");
    }
);

on_both!(
    a_deleted_language_keeps_its_history_and_a_new_one_begins_without,
    async |app| {
        let (ada, cleo) = (app.editor("ada").await, app.contributor("cleo").await);
        let id = cleo.writes("en", "Housing").await;
        cleo.translates(&id, "fr", "Logement").await;
        let address = translation(&id, "fr");
        let noun = |noun: &str| format!("{address}/{noun}");
        let note = json!({ "note": "Please check." });
        cleo.put(&noun("submission"), note).await.expect(200);
        let approve = json!({ "verdict": "approved" });
        ada.put(&noun("review"), approve).await.expect(200);
        ada.put(&noun("archive"), json!({})).await.expect(200);
        ada.delete(&address).await.expect(204);
        let gone = ["submission", "review", "archive"];
        for anew in [false, true] {
            if anew {
                cleo.translates(&id, "fr", "Logement").await;
            }
            for gone in gone {
                let read = cleo.get(&noun(gone)).await;
                read.expect_problem(404, "not_found");
            }
            let steps = cleo.get(&noun("steps")).await.expect(200);
            assert_eq!(steps.column("step"), ["archive", "approve", "submit"]);
            assert_eq!(steps.items()[2]["note"], "Please check.");
        }
        let others = app.contributor("cy").await.get(&noun("steps")).await;
        others.expect_problem(404, "not_found");
        let again = json!({ "note": "Again." });
        cleo.put(&noun("submission"), again).await.expect(200);
        let read = cleo.get(&noun("submission")).await.expect(200);
        assert_eq!(read.text("/data/note"), "Again.");
        for gone in ["review", "archive"] {
            let read = cleo.get(&noun(gone)).await;
            read.expect_problem(404, "not_found");
        }
        // Purging the post also deletes its history.
        let whole = format!("{POSTS}/{id}?permanent=true");
        let root = app.admin("root").await;
        root.delete(&whole).await.expect(204);
        let steps = ada.get(&noun("steps")).await;
        steps.expect_problem(404, "not_found");
    }
);

on_both!(a_revision_of_a_deleted_language_is_restored, async |app| {
    let (ada, cleo) = (app.editor("ada").await, app.contributor("cleo").await);
    let id = cleo.writes("en", "Housing").await;
    let address = translation(&id, "fr");
    cleo.put(&address, text("Logement")).await.expect(201);
    cleo.put(&address, text("Habitat")).await.expect(200);
    let last = cleo.get(&address).await.expect(200);
    let deletes = async || {
        ada.delete(&address).await.expect(204);
    };
    deletes().await;
    let restore = |number: i64| format!("{address}/revisions/{number}/restoration");
    let stale = ada.request(Method::POST, &restore(1));
    let stale = stale.insert_header((IF_MATCH, last.header("etag")));
    let stale = ada.send(stale).await;
    stale.expect_problem(412, "precondition_failed");
    let nothing = ada.post(&restore(3), Value::Null).await;
    nothing.expect_problem(404, "not_found");
    let of_others = app.contributor("cy").await;
    let of_others = of_others.post(&restore(1), Value::Null).await;
    of_others.expect_problem(404, "not_found");
    let back = cleo.post(&restore(1), Value::Null).await.expect(200);
    assert_eq!(back.text("/data/title"), "Logement");
    assert_eq!(back.text("/data/slug"), "logement");
    assert_eq!(back.text("/data/status"), "draft");
    assert_eq!(back.at("/data/revision"), 3);
    let version = |answer: &Answer| answer.at("/data/version").as_i64().unwrap();
    assert!(version(&back) > version(&last), "{back}");
    let list = cleo.get(&format!("{address}/revisions")).await.expect(200);
    assert_eq!(list.items()[0]["note"], "Revision 1 restored");
    // Another post has taken the slug meanwhile.
    deletes().await;
    ada.makes(POSTS, post("fr", "Logement")).await;
    let back = cleo.post(&restore(3), Value::Null).await.expect(200);
    assert_eq!(back.text("/data/slug"), "logement-2");
    assert_eq!(back.at("/data/revision"), 4);
    deletes().await;
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    let trashed = cleo.post(&restore(1), Value::Null).await;
    trashed.expect_problem(409, "post_in_trash");
});

on_both!(
    each_save_is_a_revision_and_an_identical_one_is_none,
    async |app| {
        let ada = app.editor("ada").await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let id = ada.writes("en", "One").await;
        let address = translation(&id, "en");
        ada.patch(&address, json!({ "title": "Two" }))
            .await
            .expect(200);
        let same = ada.patch(&address, json!({})).await.expect(200);
        assert_eq!(same.at("/data/revision"), 2);
        let post = format!("{POSTS}/{id}");
        ada.patch(&post, json!({ "tags": [tag] })).await.expect(200);
        let history = format!("{address}/revisions");
        let list = ada.get(&history).await.expect(200);
        let numbers: Vec<_> = list.items().iter().map(|one| &one["number"]).collect();
        assert_eq!(numbers, [3, 2, 1]);
        assert_eq!(
            list.items()[0]["created_by"]["id"],
            ada.user.unwrap().to_string()
        );
        let first = ada.get(&format!("{history}/1")).await.expect(200);
        assert_eq!(first.text("/data/snapshot/title"), "One");
        assert_eq!(first.at("/data/snapshot/tags"), &json!([]));
        let third = ada.get(&format!("{history}/3")).await.expect(200);
        assert_eq!(third.at("/data/snapshot/tags"), &json!([tag]));
        for nothing in ["0", "4", "-1", "x", "99999999999"] {
            let read = ada.get(&format!("{history}/{nothing}")).await;
            read.expect_problem(404, "not_found");
        }
        let page = ada.get(&format!("{history}?limit=2")).await.expect(200);
        let rest = ada.get(page.text("/page/next")).await.expect(200);
        assert_eq!(rest.items()[0]["number"], 1);
        let back = ada.get(rest.text("/page/prev")).await.expect(200);
        assert_eq!(back.at("/data"), page.at("/data"));
    }
);

on_both!(a_save_without_a_change_leaves_no_trace, async |app| {
    let (ada, cleo) = (app.editor("ada").await, app.contributor("cleo").await);
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let mut body = post("en", "Housing");
    body["tags"] = json!([tag]);
    let made = cleo.post(POSTS, body.clone()).await.expect(201);
    let (id, whole) = (made.id(), format!("{POSTS}/{}", made.id()));
    let address = translation(&id, "en");
    let noun = |noun: &str| format!("{address}/{noun}");
    cleo.put(&noun("submission"), json!({})).await.expect(200);
    let approve = json!({ "verdict": "approved" });
    ada.put(&noun("review"), approve).await.expect(200);
    let state = async || {
        let (text, post) = (ada.get(&address).await, ada.get(&whole).await);
        let log = Sql::new("SELECT count(*) AS n FROM changes");
        let log = app.state.db.read_now(|conn| log.number(conn)).unwrap();
        let etags = [text.header("etag"), post.header("etag")].map(str::to_owned);
        (etags, text.json, post.json, log)
    };
    let before = state().await;
    app.set_time("2026-05-02T08:00:00Z");
    let text = body["translation"].clone();
    let mut put = text.clone();
    put.as_object_mut().unwrap().remove("lang");
    put["note"] = "A note belongs to a revision, and none is made.".into();
    let slug = made.text("/data/translation/slug");
    let put = ada.put(&address, put).await.expect(200);
    assert_eq!(put.header("etag"), before.0[0]);
    assert_eq!(put.json["data"], before.1["data"]);
    for same in [
        json!({}),
        json!({ "title": "Housing" }),
        json!({ "title": " Housing " }),
        json!({ "slug": slug, "take_over": true }),
    ] {
        ada.patch(&address, same).await.expect(200);
    }
    for same in [
        json!({}),
        json!({ "tags": [tag] }),
        json!({ "featured": false }),
    ] {
        let patched = cleo.patch(&whole, same).await.expect(200);
        assert_eq!(patched.header("etag"), before.0[1]);
    }
    ada.put(&whole, body.clone()).await.expect(200);
    let restore = noun("revisions/1/restoration");
    ada.post(&restore, Value::Null).await.expect(200);
    assert_eq!(state().await, before);
    // A change of one member in either part is a new version.
    body["translation"]["title"] = "Homes".into();
    let other = ada.put(&whole, body).await.expect(200);
    assert_eq!(other.text("/data/translation/status"), "draft");
    assert_eq!(state().await.3, before.3 + 1);
    let slug = ada.patch(&address, json!({ "slug": "homes" })).await;
    assert_eq!(slug.expect(200).at("/data/revision"), 3);
});

on_both!(
    a_restored_revision_is_a_new_one_and_publishes_nothing,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.writes("en", "One").await;
        let address = translation(&id, "en");
        ada.patch(&address, json!({ "title": "Two" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let restore = format!("{address}/revisions/1/restoration");
        let restored = ada.post(&restore, Value::Null).await.expect(200);
        assert_eq!(restored.text("/data/title"), "One");
        assert_eq!(restored.at("/data/revision"), 3);
        assert_eq!(restored.at("/data/has_unpublished_changes"), true);
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(read.text("/data/title"), "Two");
        let missing = format!("{address}/revisions/9/restoration");
        let missing = ada.post(&missing, Value::Null).await;
        missing.expect_problem(404, "not_found");
    }
);

on_both!(a_language_in_the_path_must_be_valid, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    for lang in ["e_n", "e", "123", "en-", "%00", "x".repeat(200).as_str()] {
        let answer = ada.put(&translation(&id, lang), text("X")).await;
        answer.expect_problem(404, "not_found");
    }
});
