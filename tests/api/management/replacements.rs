//! Replacements and changes of times: a live text stays unchanged until the exact time at which its replacement begins.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{POSTS, post_with, publication, translation};

const NOON: &str = "2026-05-02T12:00:00.000Z";

/// Creates a post that is live as "Before" and becomes "After" at [`NOON`]. Returns its id.
async fn planned(ada: &Client, times: Value) -> String {
    let id = ada.issues("en", "Before").await;
    plan(ada, &id, times).await;
    id
}

async fn plan(ada: &Client, id: &str, times: Value) {
    let edit = json!({ "title": "After", "slug": "after" });
    ada.patch(&translation(id, "en"), edit).await.expect(200);
    ada.schedules(id, "en", times).await;
}

fn at_noon() -> Value {
    json!({ "publish_at": NOON })
}

fn replacement(id: &str) -> String {
    format!("{}/replacement", publication(id, "en"))
}

/// Checks public answers at several times: the statuses of the old and the new slug, and the title by id.
async fn assert_public(app: &TestApp, id: &str, expected: &[(&str, u16, u16, Option<&str>)]) {
    let anyone = app.anonymous();
    for (instant, before, after, title) in expected {
        app.set_time(instant);
        let status = async |slug: &str| anyone.get(&format!("/v1/posts/{slug}")).await.status;
        assert_eq!(status("before").await, *before, "before, at {instant}");
        assert_eq!(status("after").await, *after, "after, at {instant}");
        let list = anyone.get("/v1/posts?count=true").await.expect(200);
        let titles: Vec<&str> = title.iter().copied().collect();
        assert_eq!(list.column("title"), titles, "{instant}");
        assert_eq!(list.at("/page/total"), titles.len());
        if let Some(title) = title {
            let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
            assert_eq!(read.text("/data/title"), *title, "{instant}");
        }
    }
}

on_both!(
    a_replacement_takes_its_place_by_the_clock_alone,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = planned(
            &ada,
            json!({ "publish_at": "2026-05-02T14:00:00+02:00", "unpublish_at": "2026-05-04T00:00:00Z", "time_zone": "Europe/Madrid" }),
        )
        .await;
        let got = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(got.text("/data/status"), "published");
        assert_eq!(got.at("/data/revision"), 1);
        assert_eq!(got.text("/data/slug"), "before");
        assert_eq!(got.at("/data/unpublish_at"), &Value::Null);
        let next = json!({
            "publish_at": NOON, "publish_at_local": "2026-05-02T14:00:00.000+02:00",
            "unpublish_at": "2026-05-04T00:00:00.000Z", "unpublish_at_local": "2026-05-04T02:00:00.000+02:00",
            "time_zone": "Europe/Madrid",
            "revision": 2, "slug": "after"
        });
        assert_eq!(got.at("/data/replacement"), &next);
        let copy = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(copy.at("/data/publication/replacement"), &next);
        assert_eq!(copy.at("/data/has_unpublished_changes"), true);
        assert_public(
            &app,
            &id,
            &[
                ("2026-05-01T08:00:00Z", 200, 404, Some("Before")),
                ("2026-05-02T11:59:59.999Z", 200, 404, Some("Before")),
                (NOON, 308, 200, Some("After")),
            ],
        )
        .await;
        let read = anyone.get("/v1/posts/after").await.expect(200);
        assert_eq!(read.text("/data/published_at"), "2026-05-01T08:00:00.000Z");
        assert_eq!(read.text("/data/updated_at"), NOON);
        let got = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(got.at("/data/replacement"), &Value::Null);
        assert_eq!(got.text("/data/slug"), "after");
        assert_eq!(got.at("/data/revision"), 2);
        assert_eq!(got.text("/data/unpublish_at"), "2026-05-04T00:00:00.000Z");
        assert_public(&app, &id, &[("2026-05-04T00:00:00Z", 410, 410, None)]).await;
    }
);

on_both!(a_replacement_is_moved_and_its_text_stays, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.issues("en", "Before").await;
    let own_end = json!({ "unpublish_at": "2026-05-06T00:00:00Z" });
    ada.schedules(&id, "en", own_end).await;
    let times = json!({ "publish_at": NOON, "unpublish_at": "2026-05-03T00:00:00Z", "time_zone": "Europe/Madrid" });
    plan(&ada, &id, times).await;
    // The replacement does not contain later edits.
    let edit = json!({ "title": "Later", "slug": "later" });
    let seen = ada.patch(&translation(&id, "en"), edit).await.expect(200);
    let seen = seen.header("etag").to_owned();
    let move_it = async |tag: &str, patch: Value| {
        let request = ada.request(Method::PATCH, &replacement(&id));
        let request = request.insert_header((IF_MATCH, tag)).set_json(patch);
        ada.send(request).await
    };
    let later =
        json!({ "publish_at": "2026-05-04T12:00:00Z", "unpublish_at": "2026-05-08T00:00:00Z" });
    let stale = move_it("\"v1\"", later.clone()).await;
    stale.expect_problem(412, "precondition_failed");
    let moved = move_it(&seen, later).await.expect(200);
    let next = json!({
        "publish_at": "2026-05-04T12:00:00.000Z", "publish_at_local": "2026-05-04T14:00:00.000+02:00",
        "unpublish_at": "2026-05-08T00:00:00.000Z", "unpublish_at_local": "2026-05-08T02:00:00.000+02:00",
        "time_zone": "Europe/Madrid", "revision": 2, "slug": "after"
    });
    assert_eq!(moved.at("/data/replacement"), &next);
    assert_eq!(moved.text("/data/slug"), "before");
    assert_eq!(moved.text("/data/unpublish_at"), "2026-05-06T00:00:00.000Z");
    assert_ne!(moved.header("etag"), seen);
    let read = ada.get(&translation(&id, "en")).await.expect(200);
    assert_eq!(read.header("etag"), moved.header("etag"));
    for (wrong, pointer, code) in [
        (
            json!({ "publish_at": "2026-05-01T07:00:00Z" }),
            "/publish_at",
            "too_early",
        ),
        (
            json!({ "publish_at": "2026-05-08T00:00:00Z" }),
            "/publish_at",
            "too_late",
        ),
        (
            json!({ "unpublish_at": "2026-05-04T12:00:00Z" }),
            "/unpublish_at",
            "too_early",
        ),
        (
            json!({ "time_zone": "Mars/Base" }),
            "/time_zone",
            "unknown_time_zone",
        ),
        (json!({ "title": "X" }), "/title", "unknown_field"),
    ] {
        let refused = ada.patch(&replacement(&id), wrong).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [(pointer, code)]);
    }
    let past = json!({ "publish_at": "2026-05-01T07:00:00Z" });
    let past = ada.patch(&replacement(&id), past).await;
    assert!(past.text("/errors/0/detail").contains("PUT"), "{past}");
    let calendar = "/v1/admin/calendar?from=2026-05-02&to=2026-05-09";
    let calendar = ada.get(calendar).await.expect(200);
    assert_eq!(calendar.column("event"), ["replace", "unpublish"]);
    assert_eq!(
        calendar.column("at"),
        ["2026-05-04T12:00:00.000Z", "2026-05-08T00:00:00.000Z"]
    );
    let audit = app.admin("root").await;
    let audit = audit.get("/v1/admin/audit?kind=publication&limit=1").await;
    let audit = audit.expect(200);
    let got = &audit.items()[0];
    assert_eq!(got["operation"], "schedule");
    assert_eq!(got["before"]["replacement"]["replaces_at"], NOON);
    assert_eq!(
        got["after"]["replacement"]["replaces_at"],
        "2026-05-04T12:00:00.000Z"
    );
    assert_public(
        &app,
        &id,
        &[
            (NOON, 200, 404, Some("Before")),
            ("2026-05-03T00:00:00Z", 200, 404, Some("Before")),
            ("2026-05-04T12:00:00Z", 308, 200, Some("After")),
            ("2026-05-06T00:00:00Z", 308, 200, Some("After")),
            ("2026-05-08T00:00:00Z", 410, 410, None),
        ],
    )
    .await;
    let over = ada.patch(&replacement(&id), json!({})).await;
    over.expect_problem(404, "not_found");
});

on_both!(
    a_replacement_is_moved_in_a_batch_and_by_editors_only,
    async |app| {
        let (ada, cleo) = (app.editor("ada").await, app.author("cleo").await);
        let id = cleo.writes("en", "Before").await;
        let none = ada.patch(&replacement(&id), json!({})).await;
        none.expect_problem(404, "not_found");
        ada.publishes(&id, "en").await;
        let none = ada.patch(&replacement(&id), json!({})).await;
        none.expect_problem(404, "not_found");
        plan(&ada, &id, at_noon()).await;
        let own = cleo.patch(&replacement(&id), json!({})).await;
        own.expect_problem(403, "forbidden");
        let body = json!({ "publish_at": "2026-05-04T12:00:00Z", "time_zone": "Asia/Tokyo" });
        let operation = json!({ "method": "PATCH", "path": replacement(&id), "body": body });
        let batch = json!({ "atomic": true, "operations": [operation] });
        let batch = ada.post("/v1/admin/batch", batch).await.expect(200);
        assert_eq!(batch.at("/data/results/0/status"), 200, "{batch}");
        let got = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(
            got.text("/data/replacement/publish_at"),
            "2026-05-04T12:00:00.000Z"
        );
        assert_eq!(got.text("/data/replacement/time_zone"), "Asia/Tokyo");
        // The live text still has its own end.
        assert_eq!(got.at("/data/unpublish_at"), &Value::Null);
    }
);

on_both!(no_answer_is_cached_beyond_a_replacement, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    planned(&ada, at_noon()).await;
    app.set_time("2026-05-02T11:59:50Z");
    for path in [
        "/v1/posts",
        "/v1/posts/before",
        "/v1/posts/facets",
        "/v1/resolve?kind=post&slug=before&lang=en",
    ] {
        let answer = anyone.get(path).await.expect(200);
        let control = answer.header("cache-control");
        assert!(control.contains("max-age=10"), "{path}: {control}");
    }
});

on_both!(
    a_live_text_keeps_its_own_end_when_a_replacement_is_cancelled,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.issues("en", "Before").await;
        let end = json!({ "unpublish_at": "2026-05-03T00:00:00Z" });
        ada.schedules(&id, "en", end).await;
        plan(&ada, &id, at_noon()).await;
        let got = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(got.text("/data/unpublish_at"), "2026-05-03T00:00:00.000Z");
        ada.delete(&replacement(&id)).await.expect(204);
        let again = ada.delete(&replacement(&id)).await;
        again.expect_problem(404, "not_found");
        let got = ada.get(&publication(&id, "en")).await.expect(200);
        assert_eq!(got.at("/data/replacement"), &Value::Null);
        assert_public(
            &app,
            &id,
            &[
                (NOON, 200, 404, Some("Before")),
                ("2026-05-03T00:00:00Z", 410, 404, None),
            ],
        )
        .await;
    }
);

on_both!(
    a_text_that_ends_before_its_replacement_is_gone_between,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.issues("en", "Before").await;
        let end = json!({ "unpublish_at": "2026-05-02T00:00:00Z" });
        ada.schedules(&id, "en", end).await;
        plan(&ada, &id, at_noon()).await;
        assert_public(
            &app,
            &id,
            &[
                ("2026-05-01T23:59:59.999Z", 200, 404, Some("Before")),
                ("2026-05-02T00:00:00Z", 410, 404, None),
                (NOON, 308, 200, Some("After")),
            ],
        )
        .await;
        let got = app.publication_log_of(&id);
        assert_eq!(got, ["publish", "publish", "schedule"]);
        ada.delete(&publication(&id, "en")).await.expect(204);
        let settled = [
            "unpublish at 2026-05-02T00:00:00.000Z",
            "publish at 2026-05-02T12:00:00.000Z",
            "unpublish",
        ];
        assert_eq!(app.publication_log_of(&id)[3..], settled);
    }
);

on_both!(
    a_slug_of_a_cancelled_replacement_is_free_once_nothing_uses_it,
    async |app| {
        let ada = app.editor("ada").await;
        let id = planned(&ada, at_noon()).await;
        let wanted = || {
            json!({ "translation": {
            "lang": "en", "title": "Other", "slug": "after", "body": { "format": "markdown", "source": "." }
        } })
        };
        let back = json!({ "slug": "third" });
        ada.patch(&translation(&id, "en"), back).await.expect(200);
        let taken = ada.post(POSTS, wanted()).await;
        taken.expect_problem(409, "slug_taken");
        ada.delete(&replacement(&id)).await.expect(204);
        ada.post(POSTS, wanted()).await.expect(201);
    }
);

on_both!(there_is_one_replacement_at_most, async |app| {
    let ada = app.editor("ada").await;
    let id = planned(&ada, at_noon()).await;
    let edit = json!({ "title": "Later", "slug": "later" });
    ada.patch(&translation(&id, "en"), edit).await.expect(200);
    ada.schedules(&id, "en", json!({ "publish_at": "2026-05-05T00:00:00Z" }))
        .await;
    assert_public(
        &app,
        &id,
        &[
            (NOON, 200, 404, Some("Before")),
            ("2026-05-05T00:00:00Z", 308, 404, Some("Later")),
        ],
    )
    .await;
});

on_both!(publishing_now_drops_the_replacement, async |app| {
    let ada = app.editor("ada").await;
    let id = planned(&ada, at_noon()).await;
    let edit = json!({ "title": "Now", "slug": "now" });
    ada.patch(&translation(&id, "en"), edit).await.expect(200);
    ada.publishes(&id, "en").await;
    let got = ada.get(&publication(&id, "en")).await.expect(200);
    assert_eq!(got.at("/data/replacement"), &Value::Null);
    assert_eq!(got.at("/data/unpublish_at"), &Value::Null);
    assert_public(&app, &id, &[(NOON, 308, 404, Some("Now"))]).await;
});

on_both!(unpublishing_drops_the_replacement, async |app| {
    let ada = app.editor("ada").await;
    for trashed in [false, true] {
        let id = ada.makes(POSTS, post_with("en", "One", json!({}))).await;
        ada.publishes(&id, "en").await;
        ada.schedules(&id, "en", at_noon()).await;
        let before = ada.get(&translation(&id, "en")).await.expect(200);
        match trashed {
            true => ada.delete(&format!("{POSTS}/{id}")).await.expect(204),
            false => ada.delete(&publication(&id, "en")).await.expect(204),
        };
        let after = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(after.at("/data/publication"), &Value::Null);
        assert_ne!(after.header("etag"), before.header("etag"), "{trashed}");
        app.set_time(NOON);
        let read = app.anonymous().get(&format!("/v1/posts/{id}")).await;
        read.expect_problem(410, "gone");
        app.set_time("2026-05-02T00:00:00Z");
    }
});

on_both!(a_replacement_is_written_with_if_match, async |app| {
    let ada = app.editor("ada").await;
    let id = planned(&ada, at_noon()).await;
    let old = async |method, path: &str, body: Value| {
        let request = ada.request(method, path).set_json(body);
        ada.send(request.insert_header(("If-Match", "\"v1\"")))
            .await
    };
    use actix_web::http::Method;
    let path = publication(&id, "en");
    let refused = old(Method::PUT, &path, at_noon()).await;
    refused.expect_problem(412, "precondition_failed");
    let refused = old(Method::PATCH, &path, json!({ "unpublish_at": null })).await;
    refused.expect_problem(412, "precondition_failed");
    let refused = old(Method::DELETE, &replacement(&id), Value::Null).await;
    refused.expect_problem(412, "precondition_failed");
});

on_both!(times_change_without_the_text, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "First").await;
    ada.schedules(&id, "en", at_noon()).await;
    let edit = json!({ "title": "Second" });
    ada.patch(&translation(&id, "en"), edit).await.expect(200);
    let path = publication(&id, "en");
    let later = json!({ "publish_at": "2026-05-03T00:00:00Z", "time_zone": "Africa/Lagos" });
    let got = ada.patch(&path, later).await.expect(200);
    assert_eq!(got.text("/data/status"), "scheduled");
    assert_eq!(got.text("/data/time_zone"), "Africa/Lagos");
    assert_eq!(got.at("/data/revision"), 1);
    app.set_time("2026-05-02T23:59:59Z");
    let read = anyone.get("/v1/posts/first").await;
    read.expect_problem(404, "not_found");
    app.set_time("2026-05-03T00:00:00Z");
    let read = anyone.get("/v1/posts/first").await.expect(200);
    assert_eq!(read.text("/data/title"), "First");
    let dated_back = json!({ "publish_at": "2020-01-01T00:00:00Z", "unpublish_at": "2026-05-04T00:00:00Z", "time_zone": null });
    let got = ada.patch(&path, dated_back).await.expect(200);
    assert_eq!(got.at("/data/time_zone"), &Value::Null);
    let read = anyone.get("/v1/posts/first").await.expect(200);
    assert_eq!(read.text("/data/published_at"), "2020-01-01T00:00:00.000Z");
    assert_eq!(read.text("/data/updated_at"), "2026-05-03T00:00:00.000Z");
    app.set_time("2026-05-04T00:00:00Z");
    anyone
        .get("/v1/posts/first")
        .await
        .expect_problem(410, "gone");
    let got = ada
        .patch(&path, json!({ "unpublish_at": null }))
        .await
        .expect(200);
    assert_eq!(got.text("/data/status"), "published");
    let read = anyone.get("/v1/posts/first").await.expect(200);
    assert_eq!(read.text("/data/title"), "First");
    let operations = [
        "schedule",
        "schedule",
        "publish at 2026-05-03T00:00:00.000Z",
        "update",
        "unpublish at 2026-05-04T00:00:00.000Z",
        "publish",
    ];
    assert_eq!(app.publication_log_of(&id), operations);
});

on_both!(
    dating_a_live_text_back_leaves_its_replacement_in_place,
    async |app| {
        let ada = app.editor("ada").await;
        let id = planned(&ada, at_noon()).await;
        let times =
            json!({ "publish_at": "2020-01-01T00:00:00Z", "unpublish_at": "2026-05-03T00:00:00Z" });
        ada.patch(&publication(&id, "en"), times).await.expect(200);
        assert_public(&app, &id, &[(NOON, 308, 200, Some("After"))]).await;
        assert_public(
            &app,
            &id,
            &[("2026-05-04T00:00:00Z", 308, 200, Some("After"))],
        )
        .await;
        let read = app.anonymous().get("/v1/posts/after").await.expect(200);
        assert_eq!(read.text("/data/published_at"), "2020-01-01T00:00:00.000Z");
    }
);

on_both!(inconsistent_replacement_times_are_refused, async |app| {
    let ada = app.editor("ada").await;
    let (live, scheduled) = (ada.issues("en", "One").await, ada.writes("en", "Two").await);
    let draft = ada.writes("en", "Three").await;
    let times = json!({ "publish_at": NOON, "unpublish_at": "2026-05-03T00:00:00Z" });
    ada.schedules(&scheduled, "en", times).await;
    let (live, scheduled) = (publication(&live, "en"), publication(&scheduled, "en"));
    let draft = ada.patch(&publication(&draft, "en"), json!({})).await;
    draft.expect_problem(404, "not_found");
    let put_off = ada.patch(&live, at_noon()).await;
    let put_off = put_off.expect_problem(409, "already_live");
    assert_eq!(put_off.faults(), [("/publish_at", "already_live")]);
    let before = app.stored();
    for (path, times, pointer, code) in [
        (
            &live,
            json!({ "unpublish_at": "2026-05-01T08:00:00Z" }),
            "/unpublish_at",
            "too_early",
        ),
        (
            &scheduled,
            json!({ "unpublish_at": NOON }),
            "/unpublish_at",
            "too_early",
        ),
        (
            &scheduled,
            json!({ "publish_at": "2026-05-03T00:00:00Z" }),
            "/publish_at",
            "too_late",
        ),
        (
            &live,
            json!({ "publish_at": null }),
            "/publish_at",
            "wrong_type",
        ),
        (
            &live,
            json!({ "time_zone": "Europe/Nowhere" }),
            "/time_zone",
            "unknown_time_zone",
        ),
        (&live, json!({ "title": "X" }), "/title", "unknown_field"),
    ] {
        let refused = ada.patch(path, times.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [(pointer, code)], "{times}");
    }
    let replaced = json!({ "publish_at": NOON, "unpublish_at": NOON });
    let refused = ada.put(&live, replaced).await;
    refused.expect_problem(422, "invalid_body");
    assert_eq!(app.stored(), before);
});

on_both!(a_zone_is_kept_without_times_too, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "One").await;
    ada.schedules(&id, "en", json!({ "time_zone": "Asia/Tokyo" }))
        .await;
    let got = ada.get(&publication(&id, "en")).await.expect(200);
    assert_eq!(got.text("/data/time_zone"), "Asia/Tokyo");
    assert_eq!(got.text("/data/publish_at"), "2026-05-01T08:00:00.000Z");
});
