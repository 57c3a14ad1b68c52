//! Publications: nothing is public before it is published, and public content changes only when it is published again.

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::support::content::{CATEGORIES, POSTS, named, publication, text, translation};

on_both!(
    editing_a_live_post_changes_nothing_in_public_until_published_again,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let id = ada.issues("en", "Before").await;
        let read = async || anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        let before = read().await;
        let whole = json!({ "categories": [category], "featured": true, "licence": "CC0-1.0" });
        ada.patch(&format!("{POSTS}/{id}"), whole).await.expect(200);
        let copy = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(copy.at("/data/has_unpublished_changes"), true);
        let edit = json!({
            "title": "After", "slug": "after", "subtitle": "S", "excerpt": "E",
            "body": { "source": "Other" }, "seo": { "title": "T" }
        });
        let edited = ada.patch(&translation(&id, "en"), edit).await.expect(200);
        assert_eq!(edited.text("/data/status"), "published");
        assert_eq!(edited.text("/data/publication/slug"), "before");
        let same = read().await;
        assert_eq!(same.json, before.json);
        assert_eq!(same.header("etag"), before.header("etag"));
        let list = anyone.get("/v1/posts").await.expect(200);
        assert_eq!(list.column("title"), ["Before"]);
        app.set_time("2026-05-02T08:00:00Z");
        ada.publishes(&id, "en").await;
        let after = read().await;
        assert_ne!(after.header("etag"), before.header("etag"));
        assert_eq!(after.text("/data/title"), "After");
        assert_eq!(after.text("/data/slug"), "after");
        assert_eq!(after.text("/data/excerpt"), "E");
        assert_eq!(after.text("/data/categories/0/id"), category);
        assert_eq!(after.at("/data/featured"), true);
        assert_eq!(after.text("/data/published_at"), "2026-05-01T08:00:00.000Z");
        assert_eq!(after.text("/data/updated_at"), "2026-05-02T08:00:00.000Z");
        let copy = ada.get(&translation(&id, "en")).await.expect(200);
        assert_eq!(copy.at("/data/has_unpublished_changes"), false);
    }
);

on_both!(a_publication_shows_its_present_state, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    ada.get(&address).await.expect_problem(404, "not_found");
    ada.delete(&address).await.expect_problem(404, "not_found");
    let times = json!({
        "publish_at": "2026-05-02T10:00:00+02:00", "unpublish_at": "2026-05-03T08:00:00Z", "time_zone": "Europe/Madrid"
    });
    let put = ada.put(&address, times).await.expect(200);
    assert_eq!(put.text("/data/post"), id);
    assert_eq!(put.text("/data/status"), "scheduled");
    assert_eq!(put.text("/data/publish_at"), "2026-05-02T08:00:00.000Z");
    assert_eq!(put.text("/data/unpublish_at"), "2026-05-03T08:00:00.000Z");
    assert_eq!(put.text("/data/time_zone"), "Europe/Madrid");
    let read = ada.get(&address).await.expect(200);
    assert_eq!(read.json, put.json);
    assert_eq!(read.header("etag"), put.header("etag"));
    let copy = ada.get(&translation(&id, "en")).await;
    assert_eq!(copy.header("etag"), read.header("etag"));
    for (instant, status) in [
        ("2026-05-02T07:59:59.999Z", "scheduled"),
        ("2026-05-02T08:00:00Z", "published"),
        ("2026-05-03T07:59:59.999Z", "published"),
        ("2026-05-03T08:00:00Z", "expired"),
    ] {
        app.set_time(instant);
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/status"), status, "{instant}");
        let copy = ada.get(&translation(&id, "en")).await;
        assert_eq!(copy.text("/data/status"), status);
        let whole = ada.get(&format!("{POSTS}/{id}")).await;
        assert_eq!(whole.text("/data/translations/0/status"), status);
    }
});

on_both!(a_scheduled_post_begins_and_ends_by_the_clock, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Housing").await;
    let times =
        json!({ "publish_at": "2026-05-02T08:00:00Z", "unpublish_at": "2026-05-03T08:00:00Z" });
    ada.schedules(&id, "en", times).await;
    for (instant, status, listed) in [
        ("2026-05-01T08:00:00Z", 404, 0),
        ("2026-05-02T07:59:59.999Z", 404, 0),
        ("2026-05-02T08:00:00Z", 200, 1),
        ("2026-05-03T07:59:59.999Z", 200, 1),
        ("2026-05-03T08:00:00Z", 410, 0),
    ] {
        app.set_time(instant);
        let read = anyone.get("/v1/posts/housing").await;
        assert_eq!(read.status, status, "{instant}: {read}");
        let list = anyone.get("/v1/posts?count=true").await.expect(200);
        assert_eq!(list.items().len(), listed, "{instant}");
        assert_eq!(list.at("/page/total"), listed);
        if status == 200 {
            assert_eq!(read.text("/data/published_at"), "2026-05-02T08:00:00.000Z");
        }
    }
    ada.publishes(&id, "en").await;
    let again = anyone.get("/v1/posts/housing").await.expect(200);
    assert_eq!(again.text("/data/published_at"), "2026-05-03T08:00:00.000Z");
});

on_both!(scheduling_copies_the_text_of_that_time, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "First").await;
    let times = json!({ "publish_at": "2026-05-02T08:00:00Z" });
    ada.schedules(&id, "en", times.clone()).await;
    ada.put(&translation(&id, "en"), text("Second"))
        .await
        .expect(200);
    app.set_time("2026-05-02T08:00:00Z");
    let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
    assert_eq!(read.text("/data/title"), "First");
});

on_both!(
    a_scheduled_post_can_be_put_off_or_brought_forward,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.writes("en", "Housing").await;
        ada.schedules(&id, "en", json!({ "publish_at": "2026-05-02T08:00:00Z" }))
            .await;
        ada.schedules(&id, "en", json!({ "publish_at": "2026-05-04T08:00:00Z" }))
            .await;
        app.set_time("2026-05-03T08:00:00Z");
        let read = anyone.get("/v1/posts/housing").await;
        read.expect_problem(404, "not_found");
        ada.publishes(&id, "en").await;
        let read = anyone.get("/v1/posts/housing").await.expect(200);
        assert_eq!(read.text("/data/published_at"), "2026-05-03T08:00:00.000Z");
    }
);

on_both!(inconsistent_times_are_refused, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    let before = app.stored();
    for (times, expected) in [
        (
            json!({ "publish_at": "2026-05-03T08:00:00Z", "unpublish_at": "2026-05-02T08:00:00Z" }),
            "/unpublish_at",
        ),
        (
            json!({ "publish_at": "2026-05-03T08:00:00Z", "unpublish_at": "2026-05-03T08:00:00Z" }),
            "/unpublish_at",
        ),
        (
            json!({ "publish_at": "2026-04-01T08:00:00Z", "unpublish_at": "2026-04-02T08:00:00Z" }),
            "/unpublish_at",
        ),
        (
            json!({ "unpublish_at": "2026-05-01T08:00:00Z" }),
            "/unpublish_at",
        ),
        (
            json!({ "publish_at": "2026-05-03T08:00:00" }),
            "/publish_at",
        ),
        (json!({ "publish_at": "2026-05-03" }), "/publish_at"),
        (
            json!({ "publish_at": "2026-02-30T08:00:00Z" }),
            "/publish_at",
        ),
        (json!({ "publish_at": 1_777_000_000 }), "/publish_at"),
        (json!({ "unpublish_at": "soon" }), "/unpublish_at"),
        (json!({ "time_zone": "Europe/Nowhere" }), "/time_zone"),
        (json!({ "publishat": "2026-05-03T08:00:00Z" }), "/publishat"),
    ] {
        let refused = ada.put(&address, times.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults().len(), 1, "{times}: {refused}");
        assert_eq!(refused.faults()[0].0, expected, "{times}");
    }
    assert_eq!(app.stored(), before);
});

on_both!(a_date_in_the_past_is_kept, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Old").await;
    ada.issues("en", "New").await;
    ada.schedules(&id, "en", json!({ "publish_at": "1999-12-31T23:00:00Z" }))
        .await;
    let list = anyone.get("/v1/posts").await.expect(200);
    assert_eq!(list.column("title"), ["New", "Old"]);
    assert_eq!(list.items()[1]["published_at"], "1999-12-31T23:00:00.000Z");
});

on_both!(
    a_publication_without_a_translation_is_not_found,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let missing = ada.put(&publication(&id, "fr"), json!({})).await;
        missing.expect_problem(404, "not_found");
        let unknown = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
        let missing = ada.put(&publication(unknown, "en"), json!({})).await;
        missing.expect_problem(404, "not_found");
        let empty = ada.put(&publication(&id, "en"), Value::Null).await;
        empty.expect_problem(422, "invalid_body");
    }
);

on_both!(both_source_formats_are_rendered, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.writes("en", "Housing").await;
    for (body, html, word_count) in [
        (
            json!({ "format": "markdown", "source": "## Rent\n\nToo *high* <script>alert(1)</script>" }),
            "<em>high</em>",
            3,
        ),
        (
            json!({ "format": "html", "source": "<h2>Rent</h2><p onclick=\"x()\">Too <em>high</em></p>" }),
            "<em>high</em>",
            3,
        ),
    ] {
        let edit = json!({ "body": body });
        ada.patch(&translation(&id, "en"), edit).await.expect(200);
        ada.publishes(&id, "en").await;
        let read = anyone.get("/v1/posts/housing").await.expect(200);
        let shown = read.text("/data/body/html");
        assert!(shown.contains(html), "{shown}");
        for bad in ["script", "onclick", "## "] {
            assert!(!shown.contains(bad), "{shown}");
        }
        assert_eq!(read.at("/data/word_count"), word_count);
        assert_eq!(read.at("/data/reading_minutes"), 1);
        let toc = json!([{ "level": 2, "id": "rent", "title": "Rent" }]);
        assert_eq!(read.at("/data/body/toc"), &toc);
        assert_eq!(read.text("/data/excerpt_source"), "body");
        assert!(read.text("/data/body/text").contains("Too high"));
    }
});

on_both!(a_time_zone_is_shown_as_it_is_spelled, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = publication(&id, "en");
    for (typed, spelled) in [
        ("europe/paris", "Europe/Paris"),
        (
            "AMERICA/ARGENTINA/BUENOS_AIRES",
            "America/Argentina/Buenos_Aires",
        ),
        ("utc", "UTC"),
        ("Asia/Kolkata", "Asia/Kolkata"),
    ] {
        let later = json!({ "publish_at": "2026-06-01T08:00:00Z", "time_zone": typed });
        let put = ada.put(&address, later).await.expect(200);
        assert_eq!(put.text("/data/time_zone"), spelled);
        let patched = ada.patch(&address, json!({ "time_zone": null })).await;
        assert!(patched.expect(200).at("/data/time_zone").is_null());
        let patched = ada.patch(&address, json!({ "time_zone": typed })).await;
        assert_eq!(patched.expect(200).text("/data/time_zone"), spelled);
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/time_zone"), spelled);
    }
    for unknown in ["Europe/Nowhere", "Etc/Unknown", "Paris", "+02:00"] {
        for refused in [
            ada.put(&address, json!({ "time_zone": unknown })).await,
            ada.patch(&address, json!({ "time_zone": unknown })).await,
        ] {
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(refused.faults(), [("/time_zone", "unknown_time_zone")]);
        }
    }
});

on_both!(a_body_that_may_be_empty_may_be_absent, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = translation(&id, "en");
    let empty: [Option<&str>; 3] = [None, Some("application/json"), Some("text/plain")];
    for kind in empty {
        for (method, path, status) in [
            (Method::PUT, format!("{address}/submission"), 200),
            (Method::PUT, format!("{address}/review"), 200),
            (Method::PUT, format!("{address}/archive"), 200),
            (Method::DELETE, format!("{address}/archive"), 204),
            (Method::PUT, publication(&id, "en"), 200),
            (Method::POST, format!("{address}/preview-links"), 201),
            (Method::POST, format!("{POSTS}/{id}/copies"), 201),
        ] {
            let who = match path.ends_with("/review") {
                true => app.editor("bob").await,
                false => ada.clone(),
            };
            let mut request = who.request(method, &path);
            if let Some(kind) = kind {
                request = request.insert_header((CONTENT_TYPE, kind));
            }
            let answer = who.send(request).await;
            assert_eq!(answer.status, status, "{kind:?}: {answer}");
        }
    }
    // A body is read if there is one, and its media type is checked.
    let typed = ada.request(Method::PUT, &publication(&id, "en"));
    let typed = typed.set_payload("publish_at=2026");
    ada.send(typed)
        .await
        .expect_problem(415, "unsupported_media_type");
    let broken = ada.request(Method::PUT, &publication(&id, "en"));
    let broken = broken.insert_header((CONTENT_TYPE, "application/json"));
    let broken = broken.set_payload(" ");
    ada.send(broken).await.expect_problem(400, "malformed_body");
    // A required body must not be missing.
    let needed = ada.request(Method::POST, POSTS);
    ada.send(needed)
        .await
        .expect_problem(415, "unsupported_media_type");
    let needed = ada.request(Method::POST, POSTS);
    let needed = needed.insert_header((CONTENT_TYPE, "application/json"));
    ada.send(needed).await.expect_problem(400, "malformed_body");
});
