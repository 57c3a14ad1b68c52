//! Publishing a revision by its number: the public sees its text, whatever became of the working copy since.

use serde_json::{Value, json};
use tribuna::changes::actor::{Actor, By};
use tribuna::editorial::revisions::prune;

use crate::support::content::{POSTS, TAGS, named, publication, translation};

on_both!(
    the_public_sees_the_revision_that_was_named_and_no_half_written_text,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let id = ada.writes("en", "One").await;
        let (text, path) = (translation(&id, "en"), publication(&id, "en"));
        let full = json!({ "title": "Two", "slug": "two", "subtitle": "S", "excerpt": "E", "body": { "source": "Second" } });
        ada.patch(&text, full).await.expect(200);
        ada.patch(&text, json!({ "title": "Half", "slug": "half" }))
            .await
            .expect(200);
        let done = ada.put(&path, json!({ "revision": 2 })).await.expect(200);
        assert_eq!(done.at("/data/revision"), 2);
        assert_eq!(done.text("/data/slug"), "two");
        let read = anyone.get("/v1/posts/two").await.expect(200);
        let members =
            ["title", "subtitle", "excerpt"].map(|name| read.text(&format!("/data/{name}")));
        assert_eq!(members, ["Two", "S", "E"]);
        assert_eq!(read.text("/data/body/html"), "<p>Second</p>\n");
        let copy = ada.get(&text).await.expect(200);
        assert_eq!(copy.text("/data/title"), "Half");
        assert_eq!(copy.at("/data/revision"), 3);
        assert_eq!(copy.at("/data/has_unpublished_changes"), true);
        // No revision was added, and what all languages share is as it is now.
        ada.patch(&format!("{POSTS}/{id}"), json!({ "tags": [tag] }))
            .await
            .expect(200);
        ada.put(&path, json!({ "revision": 1 })).await.expect(200);
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(read.text("/data/title"), "One");
        assert_eq!(read.text("/data/slug"), "one");
        assert_eq!(read.text("/data/tags/0/id"), tag);
        let list = ada.get(&format!("{text}/revisions")).await.expect(200);
        assert_eq!(list.items().len(), 4);
        anyone.get("/v1/posts/two").await.expect(308);
        // The same without a number: the working copy.
        ada.put(&path, json!({})).await.expect(200);
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(read.text("/data/title"), "Half");
        let copy = ada.get(&text).await.expect(200);
        assert_eq!(copy.at("/data/has_unpublished_changes"), false);
    }
);

on_both!(a_revision_is_planned_for_a_later_time, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "One").await;
    let (text, path) = (translation(&id, "en"), publication(&id, "en"));
    let title = |title: &str| json!({ "title": title });
    ada.patch(&text, title("Two")).await.expect(200);
    ada.patch(&text, title("Three")).await.expect(200);
    let plan = |revision: u8, day: u8| json!({ "revision": revision, "publish_at": format!("2026-05-0{day}T08:00:00Z") });
    let planned = ada.put(&path, plan(2, 2)).await.expect(200);
    assert_eq!(planned.text("/data/status"), "scheduled");
    assert_eq!(planned.at("/data/revision"), 2);
    app.set_time("2026-05-02T08:00:00Z");
    let shown = async || {
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        read.text("/data/title").to_owned()
    };
    assert_eq!(shown().await, "Two");
    let planned = ada.put(&path, plan(1, 3)).await.expect(200);
    assert_eq!(planned.at("/data/revision"), 2);
    assert_eq!(planned.at("/data/replacement/revision"), 1);
    assert_eq!(shown().await, "Two");
    app.set_time("2026-05-03T08:00:00Z");
    assert_eq!(shown().await, "One");
    // Neither is ever pruned.
    let by = By::new(Actor::Cli, app.clock.now());
    prune::run(&app.state.db, by, 1).unwrap();
    let kept = ada.get(&format!("{text}/revisions")).await.expect(200);
    let kept: Vec<&Value> = kept.items().iter().map(|one| &one["number"]).collect();
    assert_eq!(kept.first(), Some(&&json!(3)));
    assert_eq!(kept.last(), Some(&&json!(1)));
});

on_both!(
    a_revision_that_does_not_exist_is_told_with_those_that_do,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "One").await;
        let (text, path) = (translation(&id, "en"), publication(&id, "en"));
        for number in 2..6 {
            let edit = json!({ "title": format!("Text {number}") });
            ada.patch(&text, edit).await.expect(200);
        }
        let refused = ada.put(&path, json!({ "revision": 9 })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/revision", "unknown_reference")]);
        let detail = refused.text("/errors/0/detail");
        assert!(
            detail.contains("no revision 9") && detail.contains("1 to 5"),
            "{detail}"
        );
        ada.put(&path, json!({ "revision": 2 })).await.expect(200);
        let by = By::new(Actor::Cli, app.clock.now());
        prune::run(&app.state.db, by, 1).unwrap();
        let refused = ada.put(&path, json!({ "revision": 3 })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        let detail = refused.text("/errors/0/detail");
        assert!(detail.ends_with("are 2, 5"), "{detail}");
        for wrong in [json!(0), json!(-1), json!("2"), json!(1.5)] {
            let refused = ada.put(&path, json!({ "revision": wrong })).await;
            refused.expect_problem(422, "invalid_body");
        }
        let times = ada.get(&path).await.expect(200);
        assert_eq!(times.at("/data/revision"), 2);
    }
);

on_both!(
    the_rules_of_review_hold_for_the_text_that_is_under_review,
    async |app| {
        let (ada, anna) = (app.editor("ada").await, app.author("anna").await);
        let id = anna.writes("en", "One").await;
        let (text, path) = (translation(&id, "en"), publication(&id, "en"));
        anna.patch(&text, json!({ "title": "Two" }))
            .await
            .expect(200);
        let submission = format!("{text}/submission");
        anna.put(&submission, json!({})).await.expect(200);
        // A new revision with the same text is under review, too.
        ada.patch(&format!("{POSTS}/{id}"), json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        for number in [2, 3] {
            let refused = ada.put(&path, json!({ "revision": number })).await;
            refused.expect_problem(409, "wrong_stage");
        }
        let refused = anna.put(&path, json!({ "revision": 1 })).await;
        refused.expect_problem(403, "forbidden");
        let done = ada.put(&path, json!({ "revision": 1 })).await.expect(200);
        assert_eq!(done.text("/data/status"), "published");
        let copy = ada.get(&text).await.expect(200);
        assert_eq!(copy.text("/data/status"), "submitted");
        let review = format!("{text}/review");
        ada.put(&review, json!({ "verdict": "approved" }))
            .await
            .expect(200);
        // An approval stays when an earlier revision is published, and ends with its own.
        ada.put(&path, json!({ "revision": 1 })).await.expect(200);
        let copy = ada.get(&text).await.expect(200);
        assert_eq!(copy.text("/data/status"), "approved");
        let stale = ada.get(&path).await.expect(200).header("etag").to_owned();
        ada.put(&path, json!({ "revision": 3 })).await.expect(200);
        let copy = ada.get(&text).await.expect(200);
        assert_eq!(copy.text("/data/status"), "published");
        let batch = json!({ "operations": [
            { "method": "PUT", "path": path, "body": { "revision": 1 }, "if_match": stale },
            { "method": "PUT", "path": path, "body": { "revision": 1 } },
        ] });
        let batch = ada.post("/v1/admin/batch", batch).await.expect(200);
        assert_eq!(batch.at("/data/results/0/status"), 412);
        assert_eq!(batch.at("/data/results/1/body/data/revision"), 1);
        ada.put(&format!("{text}/archive"), json!({}))
            .await
            .expect(200);
        let refused = ada.put(&path, json!({ "revision": 1 })).await;
        refused.expect_problem(409, "archived");
    }
);

on_both!(
    a_slug_that_another_post_took_since_is_not_taken_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.writes("en", "One").await;
        let (text, path) = (translation(&id, "en"), publication(&id, "en"));
        ada.patch(&text, json!({ "slug": "two" })).await.expect(200);
        // It was never public, so it is free, and comes back while nobody has it.
        ada.put(
            &path,
            json!({ "revision": 1, "publish_at": "2027-01-01T00:00:00Z" }),
        )
        .await
        .expect(200);
        ada.delete(&path).await.expect(204);
        let other = ada.issues("en", "One").await;
        let refused = ada.put(&path, json!({ "revision": 1 })).await;
        let refused = refused.expect_problem(409, "slug_taken");
        assert_eq!(refused.faults(), [("/revision", "slug_taken")]);
        let read = anyone.get("/v1/posts/one").await.expect(200);
        assert_eq!(read.text("/data/id"), other);
        ada.put(&path, json!({ "revision": 2 })).await.expect(200);
        anyone.get("/v1/posts/two").await.expect(200);
    }
);
