//! Feeds in three formats: the same posts, true times, ids that stay, and texts that XML can hold.

use std::collections::BTreeSet;

use atom_syndication::Feed;
use rss::Channel;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, CATEGORIES, POSTS, named, text, translation};

/// A title in another direction, with everything that XML has to escape.
const TITLE: &str = "الحق في السكن & <b>\"now\"</b> ]]> 🏠";

/// A site in two languages.
async fn site(app: &TestApp) -> TestApp {
    let set = app
        .another(&[
            ("TRIBUNA_SITE_URL", "https://news.example"),
            ("TRIBUNA_SITE_NAME", "Daily & more"),
            ("TRIBUNA_SITE_LANGUAGES", "en,ar"),
        ])
        .await;
    set.catches_up().await;
    set
}

fn rss(answer: &Answer) -> Channel {
    assert_eq!(answer.header("content-type"), "application/rss+xml");
    Channel::read_from(answer.body.as_ref()).unwrap()
}

fn atom(answer: &Answer) -> Feed {
    assert_eq!(answer.header("content-type"), "application/atom+xml");
    Feed::read_from(answer.body.as_ref()).unwrap()
}

/// The titles of a JSON Feed.
fn titles(feed: &Answer) -> Vec<&str> {
    let items = feed.at("/items").as_array().unwrap().iter();
    items.map(|item| item["title"].as_str().unwrap()).collect()
}

/// A post in English and Arabic, with two authors, in a category.
async fn fill(set: &TestApp, ada: &Client) -> String {
    let category = ada.makes(CATEGORIES, named("en", "Housing & rent")).await;
    let lin = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let samar = ada.makes(AUTHORS, json!({ "name": "سمر" })).await;
    let source = "A [link](/en/other), [api](/v1/posts/x) and [web](https://a.example/?b&c) ![i](/v1/media/i.png)";
    let mut english = text("Homes");
    english["lang"] = "en".into();
    english["body"] = json!({ "format": "markdown", "source": source });
    english["excerpt"] = "Less < more.".into();
    let post = ada
        .makes(
            POSTS,
            json!({
                "translation": english, "categories": [category], "licence": "CC-BY-4.0",
                "authors": [{ "author": lin }, { "author": samar }]
            }),
        )
        .await;
    let mut arabic = text(TITLE);
    arabic["translators"] = json!([samar]);
    ada.put(&translation(&post, "ar"), arabic).await.expect(201);
    ada.publishes(&post, "en").await;
    set.pass(60);
    ada.publishes(&post, "ar").await;
    set.pass(60);
    post
}

on_both!(three_formats_show_the_same_posts, async |app| {
    let set = site(&app).await;
    let (ada, anyone) = (set.editor("ada").await, set.anonymous());
    let post = fill(&set, &ada).await;
    let query = "lang=ar&category=housing-rent";
    let read = anyone
        .get(&format!("/v1/feeds/rss.xml?{query}"))
        .await
        .expect(200);
    assert_eq!(read.header("content-language"), "ar");
    let channel = rss(&read);
    assert_eq!(channel.title, "Daily & more: Housing & rent");
    assert_eq!(channel.language.as_deref(), Some("ar"));
    // The category has an English name and page only.
    let page = "https://news.example/en/category/housing-rent";
    assert_eq!(channel.link, page);
    assert_eq!(
        channel.last_build_date.as_deref(),
        Some("Fri, 01 May 2026 08:01:00 GMT")
    );
    let [item] = channel.items.as_slice() else {
        panic!("{} items", channel.items.len());
    };
    assert_eq!(item.title.as_deref(), Some(TITLE));
    assert!(
        item.link
            .as_deref()
            .unwrap()
            .starts_with("https://news.example/ar/")
    );
    assert_eq!(
        item.pub_date.as_deref(),
        Some("Fri, 01 May 2026 08:01:00 GMT")
    );
    let dublin_core = item.dublin_core_ext.as_ref().unwrap();
    assert_eq!(dublin_core.creators, ["Lin", "سمر"]);
    assert_eq!(dublin_core.languages, ["ar"]);
    assert!(dublin_core.rights[0].contains("CC BY 4.0"));
    let guid = item.guid.as_ref().unwrap();
    assert!(guid.value.starts_with("urn:uuid:") && !guid.permalink);

    let read = anyone
        .get(&format!("/v1/feeds/atom.xml?{query}"))
        .await
        .expect(200);
    let feed = atom(&read);
    assert_eq!(feed.title.value, "Daily & more: Housing & rent");
    assert_eq!(feed.lang.as_deref(), Some("ar"));
    assert_eq!(feed.title.lang.as_deref(), Some("en"));
    assert_eq!(feed.authors[0].name, "Daily & more");
    assert_eq!(
        (feed.links[0].rel.as_str(), feed.links[0].href.as_str()),
        ("alternate", page)
    );
    assert_eq!(
        feed.id,
        format!("https://api.example.org/v1/feeds/atom.xml?category=housing-rent&lang=ar")
    );
    let [entry] = feed.entries.as_slice() else {
        panic!("{} entries", feed.entries.len());
    };
    assert_eq!(
        (&entry.title.value, &entry.id),
        (&TITLE.to_owned(), &guid.value)
    );
    let names: Vec<&str> = entry.authors.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Lin", "سمر"]);
    assert_eq!(entry.contributors[0].name, "سمر");
    assert_eq!(entry.content.as_ref().unwrap().lang.as_deref(), Some("ar"));
    assert!(entry.links.iter().any(|link| link.rel == "license"));

    let json = anyone
        .get(&format!("/v1/feeds/feed.json?{query}"))
        .await
        .expect(200);
    assert_eq!(json.header("content-type"), "application/feed+json");
    assert_eq!(titles(&json), [TITLE]);
    assert_eq!(json.text("/home_page_url"), page);
    for (filter, page) in [
        ("author=lin", "https://news.example/ar/author/lin"),
        ("author=lin&category=housing-rent", "https://news.example"),
    ] {
        let address = format!("/v1/feeds/feed.json?lang=ar&{filter}");
        let found = anyone.get(&address).await.expect(200);
        assert_eq!(found.text("/home_page_url"), page, "{filter}");
    }
    let item = json.at("/items/0");
    assert_eq!(item["id"], guid.value.as_str());
    assert_eq!(
        item["authors"],
        json!([{ "name": "Lin" }, { "name": "سمر" }])
    );
    assert_eq!(item["_tribuna"]["can_republish"], true);
    assert_eq!(item["_tribuna"]["id"], post.as_str());
    assert_eq!(json.json.get("next_url"), None);

    // The other language is another item, whose addresses are absolute.
    let english = rss(&anyone.get("/v1/feeds/rss.xml?lang=en").await.expect(200));
    let item = &english.items[0];
    assert_ne!(item.guid.as_ref().unwrap().value, guid.value);
    let html = item.content.as_deref().unwrap();
    for address in [
        "href=\"https://news.example/en/other\"",
        "href=\"https://api.example.org/v1/posts/x\"",
        "href=\"https://a.example/?b&amp;c\"",
        "src=\"https://api.example.org/v1/media/i.png\"",
    ] {
        assert!(html.contains(address), "{address}: {html}");
    }
    assert_eq!(item.description.as_deref(), Some("Less &lt; more."));
    let without = app
        .anonymous()
        .get("/v1/feeds/feed.json?lang=en")
        .await
        .expect(200);
    assert_eq!(
        without.text("/items/0/url"),
        "https://api.example.org/v1/posts/homes?lang=en"
    );
});

on_both!(a_feed_is_paged_and_follows_changes, async |app| {
    let set = site(&app).await;
    let (ada, anyone) = (set.editor("ada").await, set.anonymous());
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(ada.issues("en", &format!("Post {number}")).await);
        set.pass(60);
    }
    let mut next = Some("/v1/feeds/atom.xml?limit=2&lang=en".to_owned());
    let (mut seen, mut pages) = (BTreeSet::new(), 0);
    while let Some(address) = next {
        let feed = atom(&anyone.get(&address).await.expect(200));
        let link = |rel: &str| {
            let link = feed.links.iter().find(|link| link.rel == rel)?;
            Some(
                link.href
                    .strip_prefix("https://api.example.org")?
                    .to_owned(),
            )
        };
        assert_eq!(feed.id, "https://api.example.org/v1/feeds/atom.xml?lang=en");
        assert!(link("self").is_some() && link("first").is_some());
        assert_eq!(link("previous").is_some(), pages > 0);
        let newest = feed.entries.iter().map(|entry| entry.updated).max();
        assert_eq!(Some(feed.updated), newest);
        seen.extend(feed.entries.iter().map(|entry| entry.id.clone()));
        (next, pages) = (link("next"), pages + 1);
    }
    assert_eq!((seen.len(), pages), (5, 3));

    let feed = "/v1/feeds/feed.json?limit=2";
    let before = anyone.get(feed).await.expect(200);
    assert_eq!(titles(&before), ["Post 4", "Post 3"]);
    let first = before.text("/items/0/id").to_owned();
    let tag = before.header("etag").to_owned();
    let request = anyone.request(actix_web::http::Method::GET, feed);
    let same = anyone
        .send(request.insert_header(("if-none-match", tag)))
        .await;
    same.expect(304);
    ada.patch(&translation(&ids[4], "en"), json!({ "title": "Post four" }))
        .await
        .expect(200);
    ada.publishes(&ids[4], "en").await;
    let after = anyone.get(feed).await.expect(200);
    assert_eq!(titles(&after), ["Post four", "Post 3"]);
    assert_eq!(after.text("/items/0/id"), first);
    let next = after
        .text("/next_url")
        .strip_prefix("https://api.example.org")
        .unwrap();
    assert_eq!(
        titles(&anyone.get(next).await.expect(200)),
        ["Post 2", "Post 1"]
    );

    let empty = rss(&anyone
        .get("/v1/feeds/rss.xml?tag=nothing")
        .await
        .expect(200));
    assert!(empty.items.is_empty() && empty.last_build_date.is_none());
    atom(
        &anyone
            .get("/v1/feeds/atom.xml?author=nobody")
            .await
            .expect(200),
    );
    let refused = anyone.get("/v1/feeds/rss.xml?sort=title").await;
    refused.expect_problem(400, "invalid_parameter");
    let listed = anyone.get("/v1/site").await.expect(200);
    for feed in listed.at("/data/feeds").as_array().unwrap() {
        let read = anyone.get(feed["url"].as_str().unwrap()).await.expect(200);
        let media_type = feed["media_type"].as_str().unwrap();
        assert_eq!(read.header("content-type"), media_type, "{feed}");
        assert_ne!(read.body.len(), 0, "{}", Value::Null);
    }
});
