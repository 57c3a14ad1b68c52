//! The sitemap: every page of the site once, with true times and its other languages.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::json;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, named};

async fn site(app: &TestApp) -> TestApp {
    let set = app
        .another(&[
            ("TRIBUNA_SITE_URL", "https://news.example"),
            ("TRIBUNA_SITE_NAME", "Daily"),
            ("TRIBUNA_SITE_LANGUAGES", "en,fr"),
        ])
        .await;
    set.catches_up().await;
    set
}

/// The texts of the elements with this name. Fails unless the answer is well-formed.
fn texts(answer: &Answer, name: &str) -> Vec<String> {
    assert_eq!(answer.header("content-type"), "application/xml");
    let mut reader = Reader::from_reader(answer.body.as_ref());
    let (mut found, mut open) = (Vec::new(), None::<String>);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) if start.name().as_ref() == name => open = Some(String::new()),
            Event::End(_) => found.extend(open.take()),
            Event::Text(text) => {
                if let Some(open) = &mut open {
                    open.push_str(&text.xml10_content());
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The number of links to this address in this language.
fn alternates(answer: &Answer, lang: &str, url: &str) -> usize {
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let link = format!("<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{url}\"/>");
    text.matches(&link).count()
}

/// All pages of all parts of the index.
async fn pages(anyone: &Client) -> Vec<String> {
    let mut pages = Vec::new();
    let index = anyone.get("/v1/sitemap.xml").await.expect(200);
    for part in texts(&index, "loc") {
        let path = part.strip_prefix("https://api.example.org").unwrap();
        let part = anyone.get(path).await.expect(200);
        if !path.ends_with("/news.xml") {
            pages.extend(texts(&part, "loc"));
        }
    }
    pages.sort();
    pages
}

on_both!(
    every_page_is_in_the_sitemap_while_it_is_public,
    async |app| {
        let set = site(&app).await;
        let (ada, anyone) = (set.editor("ada").await, set.anonymous());
        let mut names = named("en", "Housing");
        names["translations"]["fr"] = json!({ "name": "Logement" });
        ada.makes(CATEGORIES, names).await;
        ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let post = ada.issues("fr", "Loyers").await;
        ada.translates(&post, "en", "Rents").await;
        ada.publishes(&post, "en").await;
        ada.writes("en", "Draft").await;
        let elsewhere = json!({ "canonical_url": "https://first.example/a" });
        ada.issues_with("en", "Elsewhere", elsewhere).await;
        let about = json!({ "type": "page" });
        ada.issues_with("en", "About", about).await;
        set.pass(60);
        let expected = [
            "en/author/lin",
            "en/category/housing",
            "en/organization/lagos",
            "en/page/about",
            "en/rents",
            "fr/author/lin",
            "fr/category/logement",
            "fr/loyers",
            "fr/organization/lagos",
        ];
        let expected = expected.map(|path| format!("https://news.example/{path}"));
        assert_eq!(pages(&anyone).await, expected);

        let part = anyone.get("/v1/sitemaps/posts-1.xml").await.expect(200);
        for (lang, url, count) in [
            ("x-default", "fr/loyers", 2),
            ("en", "en/rents", 2),
            ("fr", "fr/loyers", 2),
        ] {
            let url = format!("https://news.example/{url}");
            assert_eq!(alternates(&part, lang, &url), count, "{lang}");
        }
        assert_eq!(texts(&part, "lastmod")[0], "2026-05-01T08:00:00.000Z");
        let index = anyone.get("/v1/sitemap.xml").await.expect(200);
        assert_eq!(texts(&index, "lastmod")[0], "2026-05-01T08:00:00.000Z");

        // News are pages of the last two days, and pages that are no articles are none.
        let news = anyone.get("/v1/sitemaps/news.xml").await.expect(200);
        // Posts stop being news without a change, so no date says that nothing changed.
        assert!(!news.headers.contains_key("last-modified"));
        let mut titles = texts(&news, "news:title");
        titles.sort();
        assert_eq!(titles, ["Loyers", "Rents"]);
        assert_eq!(texts(&news, "news:name")[0], "Daily");
        set.set_time("2026-05-03T08:00:00.000Z");
        let news = anyone.get("/v1/sitemaps/news.xml").await.expect(200);
        assert!(texts(&news, "loc").is_empty());

        ada.delete(&crate::support::content::publication(&post, "fr"))
            .await
            .expect(204);
        assert!(
            !pages(&anyone)
                .await
                .contains(&"https://news.example/fr/loyers".to_owned())
        );
        for missing in ["posts-2.xml", "authors-2.xml", "tags-1.xml", "posts-0.xml"] {
            let answer = anyone.get(&format!("/v1/sitemaps/{missing}")).await;
            answer.expect_problem(404, "not_found");
        }
        for path in ["sitemap.xml", "sitemaps/posts-1.xml"] {
            let without = app.anonymous().get(&format!("/v1/{path}")).await;
            let without = without.expect_problem(404, "not_found");
            assert!(without.text("/detail").contains("TRIBUNA_SITE_URL"));
        }
    }
);
