//! What others need to republish a post: the address on the site, the licence and the credit.

use serde_json::{Value, json};

use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, TAGS, named};

const SITE: &str = "/v1/admin/site";

/// The settings of a site with an address.
const SETTINGS: [(&str, &str); 4] = [
    ("TRIBUNA_SITE_URL", "https://news.example/daily/"),
    ("TRIBUNA_SITE_NAME", "Daily"),
    ("TRIBUNA_SITE_LANGUAGES", "en,fr"),
    ("TRIBUNA_SITE_LICENCE", "CC-BY-SA-4.0"),
];

on_both!(every_item_has_its_page_on_the_site, async |app| {
    let set = app.another(&SETTINGS).await;
    let (ada, anyone) = (set.editor("ada").await, set.anonymous());
    let tag = ada.makes(TAGS, named("fr", "Loyer")).await;
    let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let more =
        json!({ "tags": [tag], "categories": [category], "authors": [{ "author": author }] });
    let post = ada.issues_with("en", "Rents", more).await;
    ada.translates(&post, "fr", "Loyers").await;
    ada.publishes(&post, "fr").await;
    for (path, url) in [
        ("posts/rents", "en/rents"),
        ("posts/rents?lang=fr", "fr/loyers"),
        ("tags/loyer", "fr/tag/loyer"),
        ("categories/housing", "en/category/housing"),
        ("authors/lin", "en/author/lin"),
        ("authors/lin?lang=fr", "fr/author/lin"),
        ("organizations/lagos", "en/organization/lagos"),
    ] {
        let read = anyone.get(&format!("/v1/{path}")).await.expect(200);
        let expected = format!("https://news.example/daily/{url}");
        assert_eq!(read.text("/data/site_url"), expected, "{path}");
    }
    for list in [
        "posts",
        "tags",
        "categories",
        "category-tree",
        "authors",
        "organizations",
    ] {
        let read = anyone.get(&format!("/v1/{list}")).await.expect(200);
        assert!(read.items()[0]["site_url"].is_string(), "{list}");
    }
    let kinds = "kinds=post,tag,category,author,organization";
    let mut next = format!("/v1/sync?initial=true&lang=fr&{kinds}");
    let mut items = 0;
    for _ in 0..9 {
        let page = anyone.get(&next).await.expect(200);
        for item in page.items() {
            let kind = item["kind"].as_str().unwrap();
            assert!(item[kind]["site_url"].is_string(), "{item}");
            items += 1;
        }
        next = page.text("/page/next").to_owned();
    }
    assert_eq!(items, 5);
    let site = anyone.get("/v1/site").await.expect(200);
    assert_eq!(site.text("/data/url"), "https://news.example/daily");
    let without = app.anonymous().get("/v1/posts/rents").await.expect(200);
    assert_eq!(without.at("/data/site_url"), &Value::Null);
});

on_both!(
    a_post_says_how_it_may_be_republished_and_follows_the_site,
    async |app| {
        let set = app.another(&SETTINGS).await;
        set.catches_up().await;
        let (ada, anyone) = (set.editor("ada").await, set.anonymous());
        let admin = set.admin("boss").await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin & Co" })).await;
        let translator = ada.makes(AUTHORS, json!({ "name": "سمر" })).await;
        let own = json!({ "authors": [{ "author": author }], "licence": "MIT" });
        ada.issues_with("en", "Own", own).await;
        let post = ada.issues("en", "Rents").await;
        ada.translates(&post, "ar", "الإيجار").await;
        let address = format!("/v1/admin/posts/{post}/translations/ar");
        ada.patch(&address, json!({ "translators": [translator] }))
            .await
            .expect(200);
        ada.publishes(&post, "ar").await;

        let read = anyone.get("/v1/posts/own").await.expect(200);
        assert_eq!(read.at("/data/can_republish"), false);
        let url = "https://news.example/daily/en/own";
        let text = format!("“Own” by Lin & Co. First published by Daily. Licence: MIT. {url}");
        assert_eq!(read.text("/data/attribution/text"), text);
        assert!(
            read.text("/data/attribution/html")
                .contains("<bdi>Lin &amp; Co</bdi>")
        );
        let links = format!(
            "<{url}>; rel=\"canonical\", <https://spdx.org/licenses/MIT.html>; rel=\"license\""
        );
        assert_eq!(read.header("link"), links);
        let sparse = anyone
            .get("/v1/posts?fields=attribution.text&limit=1")
            .await
            .expect(200);
        assert_eq!(sparse.items()[0].as_object().unwrap().len(), 1);

        let arabic = format!("/v1/posts/{post}?lang=ar");
        let read = anyone.get(&arabic).await.expect(200);
        assert_eq!(read.at("/data/can_republish"), true);
        let html = read.text("/data/attribution/html");
        assert!(
            html.starts_with("<p lang=\"ar\" dir=\"rtl\">«<a href="),
            "{html}"
        );
        assert!(
            html.contains("<bdi>سمر</bdi>") && html.contains("<bdi>Daily</bdi>"),
            "{html}"
        );
        let text = read.text("/data/attribution/text");
        assert!(text.contains("\u{2068}CC BY-SA 4.0\u{2069}"), "{text}");

        // Answers from memory and copies elsewhere follow the site.
        let mut next = "/v1/sync?initial=true".to_owned();
        for _ in 0..5 {
            next = anyone
                .get(&next)
                .await
                .expect(200)
                .text("/page/next")
                .to_owned();
        }
        assert!(anyone.get(&next).await.expect(200).items().is_empty());
        let named = json!({ "translations": { "ar": { "name": "اليومية" } }, "licence": "MIT" });
        admin.put(SITE, named.clone()).await.expect(200);
        let read = anyone.get(&arabic).await.expect(200);
        assert_eq!(read.at("/data/can_republish"), false);
        assert!(
            read.text("/data/attribution/html")
                .contains("<bdi>اليومية</bdi>")
        );
        let page = anyone.get(&next).await.expect(200);
        assert_eq!(page.items().len(), 3);
        assert_eq!(page.items()[1]["post"]["can_republish"], false);
        let mut more = named;
        more["contact"] = "desk@example.org".into();
        admin.put(SITE, more).await.expect(200);
        let page = anyone.get(page.text("/page/next")).await.expect(200);
        assert!(page.items().is_empty());

        let open = app.another(&[("TRIBUNA_SITE_MAY_REPUBLISH", "true")]).await;
        let read = open.anonymous().get("/v1/posts/own").await.expect(200);
        assert_eq!(read.at("/data/can_republish"), true);
    }
);
