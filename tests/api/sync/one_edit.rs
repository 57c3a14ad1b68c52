//! One edit, told by everything that follows the log: all of them agree on it.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::events::Serving;
use super::{begun, drained};
use crate::management::webhooks::{delivers, hooks};
use crate::support::client::Client;
use crate::support::content::{publication, translation};
use crate::support::receiver::Receiver;

const LIST: &str = "/v1/posts?lang=en";
const FEED: &str = "/v1/feeds/feed.json?lang=en";

/// All parts of the sitemap.
async fn sitemap(anyone: &Client) -> String {
    let text = async |path: &str| {
        let answer = anyone.get(path).await.expect(200);
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    let index = text("/v1/sitemap.xml").await;
    let parts = index.split("<loc>https://api.example.org").skip(1);
    let mut all = String::new();
    for part in parts {
        all += &text(part.split_once('<').unwrap().0).await;
    }
    all
}

/// The title and the page of the only post of the feed.
async fn fed(anyone: &Client) -> Vec<(String, String)> {
    let feed = anyone.get(FEED).await.expect(200);
    let items = feed.at("/items").as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .map(|item| (text(&item["title"]), text(&item["url"])))
        .collect()
}

on_both!(
    everything_agrees_on_an_edit_and_on_a_takedown,
    async |app| {
        let serving = Serving::of(&app, &[("TRIBUNA_SITE_URL", "https://news.example")]).await;
        let app = &serving.app;
        let (boss, anyone) = (app.admin("boss").await, app.anonymous());
        let post = boss.issues("en", "Housing").await;
        let receiver = Receiver::new();
        hooks(&boss, &receiver, json!({})).await;
        app.catches_up().await;
        let mut next = begun(&anyone, "&lang=en").await;
        let mut listener = serving.listens("lang=en", None).await;
        // From now on, memory has the former answers.
        assert_eq!(anyone.get(LIST).await.items().len(), 1);
        assert_eq!(fed(&anyone).await[0].0, "Housing");
        assert!(
            sitemap(&anyone)
                .await
                .contains("https://news.example/en/housing<")
        );

        let edit = json!({ "title": "Homes", "slug": "homes" });
        boss.patch(&translation(&post, "en"), edit)
            .await
            .expect(200);
        boss.publishes(&post, "en").await;
        app.catches_up().await;
        let page = "https://news.example/en/homes";
        let (synced, after) = drained(&anyone, &next).await;
        next = after;
        assert_eq!(synced.len(), 1);
        assert_eq!(listener.next().await.as_ref(), synced.first());
        let item = &synced[0]["post"];
        assert_eq!(anyone.get(LIST).await.at("/data/0"), item);
        assert_eq!(
            (&item["title"], &item["site_url"]),
            (&json!("Homes"), &json!(page))
        );
        assert_eq!(fed(&anyone).await, [("Homes".to_owned(), page.to_owned())]);
        let map = sitemap(&anyone).await;
        assert!(
            map.contains(&format!("{page}<")) && !map.contains("/en/housing<"),
            "{map}"
        );
        delivers(app);
        let messages = receiver.takes();
        assert_eq!(messages.len(), 1);
        let message = messages[0].json();
        assert_eq!(message["type"], "post.updated");
        assert_eq!(
            (&message["data"]["id"], &message["data"]["site_url"]),
            (&json!(post), &json!(page))
        );

        let takedown = boss.request(Method::DELETE, &publication(&post, "en"));
        let takedown = takedown.set_json(json!({ "reason": "legal" }));
        boss.send(takedown).await.expect(204);
        app.catches_up().await;
        let (synced, _) = drained(&anyone, &next).await;
        assert_eq!(
            synced,
            [
                json!({ "op": "delete", "kind": "post", "id": post, "lang": "en", "reason": "legal" })
            ]
        );
        assert_eq!(listener.next().await.as_ref(), synced.first());
        assert!(anyone.get(LIST).await.items().is_empty());
        assert_eq!(fed(&anyone).await, []);
        assert!(!sitemap(&anyone).await.contains(page));
        anyone.get("/v1/posts/homes").await.expect(410);
        delivers(app);
        let message = receiver.takes()[0].json();
        assert_eq!(message["type"], "post.unpublished");
        assert_eq!(message["data"]["reason"], "legal");
    }
);
