//! `Last-Modified` is the time of the last publicly visible change.

use serde_json::json;

use crate::support::TestApp;
use crate::support::content::{POSTS, TAGS, named, publication, translation};

/// The `Last-Modified` of an instance that has read the whole log.
async fn last_modified(app: &TestApp) -> String {
    // The value never names the present second, in which another change could follow.
    app.catches_up().await;
    app.pass(10);
    app.catches_up().await;
    // A new address each time: a cached answer has the date at which it was computed.
    let address = format!("/v1/posts?published_before={}", app.clock.now());
    let read = app.anonymous().get(&address).await.expect(200);
    read.header("last-modified").to_owned()
}

on_both!(unpublished_changes_keep_last_modified, async |app| {
    let ada = app.editor("ada").await;
    let boss = app.admin("boss").await;
    let live = ada.issues("en", "Live").await;
    let planned = ada.writes("en", "Planned").await;
    let (soon, later) = ("2026-05-01T08:30:00Z", "2026-06-01T08:00:00Z");
    let keeping = app.keeping().await;
    let first = last_modified(&keeping).await;
    assert_eq!(first, "Fri, 01 May 2026 08:00:00 GMT");
    let (plan, copy) = (publication(&planned, "en"), publication(&live, "en"));
    let replacement = format!("{copy}/replacement");
    // A draft is created, changed and deleted.
    let draft = ada.writes("en", "Draft").await;
    assert_eq!(last_modified(&keeping).await, first, "a draft");
    ada.patch(&translation(&draft, "en"), json!({ "title": "Draft 2" }))
        .await
        .expect(200);
    assert_eq!(last_modified(&keeping).await, first, "a draft was saved");
    ada.patch(&format!("{POSTS}/{live}"), json!({ "featured": true }))
        .await
        .expect(200);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a working copy was changed"
    );
    ada.delete(&format!("{POSTS}/{draft}")).await.expect(204);
    assert_eq!(last_modified(&keeping).await, first, "a draft was trashed");
    let forever = format!("{POSTS}/{draft}?permanent=true");
    boss.delete(&forever).await.expect(204);
    assert_eq!(last_modified(&keeping).await, first, "a draft was deleted");
    // Times are set and cancelled for a scheduled post, for an end, and for a replacement.
    ada.put(&plan, json!({ "publish_at": soon }))
        .await
        .expect(200);
    assert_eq!(last_modified(&keeping).await, first, "a post was scheduled");
    ada.patch(&plan, json!({ "publish_at": "2026-05-01T08:20:00Z" }))
        .await
        .expect(200);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a post was scheduled anew"
    );
    ada.delete(&plan).await.expect(204);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a schedule was cancelled"
    );
    ada.patch(&copy, json!({ "unpublish_at": soon }))
        .await
        .expect(200);
    assert_eq!(last_modified(&keeping).await, first, "an end was set");
    ada.patch(&copy, json!({ "unpublish_at": null }))
        .await
        .expect(200);
    assert_eq!(last_modified(&keeping).await, first, "an end was cancelled");
    ada.put(&copy, json!({ "publish_at": later }))
        .await
        .expect(200);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a replacement was scheduled"
    );
    ada.patch(&replacement, json!({ "publish_at": soon }))
        .await
        .expect(200);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a replacement was scheduled anew"
    );
    ada.delete(&replacement).await.expect(204);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a replacement was cancelled"
    );
    // The cancelled times pass, and a post that was only scheduled is deleted.
    ada.put(&plan, json!({ "publish_at": later }))
        .await
        .expect(200);
    keeping.set_time("2026-05-01T09:00:00Z");
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "cancelled times passed"
    );
    ada.delete(&format!("{POSTS}/{planned}")).await.expect(204);
    assert_eq!(
        last_modified(&keeping).await,
        first,
        "a scheduled post was trashed"
    );
    // A new instance has the same value.
    assert_eq!(
        last_modified(&app.keeping().await).await,
        first,
        "after a restart"
    );
});

on_both!(public_changes_set_last_modified, async |app| {
    let ada = app.editor("ada").await;
    let live = ada.issues("en", "Live").await;
    let keeping = app.keeping().await;
    let mut before = last_modified(&keeping).await;
    let mut moves = async |what: &str| {
        let now = last_modified(&keeping).await;
        assert_ne!(now, before, "{what}");
        before = now;
    };
    ada.makes(TAGS, named("en", "Rent")).await;
    moves("a tag was made").await;
    let edit = json!({ "subtitle": "Still" });
    ada.patch(&translation(&live, "en"), edit).await.expect(200);
    ada.publishes(&live, "en").await;
    moves("a post was published again").await;
    let copy = publication(&live, "en");
    ada.patch(&copy, json!({ "publish_at": "2026-04-01T08:00:00Z" }))
        .await
        .expect(200);
    moves("a post got another date").await;
    let other = ada.writes("en", "Other").await;
    let at = keeping.clock.now().plus_seconds(5);
    ada.schedules(&other, "en", json!({ "publish_at": at }))
        .await;
    moves("a scheduled post came").await;
    ada.delete(&copy).await.expect(204);
    moves("a post was taken down").await;
    ada.delete(&format!("{POSTS}/{other}")).await.expect(204);
    moves("a public post was trashed").await;
    let now = last_modified(&keeping).await;
    assert_eq!(
        last_modified(&app.keeping().await).await,
        now,
        "after a restart"
    );
});

on_both!(the_site_has_no_time_of_change, async |app| {
    let ada = app.editor("ada").await;
    ada.issues("en", "Live").await;
    let keeping = app.keeping().await;
    let first = last_modified(&keeping).await;
    assert_eq!(first, "Fri, 01 May 2026 08:00:00 GMT");
    // Settings change the site as well, with a restart.
    let site = keeping.anonymous().get("/v1/site").await.expect(200);
    assert!(!site.headers.contains_key("last-modified"), "{site}");
    assert!(site.headers.contains_key("etag"), "{site}");
});
