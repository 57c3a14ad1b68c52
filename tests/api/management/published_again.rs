//! Publishing what the public sees already has no effect, and texts are published while others save.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{AUTHORS, POSTS, publication, translation};

on_both!(a_publication_that_is_repeated_has_no_effect, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.issues("en", "Homes").await;
    app.pass(60);
    ada.translates(&id, "fr", "Logements").await;
    ada.publishes(&id, "fr").await;
    let path = publication(&id, "en");
    let public = async || anyone.get(&format!("/v1/posts/{id}?lang=en")).await;
    let first = ada.get(&path).await.expect(200);
    let read = public().await.expect(200);
    assert_eq!(read.at("/data/translations/0/is_outdated"), false);
    let count = app.count("changes");
    app.pass(3600);
    for same in [
        json!({}),
        json!({ "revision": 1 }),
        json!({ "publish_at": "2026-05-01T08:00:00Z" }),
    ] {
        let again = ada.put(&path, same).await.expect(200);
        assert_eq!(again.json, first.json);
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(public().await.expect(200).json, read.json);
    }
    assert_eq!(app.count("changes"), count);
    // An end, a plan that is dropped and a text are changes.
    ada.schedules(&id, "en", json!({ "unpublish_at": "2027-01-01T00:00:00Z" }))
        .await;
    assert_eq!(app.count("changes"), count + 1);
    ada.schedules(&id, "en", json!({})).await;
    ada.schedules(&id, "en", json!({ "publish_at": "2026-06-01T08:00:00Z" }))
        .await;
    let dropped = ada.put(&path, json!({})).await.expect(200);
    assert_eq!(dropped.at("/data/replacement"), &Value::Null);
    assert_eq!(app.count("changes"), count + 4);
    let read = public().await.expect(200);
    assert_eq!(read.at("/data/translations/0/is_outdated"), true);
    ada.patch(&translation(&id, "en"), json!({ "title": "Houses" }))
        .await
        .expect(200);
    let old = ada.put(&path, json!({ "revision": 1 })).await.expect(200);
    // The working copy has another version, the publication is the same.
    for member in ["/data/updated_at", "/data/revision", "/data/slug"] {
        assert_eq!(old.at(member), dropped.at(member));
    }

    ada.put(&path, json!({})).await.expect(200);
    assert_eq!(public().await.expect(200).text("/data/title"), "Houses");
});

on_both!(
    a_text_that_is_rendered_otherwise_is_published_again,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Homes").await;
        let body = json!({ "body": { "source": "[A link](https://elsewhere.example/)" } });
        ada.patch(&translation(&id, "en"), body).await.expect(200);
        ada.publishes(&id, "en").await;
        let other = app.another(&[("TRIBUNA_EXTERNAL_LINKS", "nofollow")]).await;
        let eve = other.editor("eve").await;
        eve.publishes(&id, "en").await;
        let read = other.anonymous().get(&format!("/v1/posts/{id}")).await;
        let html = read.expect(200).text("/data/body/html").to_owned();
        assert!(html.contains("nofollow"), "{html}");
    }
);

/// Publishes or saves several times at once. Returns the statuses.
async fn at_once(calls: Vec<impl Future<Output = u16>>) -> Vec<u16> {
    futures_util::future::join_all(calls).await
}

on_both!(parallel_publications_of_a_text_all_succeed, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Homes").await;
    let path = publication(&id, "en");
    for round in 0..4 {
        ada.patch(
            &translation(&id, "en"),
            json!({ "title": format!("Text {round}") }),
        )
        .await
        .expect(200);
        let publish = |_| async { ada.put(&path, json!({})).await.status };
        let statuses = at_once((0..8).map(publish).collect()).await;
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    }
    let call = |number: usize| {
        let (ada, path, copy) = (&ada, &path, translation(&id, "en"));
        async move {
            match number % 2 {
                0 => ada.put(path, json!({})).await.status,
                _ => {
                    ada.patch(&copy, json!({ "title": format!("Other {number}") }))
                        .await
                        .status
                }
            }
        }
    };
    let statuses = at_once((0..24).map(call).collect()).await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
});

/// Writes a text that Iris translated, another without a translator, and deletes Iris.
async fn without_translator(app: &TestApp, ada: &Client) -> String {
    let iris = ada.makes(AUTHORS, json!({ "name": "Iris" })).await;
    let id = ada.writes("en", "Homes").await;
    let copy = translation(&id, "en");
    ada.patch(&copy, json!({ "translators": [iris] }))
        .await
        .expect(200);
    ada.patch(&copy, json!({ "translators": [] }))
        .await
        .expect(200);
    app.admin("boss")
        .await
        .delete(&format!("{AUTHORS}/{iris}"))
        .await
        .expect(204);
    id
}

on_both!(
    a_translator_who_was_deleted_makes_no_difference,
    async |app| {
        let ada = app.editor("ada").await;
        let id = without_translator(&app, &ada).await;
        let (copy, path) = (translation(&id, "en"), publication(&id, "en"));
        let done = ada.put(&path, json!({ "revision": 2 })).await.expect(200);
        assert_eq!(done.at("/data/revision"), 3);
        let read = ada.get(&copy).await.expect(200);
        assert_eq!(read.at("/data/has_unpublished_changes"), false);
        let whole = ada.get(&format!("{POSTS}/{id}")).await.expect(200);
        assert_eq!(whole.at("/data/has_unpublished_changes"), false);
        // The same text under review is that of the working copy.
        ada.put(&format!("{copy}/submission"), json!({}))
            .await
            .expect(200);
        let refused = ada.put(&path, json!({ "revision": 2 })).await;
        refused.expect_problem(409, "wrong_stage");
    }
);
