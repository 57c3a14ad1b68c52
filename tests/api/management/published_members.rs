//! `?publish=shared` publishes what the request changes and nothing else, and the log and the post say what is published.

use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, POSTS, TAGS, named, post_with, publication, translation};

async fn public(client: &Client, post: &str, lang: &str) -> Answer {
    let path = format!("/v1/posts/{post}?lang={lang}");
    client.get(&path).await.expect(200)
}

/// Returns whether the post, its translation and the list of posts say that something is unpublished.
async fn pending(ada: &Client, post: &str, lang: &str) -> [bool; 3] {
    let whole = ada.get(&format!("{POSTS}/{post}")).await.expect(200);
    let copy = ada.get(&translation(post, lang)).await.expect(200);
    let list = ada.get(POSTS).await.expect(200);
    let listed = list.items().iter().find(|one| one["id"] == post).unwrap();
    let allowed = whole.at("/data/allowed_actions").as_array().unwrap();
    let member = whole.at("/data/has_unpublished_changes");
    assert_eq!(
        allowed.contains(&json!("publish_shared")),
        member == &json!(true)
    );
    [
        member,
        copy.at("/data/has_unpublished_changes"),
        &listed["has_unpublished_changes"],
    ]
    .map(|one| one.as_bool().unwrap())
}

async fn newest(ada: &Client, post: &str) -> Value {
    let list = format!("{POSTS}/{post}/history?limit=1");
    ada.get(&list).await.expect(200).at("/data/0").clone()
}

on_both!(
    what_a_colleague_left_unpublished_stays_unpublished,
    async |app| {
        let (ada, eve) = (app.editor("ada").await, app.editor("eve").await);
        let anyone = app.anonymous();
        let iris = ada.makes(AUTHORS, json!({ "name": "Iris" })).await;
        let mut tags = Vec::new();
        for name in ["Rent", "Air", "Soil"] {
            tags.push(ada.makes(TAGS, named("en", name)).await);
        }
        let [rent, air, soil] = [0, 1, 2].map(|place: usize| tags[place].as_str());
        let first = json!({ "tags": [rent] });
        let id = ada.issues_with("en", "Homes", first).await;
        ada.translates(&id, "fr", "Logements").await;
        ada.publishes(&id, "fr").await;
        let later = json!({ "publish_at": "2026-05-03T08:00:00Z" });
        ada.patch(&translation(&id, "fr"), json!({ "title": "Maisons" }))
            .await
            .expect(200);
        ada.schedules(&id, "fr", later).await;
        assert_eq!(pending(&ada, &id, "en").await, [false; 3]);
        let whole = format!("{POSTS}/{id}");
        eve.put(&format!("{whole}/authors/{iris}"), json!({}))
            .await
            .expect(200);
        assert_eq!(pending(&ada, &id, "en").await, [true; 3]);
        let tagged = format!("{whole}/tags/{air}?publish=shared");
        ada.put(&tagged, Value::Null).await.expect(200);
        let entry = newest(&ada, &id).await;
        assert_eq!(entry["operation"], "publish_shared");
        assert_eq!(entry["before"], json!({ "tags": [rent] }));
        assert_eq!(
            entry["after"],
            json!({ "tags": [rent, air], "langs": ["en", "fr"] })
        );
        let licence = json!({ "licence": "CC0-1.0", "featured": true });
        ada.patch(&format!("{whole}?publish=shared"), licence)
            .await
            .expect(200);
        for (lang, title) in [("en", "Homes"), ("fr", "Logements")] {
            let read = public(&anyone, &id, lang).await;
            assert_eq!(read.at("/data/authors"), &json!([]));
            assert_eq!(read.at("/data/tags/1/id"), air);
            assert_eq!(read.text("/data/licence"), "CC0-1.0");
            assert_eq!(read.text("/data/title"), title);
        }
        let list = format!("/v1/posts?tag={air}&lang=fr");
        assert_eq!(anyone.get(&list).await.expect(200).items().len(), 1);
        let list = anyone.get("/v1/posts?author=iris").await.expect(200);
        assert!(list.items().is_empty());
        assert_eq!(pending(&ada, &id, "fr").await, [true; 3]);
        // A tag that is there already publishes the list of tags.
        ada.put(&format!("{whole}/tags/{soil}"), Value::Null)
            .await
            .expect(200);
        let kept = format!("{whole}/tags/{rent}?publish=shared");
        ada.put(&kept, Value::Null).await.expect(200);
        let read = public(&anyone, &id, "en").await;
        assert_eq!(read.at("/data/tags/2/id"), soil);
        assert_eq!(read.at("/data/authors"), &json!([]));
        let before = app.count("changes");
        ada.put(&kept, Value::Null).await.expect(200);
        ada.patch(&format!("{whole}?publish=shared"), json!({}))
            .await
            .expect(200);
        assert_eq!(app.count("changes"), before);
        // The replacement has what the public has, too.
        app.set_time("2026-05-03T08:00:00Z");
        let read = public(&anyone, &id, "fr").await;
        assert_eq!(read.text("/data/title"), "Maisons");
        assert_eq!(read.at("/data/tags/2/id"), soil);
        assert_eq!(read.at("/data/authors"), &json!([]));
        let published = format!("{whole}/publication");
        ada.put(&published, Value::Null).await.expect(200);
        let entry = newest(&ada, &id).await;
        assert_eq!(entry["before"], json!({ "authors": [] }));
        assert_eq!(entry["after"]["authors"][0]["author"], iris);
        assert_eq!(pending(&ada, &id, "en").await, [false; 3]);
    }
);

on_both!(
    the_last_unpublished_member_completes_what_is_published,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Homes").await;
        let whole = format!("{POSTS}/{id}");
        let switch = format!("{whole}?publish=shared");
        let both = json!({ "licence": "CC0-1.0", "featured": true });
        ada.patch(&whole, both).await.expect(200);
        ada.patch(&switch, json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        assert_eq!(pending(&ada, &id, "en").await, [true; 3]);
        let read = public(&anyone, &id, "en").await;
        assert_eq!(read.text("/data/licence"), "CC0-1.0");
        assert_eq!(read.at("/data/featured"), false);
        ada.patch(&switch, json!({ "featured": true }))
            .await
            .expect(200);
        assert_eq!(pending(&ada, &id, "en").await, [false; 3]);
        let entry = newest(&ada, &id).await;
        assert_eq!(entry["before"], json!({ "featured": false }));
        // What is taken back was never public: there is nothing left to publish.
        ada.patch(&whole, json!({ "licence": null }))
            .await
            .expect(200);
        ada.patch(&switch, json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        assert_eq!(pending(&ada, &id, "en").await, [false; 3]);
    }
);

on_both!(
    the_entry_of_a_publication_names_what_became_public,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let id = ada.issues("en", "Homes").await;
        ada.put(&format!("{POSTS}/{id}/tags/{tag}"), Value::Null)
            .await
            .expect(200);
        let path = publication(&id, "en");
        ada.put(&path, json!({ "revision": 1 })).await.expect(200);
        let read = public(&anyone, &id, "en").await;
        assert_eq!(read.at("/data/tags/0/id"), &json!(tag));
        let entry = newest(&ada, &id).await;
        assert_eq!(entry["operation"], "publish");
        assert_eq!(entry["before"]["tags"], json!([]));
        assert_eq!(entry["after"]["tags"], json!([tag]));
        assert!(entry["after"].get("licence").is_none(), "{entry}");
        ada.patch(&format!("{POSTS}/{id}"), json!({ "licence": "CC0-1.0" }))
            .await
            .expect(200);
        app.pass(60);
        ada.put(&path, json!({})).await.expect(200);
        let entry = newest(&ada, &id).await;
        assert_eq!(entry["before"]["licence"], Value::Null);
        assert_eq!(entry["after"]["licence"], "CC0-1.0");
        assert!(entry["after"].get("tags").is_none(), "{entry}");
    }
);

on_both!(what_has_ended_is_not_published, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Homes").await;
    let end = json!({ "unpublish_at": "2026-05-02T08:00:00Z" });
    ada.schedules(&id, "en", end).await;
    let whole = format!("{POSTS}/{id}");
    ada.patch(&whole, json!({ "licence": "CC0-1.0" }))
        .await
        .expect(200);
    assert_eq!(pending(&ada, &id, "en").await, [true; 3]);
    app.set_time("2026-05-02T08:00:00Z");
    assert_eq!(pending(&ada, &id, "en").await, [false, true, false]);
    let before = app.count("changes WHERE operation = 'publish_shared'");
    ada.put(&format!("{whole}/publication"), Value::Null)
        .await
        .expect_problem(409, "not_published");
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    ada.put(&format!("{whole}/tags/{tag}?publish=shared"), Value::Null)
        .await
        .expect_problem(409, "not_published");
    // A scheduled language is enough; the log names what changes in it.
    ada.translates(&id, "fr", "Logements").await;
    let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&id, "fr", later).await;
    ada.patch(
        &format!("{whole}?publish=shared"),
        json!({ "featured": true }),
    )
    .await
    .expect(200);
    let after = app.count("changes WHERE operation = 'publish_shared'");
    assert_eq!(after, before + 1);
    let entry = newest(&ada, &id).await;
    assert_eq!(entry["before"], json!({ "featured": false }));
    assert_eq!(entry["after"], json!({ "featured": true, "langs": [] }));
    let other = post_with("en", "Other", json!({ "licence": "CC0-1.0" }));
    let draft = ada.makes(POSTS, other).await;
    assert_eq!(pending(&ada, &draft, "en").await, [false; 3]);
});
