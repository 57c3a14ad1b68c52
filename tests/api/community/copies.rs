//! Comments in copies elsewhere, in webhooks and in feeds.

use serde_json::{Value, json};

use super::{answer, comment, comments};
use crate::management::webhooks::{delivers, hooks};
use crate::support::client::Client;
use crate::support::receiver::Receiver;

/// The operations, kinds and texts of all items from an address on, and the address at which the copy continues.
async fn drained(anyone: &Client, from: &str) -> (Vec<String>, String) {
    let (mut told, mut next) = (Vec::new(), from.to_owned());
    loop {
        let page = anyone.get(&next).await.expect(200);
        told.extend(page.items().iter().map(short));
        page.text("/page/next").clone_into(&mut next);
        if page.at("/page/more") == false {
            told.sort();
            return (told, next);
        }
    }
}

fn short(item: &Value) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let shown = match item["kind"].as_str() {
        Some("post") => text(&item["post"]["comment_count"]),
        _ => text(&item["comment"]["html"]),
    };
    format!("{} {} {shown}", text(&item["op"]), text(&item["kind"]))
}

on_both!(copies_webhooks_and_feeds_follow_comments, async |app| {
    let post = app.open_post(json!({})).await;
    let (anyone, boss) = (app.anonymous(), app.admin("boss").await);
    let receiver = Receiver::new();
    let events = json!(["comment.published", "comment.updated", "comment.deleted"]);
    hooks(&boss, &receiver, json!({ "events": events })).await;
    app.catches_up().await;
    let messages = || {
        delivers(&app);
        let taken = receiver.takes();
        let mut types: Vec<String> = taken
            .iter()
            .map(|one| one.json()["type"].as_str().unwrap().to_owned())
            .collect();
        types.sort();
        types
    };
    let start = "/v1/sync?initial=true&kinds=post,comment";
    let (first, next) = drained(&anyone, start).await;
    assert_eq!(first, ["upsert post 0"]);
    let by_default = drained(&anyone, "/v1/sync?initial=true").await.1;
    let waits = anyone.post(&comments(&post), comment("Amara", "a")).await;
    let waits = waits.expect(202).id();
    app.catches_up().await;
    let (none, next) = drained(&anyone, &next).await;
    assert!(none.is_empty(), "{none:?}");
    let approved = json!({ "state": "approved" });
    boss.decides(&waits, approved.clone()).await.expect(200);
    let below = anyone
        .post(&comments(&post), answer("Amara", "b", &waits))
        .await;
    let below = below.expect(201).id();
    app.catches_up().await;
    let (told, next) = drained(&anyone, &next).await;
    let both = [
        "upsert comment <p>a</p>",
        "upsert comment <p>b</p>",
        "upsert post 2",
    ];
    assert_eq!(told, both);
    assert_eq!(messages(), ["comment.published", "comment.published"]);
    assert_eq!(drained(&anyone, &by_default).await.0, ["upsert post 2"]);
    assert_eq!(drained(&anyone, start).await.0, both);

    let rss = anyone.get("/v1/feeds/comments.rss.xml").await.expect(200);
    let rss = String::from_utf8(rss.body.to_vec()).unwrap();
    let rss = rss::Channel::read_from(rss.as_bytes()).unwrap();
    assert_eq!(rss.items()[0].title(), Some("Amara: Housing"));
    let atom = format!("/v1/feeds/comments.atom.xml?post={post}&limit=1");
    let atom = anyone.get(&atom).await.expect(200);
    let atom = atom_syndication::Feed::read_from(&*atom.body).unwrap();
    assert_eq!(atom.entries[0].id, format!("urn:uuid:{below}"));
    assert!(atom.links.iter().any(|link| link.rel == "next"), "{atom:?}");
    let feed = anyone.get("/v1/feeds/comments.json").await.expect(200);
    assert_eq!(feed.at("/items/1/content_html"), "<p>a</p>\n");
    let page = feed.text("/items/1/url");
    assert!(page.ends_with(&format!("#comment-{waits}")), "{page}");
    assert!(!feed.to_string().contains("@example.org"));

    // The place stays while there is an answer, then both are gone.
    boss.decides(&waits, json!({ "state": "rejected" }))
        .await
        .expect(200);
    app.catches_up().await;
    let (told, next) = drained(&anyone, &next).await;
    assert_eq!(told, ["upsert comment null", "upsert post 1"]);
    assert_eq!(messages(), ["comment.updated"]);
    boss.decides(&below, json!({ "state": "spam" }))
        .await
        .expect(200);
    app.catches_up().await;
    let (told, next) = drained(&anyone, &next).await;
    assert_eq!(
        told,
        [
            "delete comment null",
            "delete comment null",
            "upsert post 0"
        ]
    );
    assert_eq!(messages(), ["comment.deleted", "comment.deleted"]);
    let feed = anyone.get("/v1/feeds/comments.json").await.expect(200);
    assert!(feed.at("/items").as_array().unwrap().is_empty());

    // Comments come and go with their post.
    boss.decides(&waits, approved).await.expect(200);
    let publication = format!("/v1/admin/posts/{post}/translations/en/publication");
    boss.delete(&publication).await.expect(204);
    app.catches_up().await;
    let (told, next) = drained(&anyone, &next).await;
    assert_eq!(told, ["delete comment null", "delete post null"]);
    boss.publishes(&post, "en").await;
    app.catches_up().await;
    let (told, next) = drained(&anyone, &next).await;
    assert_eq!(told, ["upsert comment <p>a</p>", "upsert post 1"]);
    boss.opens_comments(json!({ "mode": "closed" })).await;
    app.catches_up().await;
    assert_eq!(drained(&anyone, &next).await.0, ["upsert post 1"]);
});
