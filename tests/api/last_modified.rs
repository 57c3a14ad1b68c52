//! `Last-Modified` is the time of the last change that the public could see.

use serde_json::json;

use crate::support::TestApp;
use crate::support::content::{POSTS, TAGS, named, publication, translation};

/// What an instance that has been told of everything says.
async fn said(app: &TestApp) -> String {
    // It is told of a change at once, and dates nothing by the second in which there may be another one.
    app.hears().await;
    app.pass(10);
    app.hears().await;
    // An address that was not asked for before: what is kept has the date at which it was read.
    let address = format!("/v1/posts?published_before={}", app.clock.now());
    let read = app.anonymous().get(&address).await.expect(200);
    read.header("last-modified").to_owned()
}

on_both!(what_nobody_sees_does_not_date_the_answers, async |app| {
    let ada = app.editor("ada").await;
    let boss = app.admin("boss").await;
    let live = ada.issues("en", "Live").await;
    let planned = ada.writes("en", "Planned").await;
    let (soon, later) = ("2026-05-01T08:30:00Z", "2026-06-01T08:00:00Z");
    let keeping = app.keeping().await;
    let first = said(&keeping).await;
    assert_eq!(first, "Fri, 01 May 2026 08:00:00 GMT");
    let (plan, copy) = (publication(&planned, "en"), publication(&live, "en"));
    let replacement = format!("{copy}/replacement");
    // A draft comes, changes, and goes.
    let draft = ada.writes("en", "Draft").await;
    assert_eq!(said(&keeping).await, first, "a draft");
    ada.patch(&translation(&draft, "en"), json!({ "title": "Draft 2" }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "a draft was saved");
    ada.patch(&format!("{POSTS}/{live}"), json!({ "featured": true }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "a working copy was changed");
    ada.delete(&format!("{POSTS}/{draft}")).await.expect(204);
    assert_eq!(said(&keeping).await, first, "a draft was trashed");
    let forever = format!("{POSTS}/{draft}?permanent=true");
    boss.delete(&forever).await.expect(204);
    assert_eq!(said(&keeping).await, first, "a draft was deleted");
    // Times are set and cancelled, of what is to come, of an end, and of a replacement.
    ada.put(&plan, json!({ "publish_at": soon }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "a post was scheduled");
    ada.patch(&plan, json!({ "publish_at": "2026-05-01T08:20:00Z" }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "a post was scheduled anew");
    ada.delete(&plan).await.expect(204);
    assert_eq!(said(&keeping).await, first, "a schedule was cancelled");
    ada.patch(&copy, json!({ "unpublish_at": soon }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "an end was set");
    ada.patch(&copy, json!({ "unpublish_at": null }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "an end was cancelled");
    ada.put(&copy, json!({ "publish_at": later }))
        .await
        .expect(200);
    assert_eq!(said(&keeping).await, first, "a replacement was scheduled");
    ada.patch(&replacement, json!({ "publish_at": soon }))
        .await
        .expect(200);
    assert_eq!(
        said(&keeping).await,
        first,
        "a replacement was scheduled anew"
    );
    ada.delete(&replacement).await.expect(204);
    assert_eq!(said(&keeping).await, first, "a replacement was cancelled");
    // The times that were cancelled pass, and a post that was only scheduled goes.
    ada.put(&plan, json!({ "publish_at": later }))
        .await
        .expect(200);
    keeping.set_time("2026-05-01T09:00:00Z");
    assert_eq!(said(&keeping).await, first, "cancelled times passed");
    ada.delete(&format!("{POSTS}/{planned}")).await.expect(204);
    assert_eq!(said(&keeping).await, first, "a scheduled post was trashed");
    // An instance that starts now says the same.
    assert_eq!(said(&app.keeping().await).await, first, "after a restart");
});

on_both!(what_is_seen_dates_the_answers, async |app| {
    let ada = app.editor("ada").await;
    let live = ada.issues("en", "Live").await;
    let keeping = app.keeping().await;
    let mut before = said(&keeping).await;
    let mut moves = async |what: &str| {
        let now = said(&keeping).await;
        assert_ne!(now, before, "{what}");
        before = now;
    };
    ada.makes(TAGS, named("en", "Rent")).await;
    moves("a tag was made").await;
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
    let now = said(&keeping).await;
    assert_eq!(said(&app.keeping().await).await, now, "after a restart");
});
