//! The editorial workflow of a translation: who may take which step, at which stage, and the answers.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use tribuna::db::sql::Sql;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, POSTS, TAGS, named, post_with, publication, text, translation,
};

fn noun(post: &str, noun: &str) -> String {
    format!("{}/{noun}", translation(post, "en"))
}

fn approve() -> Value {
    json!({ "verdict": "approved" })
}

fn request_changes(note: &str) -> Value {
    json!({ "verdict": "changes_requested", "note": note })
}

fn actions(answer: &Answer) -> Vec<&str> {
    let actions = answer.at("/data/allowed_actions").as_array().unwrap();
    actions.iter().map(|one| one.as_str().unwrap()).collect()
}

/// The last operations in the change log, newest first.
fn last_changes(app: &TestApp, count: i64) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Change {
        #[diesel(sql_type = Text)]
        operation: String,
    }
    let mut sql = Sql::new("SELECT operation FROM changes ORDER BY seq DESC LIMIT ");
    sql.bind(count);
    let changes: Vec<Change> = app.state.db.read_now(|conn| sql.load(conn)).unwrap();
    changes.into_iter().map(|one| one.operation).collect()
}

impl Client {
    async fn submits(&self, post: &str) -> Answer {
        let submitted = self.put(&noun(post, "submission"), json!({})).await;
        submitted.expect(200)
    }

    async fn reviews(&self, post: &str, review: Value) -> Answer {
        let reviewed = self.put(&noun(post, "review"), review).await;
        reviewed.expect(200)
    }

    async fn status(&self, post: &str) -> String {
        let read = self.get(&translation(post, "en")).await.expect(200);
        read.text("/data/status").to_owned()
    }
}

on_both!(
    a_contributors_draft_is_submitted_reviewed_corrected_approved_and_published,
    async |app| {
        let (cleo, ada) = (app.contributor("cleo").await, app.editor("ada").await);
        let id = cleo.writes("en", "Housing").await;
        let draft = cleo.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(draft.text("/data/status"), "draft");
        assert_eq!(actions(&draft), ["edit", "submit", "preview"]);

        let note = json!({ "note": "Please check the figures." });
        let submitted = cleo.put(&noun(&id, "submission"), note).await.expect(200);
        assert_eq!(submitted.text("/data/status"), "submitted");
        assert_eq!(submitted.text("/data/note"), "Please check the figures.");
        assert_eq!(
            submitted.text("/data/submitted_by/id"),
            cleo.user.unwrap().to_string()
        );
        assert_eq!(submitted.at("/data/revision"), 1);
        assert_eq!(actions(&submitted), ["withdraw", "preview"]);
        assert_ne!(submitted.header("etag"), draft.header("etag"));
        let read = ada.get(&noun(&id, "submission")).await.expect(200);
        assert_eq!(
            actions(&read),
            [
                "edit",
                "withdraw",
                "review",
                "approve",
                "request_changes",
                "archive",
                "preview"
            ]
        );

        app.set_time("2026-05-02T08:00:00Z");
        let taken = ada.reviews(&id, json!({})).await;
        assert_eq!(taken.text("/data/status"), "in_review");
        assert_eq!(taken.at("/data/verdict"), &Value::Null);
        assert_eq!(
            taken.text("/data/reviewed_by/id"),
            ada.user.unwrap().to_string()
        );
        assert_eq!(taken.text("/data/reviewed_at"), "2026-05-02T08:00:00.000Z");
        let sent_back = ada.reviews(&id, request_changes("Which figures?")).await;
        assert_eq!(sent_back.text("/data/status"), "changes_requested");
        assert_eq!(sent_back.text("/data/verdict"), "changes_requested");

        let seen = cleo.get(&noun(&id, "review")).await.expect(200);
        assert_eq!(seen.text("/data/note"), "Which figures?");
        assert_eq!(actions(&seen), ["edit", "submit", "withdraw", "preview"]);
        let edit = json!({ "title": "Housing in figures" });
        let edited = cleo.patch(&translation(&id, "en"), edit).await.expect(200);
        assert_eq!(edited.text("/data/status"), "changes_requested");
        let again = cleo.submits(&id).await;
        assert_eq!(again.at("/data/revision"), 2);
        let approved = ada.reviews(&id, approve()).await;
        assert_eq!(approved.text("/data/status"), "approved");
        assert_eq!(approved.at("/data/revision"), 2);

        ada.publishes(&id, "en").await;
        let published = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(published.text("/data/status"), "published");
        assert_eq!(
            actions(&published),
            [
                "edit",
                "submit",
                "publish",
                "schedule",
                "unpublish",
                "archive",
                "preview"
            ]
        );
        let read = cleo.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(read.text("/data/status"), "published");
        assert_eq!(actions(&read), ["preview"]);

        let steps = cleo.get(&noun(&id, "steps")).await.expect(200);
        assert_eq!(
            steps.column("step"),
            ["approve", "submit", "request_changes", "take", "submit"]
        );
        assert_eq!(steps.items()[4]["note"], "Please check the figures.");
        assert_eq!(
            steps.items()[2]["created_by"]["id"],
            ada.user.unwrap().to_string()
        );
        assert_eq!(steps.items()[4]["revision"], 1);
        let page = cleo
            .get(&format!("{}?limit=2&count=true", noun(&id, "steps")))
            .await;
        assert_eq!(page.at("/page/total"), 5);
        let rest = cleo.get(page.text("/page/next")).await.expect(200);
        assert_eq!(rest.column("step"), ["request_changes", "take"]);
        let back = cleo.get(rest.text("/page/prev")).await.expect(200);
        assert_eq!(back.at("/data"), page.at("/data"));
    }
);

on_both!(nobody_reviews_what_they_submitted_themselves, async |app| {
    let (ada, bob) = (app.editor("ada").await, app.editor("bob").await);
    let id = ada.writes("en", "Housing").await;
    ada.submits(&id).await;
    for review in [json!({}), approve(), request_changes("Hm.")] {
        let refused = ada.put(&noun(&id, "review"), review).await;
        refused.expect_problem(403, "own_submission");
    }
    bob.reviews(&id, json!({})).await;
    let refused = ada.put(&noun(&id, "review"), approve()).await;
    refused.expect_problem(403, "own_submission");
    // An editor other than the reviewer may decide.
    let root = app.admin("root").await;
    root.reviews(&id, approve()).await;
    assert_eq!(ada.status(&id).await, "approved");

    let lone = app.another(&[("TRIBUNA_SELF_REVIEW", "true")]).await;
    let eve = lone.editor("eve").await;
    let id = eve.writes("en", "Transport").await;
    let submitted = eve.submits(&id).await;
    assert!(actions(&submitted).contains(&"approve"), "{submitted}");
    eve.reviews(&id, approve()).await;
    assert_eq!(eve.status(&id).await, "approved");
});

on_both!(only_editors_change_a_text_under_review, async |app| {
    let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let id = mina.writes("en", "Housing").await;
    mina.translates(&id, "fr", "Logement").await;
    let (post, en) = (format!("{POSTS}/{id}"), translation(&id, "en"));
    mina.submits(&id).await;
    let revision = format!("{en}/revisions/1/restoration");
    for take in [false, true] {
        if take {
            ada.reviews(&id, json!({})).await;
        }
        let whole = post_with("en", "Homes", json!({}));
        for refused in [
            mina.patch(&en, json!({ "title": "Homes" })).await,
            mina.put(&en, text("Homes")).await,
            mina.post(&revision, Value::Null).await,
            mina.patch(&post, json!({ "tags": [tag] })).await,
            mina.put(&post, whole).await,
            mina.delete(&post).await,
        ] {
            refused.expect_problem(409, "under_review");
        }
        // The other translation is not under review.
        let other = mina
            .patch(&translation(&id, "fr"), json!({ "title": "Le toit" }))
            .await;
        other.expect(200);
    }
    let edited = ada
        .patch(&en, json!({ "title": "Homes" }))
        .await
        .expect(200);
    assert_eq!(edited.text("/data/status"), "in_review");
    ada.patch(&post, json!({ "tags": [tag] })).await.expect(200);
    assert_eq!(mina.status(&id).await, "in_review");
    mina.delete(&noun(&id, "submission")).await.expect(204);
    assert_eq!(mina.status(&id).await, "draft");
    mina.patch(&en, json!({ "title": "My homes" }))
        .await
        .expect(200);

    let fr = translation(&id, "fr");
    mina.put(&format!("{fr}/submission"), json!({}))
        .await
        .expect(200);
    mina.delete(&fr).await.expect_problem(409, "under_review");
    ada.delete(&fr).await.expect(204);
});

on_both!(an_approval_applies_to_one_revision, async |app| {
    let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let id = mina.writes("en", "Housing").await;
    let en = translation(&id, "en");
    let approved = async || {
        mina.submits(&id).await;
        ada.reviews(&id, approve()).await;
    };
    approved().await;
    // Saving the same text makes no revision.
    ada.patch(&en, json!({ "title": "Housing" }))
        .await
        .expect(200);
    assert_eq!(ada.status(&id).await, "approved");
    ada.patch(&en, json!({ "title": "Homes" }))
        .await
        .expect(200);
    assert_eq!(ada.status(&id).await, "draft");
    approved().await;
    let post = format!("{POSTS}/{id}");
    ada.patch(&post, json!({ "featured": false }))
        .await
        .expect(200);
    assert_eq!(ada.status(&id).await, "approved");
    ada.patch(&post, json!({ "tags": [tag] })).await.expect(200);
    assert_eq!(ada.status(&id).await, "draft");
    approved().await;
    let restore = format!("{en}/revisions/1/restoration");
    mina.post(&restore, Value::Null).await.expect(200);
    assert_eq!(ada.status(&id).await, "draft");
});

on_both!(
    only_drafts_and_approved_translations_can_be_published,
    async |app| {
        let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
        let id = mina.writes("en", "Housing").await;
        let refuse = async |code: &str| {
            for times in [json!({}), json!({ "publish_at": "2026-06-01T08:00:00Z" })] {
                let refused = ada.put(&publication(&id, "en"), times).await;
                refused.expect_problem(409, code);
            }
        };
        mina.submits(&id).await;
        refuse("wrong_stage").await;
        ada.reviews(&id, json!({})).await;
        refuse("wrong_stage").await;
        ada.reviews(&id, request_changes("More.")).await;
        refuse("wrong_stage").await;
        ada.put(&noun(&id, "archive"), json!({})).await.expect(200);
        refuse("archived").await;
        ada.delete(&noun(&id, "archive")).await.expect(204);
        ada.publishes(&id, "en").await;

        // A resubmitted translation stays public unchanged. The list shows the stage; the publication shows the public
        // state.
        mina.patch(&translation(&id, "en"), json!({ "title": "Homes" }))
            .await
            .expect(200);
        mina.submits(&id).await;
        let copy = mina.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(copy.text("/data/status"), "submitted");
        assert_eq!(copy.text("/data/publication/status"), "published");
        let public = app.anonymous().get("/v1/posts/housing").await.expect(200);
        assert_eq!(public.text("/data/title"), "Housing");
        ada.reviews(&id, approve()).await;
        ada.publishes(&id, "en").await;
        let public = app.anonymous().get("/v1/posts/housing").await.expect(200);
        assert_eq!(public.text("/data/title"), "Homes");
    }
);

on_both!(
    archiving_unpublishes_and_nobody_edits_until_unarchived,
    async |app| {
        let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
        let id = mina.writes("en", "Housing").await;
        ada.publishes(&id, "en").await;
        let en = translation(&id, "en");
        let reason = json!({ "note": "Superseded." });
        let archived = ada.put(&noun(&id, "archive"), reason).await.expect(200);
        assert_eq!(archived.text("/data/status"), "archived");
        assert_eq!(archived.text("/data/note"), "Superseded.");
        assert_eq!(
            archived.text("/data/archived_by/id"),
            ada.user.unwrap().to_string()
        );
        assert_eq!(actions(&archived), ["unarchive", "preview"]);
        app.anonymous()
            .get("/v1/posts/housing")
            .await
            .expect_problem(410, "gone");
        ada.get(&publication(&id, "en"))
            .await
            .expect_problem(404, "not_found");
        for editor in [&mina, &ada] {
            let edit = json!({ "title": "Homes" });
            editor
                .patch(&en, edit)
                .await
                .expect_problem(409, "archived");
            let restore = format!("{en}/revisions/1/restoration");
            editor
                .post(&restore, Value::Null)
                .await
                .expect_problem(409, "archived");
            let whole = post_with("en", "Homes", json!({}));
            editor
                .put(&format!("{POSTS}/{id}"), whole)
                .await
                .expect_problem(409, "archived");
            editor
                .put(&noun(&id, "submission"), json!({}))
                .await
                .expect_problem(409, "wrong_stage");
        }
        let again = ada.put(&noun(&id, "archive"), json!({})).await;
        again.expect_problem(409, "wrong_stage");
        ada.delete(&noun(&id, "archive")).await.expect(204);
        ada.get(&noun(&id, "archive"))
            .await
            .expect_problem(404, "not_found");
        assert_eq!(mina.status(&id).await, "draft");
        mina.patch(&en, json!({ "title": "Homes" }))
            .await
            .expect(200);
        let told = last_changes(&app, 4);
        assert_eq!(told, ["update", "unarchive", "archive", "unpublish"]);
    }
);

on_both!(
    a_step_at_the_wrong_stage_is_refused_with_the_possible_steps,
    async |app| {
        let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
        let id = mina.writes("en", "Housing").await;
        let before = app.stored();
        for (address, method) in [
            ("submission", Method::DELETE),
            ("review", Method::PUT),
            ("review", Method::DELETE),
            ("archive", Method::DELETE),
        ] {
            let request = ada.request(method, &noun(&id, address)).set_json(json!({}));
            let refused = ada.send(request).await.expect_problem(409, "wrong_stage");
            let told = "possible for you now: edit, submit, publish, schedule, archive, preview";
            assert!(refused.text("/detail").contains(told), "{refused}");
            assert!(
                refused.text("/detail").contains("The stage is draft"),
                "{refused}"
            );
        }
        let refused = ada
            .put(
                &noun(&id, "review"),
                json!({ "verdict": "changes_requested" }),
            )
            .await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/note", "required")]);
        let refused = ada
            .put(
                &noun(&id, "review"),
                json!({ "verdict": "maybe", "note": " " }),
            )
            .await;
        assert_eq!(refused.expect(422).faults().len(), 2);
        let long = json!({ "note": "x".repeat(2001) });
        let refused = ada.put(&noun(&id, "submission"), long).await.expect(422);
        assert_eq!(refused.faults(), [("/note", "too_long")]);
        for nothing in ["submission", "review", "archive"] {
            ada.get(&noun(&id, nothing))
                .await
                .expect_problem(404, "not_found");
            let elsewhere = noun(&id, nothing).replace("/en/", "/fr/");
            ada.put(&elsewhere, json!({}))
                .await
                .expect_problem(404, "not_found");
        }
        assert_eq!(app.stored(), before);
        mina.submits(&id).await;
        mina.put(&noun(&id, "submission"), json!({}))
            .await
            .expect_problem(409, "wrong_stage");
        ada.delete(&noun(&id, "review"))
            .await
            .expect_problem(409, "wrong_stage");
        ada.reviews(&id, json!({})).await;
        ada.put(&noun(&id, "review"), json!({}))
            .await
            .expect_problem(409, "wrong_stage");
        ada.delete(&noun(&id, "review")).await.expect(204);
        assert_eq!(mina.status(&id).await, "submitted");
        ada.get(&noun(&id, "review"))
            .await
            .expect_problem(404, "not_found");
        mina.delete(&noun(&id, "submission")).await.expect(204);
        mina.get(&noun(&id, "submission"))
            .await
            .expect_problem(404, "not_found");
        mina.delete(&format!("{POSTS}/{id}")).await.expect(204);
        for address in ["submission", "archive"] {
            let refused = ada.put(&noun(&id, address), json!({})).await;
            refused.expect_problem(409, "post_in_trash");
        }
    }
);

on_both!(
    a_submission_is_withdrawn_by_its_submitter_or_an_editor,
    async |app| {
        let (ada, mina, nils) = (
            app.editor("ada").await,
            app.author("mina").await,
            app.author("nils").await,
        );
        let person = ada.makes(AUTHORS, json!({ "name": "Nils" })).await;
        let tie = "UPDATE users SET author_id = (SELECT id FROM authors) WHERE email = 'nils@example.org'";
        app.state.db.write_now(|conn| Ok(conn.batch(tie)?)).unwrap();
        let credited = post_with(
            "en",
            "Housing",
            json!({ "authors": [{ "author": person }] }),
        );
        let id = mina.makes(POSTS, credited).await;
        nils.submits(&id).await;
        let refused = mina.delete(&noun(&id, "submission")).await;
        refused.expect_problem(403, "forbidden");
        nils.delete(&noun(&id, "submission")).await.expect(204);
        mina.submits(&id).await;
        ada.delete(&noun(&id, "submission")).await.expect(204);
        assert_eq!(mina.status(&id).await, "draft");
    }
);

on_both!(a_step_checks_the_version_it_was_based_on, async |app| {
    let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
    let id = mina.writes("en", "Housing").await;
    let whole = mina.get(&format!("{POSTS}/{id}")).await;
    let seen = mina
        .get(&translation(&id, "en"))
        .await
        .header("etag")
        .to_owned();
    let submitted = mina.submits(&id).await;
    assert_ne!(submitted.header("etag"), seen);
    let after = mina.get(&format!("{POSTS}/{id}")).await;
    assert_ne!(after.header("etag"), whole.header("etag"));
    for (method, address) in [
        (Method::PUT, "submission"),
        (Method::DELETE, "submission"),
        (Method::PUT, "review"),
        (Method::DELETE, "review"),
        (Method::PUT, "archive"),
        (Method::DELETE, "archive"),
    ] {
        let request = ada.request(method, &noun(&id, address)).set_json(json!({}));
        let refused = ada.send(request.insert_header((IF_MATCH, &*seen))).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_eq!(refused.header("etag"), submitted.header("etag"));
    }
    let request = ada
        .request(Method::PUT, &noun(&id, "review"))
        .set_json(approve());
    let request = request.insert_header((IF_MATCH, submitted.header("etag")));
    ada.send(request).await.expect(200);
});

on_both!(posts_are_found_by_the_status_that_is_shown, async |app| {
    let (mina, ada) = (app.author("mina").await, app.editor("ada").await);
    let mut posts = Vec::new();
    for title in [
        "Draft",
        "Submitted",
        "Taken",
        "Back",
        "Approved",
        "Away",
        "Live",
        "Later",
        "Over",
    ] {
        let id = mina.writes("en", title).await;
        if ["Submitted", "Taken", "Back", "Approved"].contains(&title) {
            // No list by status shows the publication while a new version is in the workflow.
            ada.publishes(&id, "en").await;
            mina.submits(&id).await;
        }
        posts.push(id);
    }
    ada.reviews(&posts[2], json!({})).await;
    ada.reviews(&posts[3], request_changes("More.")).await;
    ada.reviews(&posts[4], approve()).await;
    ada.put(&noun(&posts[5], "archive"), json!({}))
        .await
        .expect(200);
    ada.publishes(&posts[6], "en").await;
    ada.schedules(
        &posts[7],
        "en",
        json!({ "publish_at": "2026-06-01T08:00:00Z" }),
    )
    .await;
    ada.schedules(
        &posts[8],
        "en",
        json!({ "unpublish_at": "2026-05-01T09:00:00Z" }),
    )
    .await;
    app.set_time("2026-05-01T10:00:00Z");
    for (status, post) in [
        ("draft", 0),
        ("submitted", 1),
        ("in_review", 2),
        ("changes_requested", 3),
        ("approved", 4),
        ("archived", 5),
        ("published", 6),
        ("scheduled", 7),
        ("expired", 8),
    ] {
        let found = ada
            .get(&format!("{POSTS}?status={status}"))
            .await
            .expect(200);
        assert_eq!(found.column("id"), [&*posts[post]], "{status}");
        assert_eq!(found.items()[0]["translations"][0]["status"], status);
    }
});
