//! Delivery of posts: content, language, order and cache lifetime.

mod lists;

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, publication, translation,
};

/// Publishes a post in these languages, a minute apart. The first language is the original.
async fn publish_in(app: &TestApp, ada: &Client, title: &str, langs: &[&str]) -> String {
    let id = ada.issues(langs[0], title).await;
    for lang in &langs[1..] {
        app.pass(60);
        let other = format!("{title} {lang}");
        ada.translates(&id, lang, &other).await;
        ada.publishes(&id, lang).await;
    }
    app.pass(60);
    id
}

on_both!(a_post_is_shown_whole, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let category = ada.makes(CATEGORIES, named("fr", "Logement")).await;
    let tag = ada.makes(TAGS, named("fr", "Loyer")).await;
    let body = json!({
        "translation": {
            "lang": "fr", "title": "Le droit", "subtitle": "À la ville", "excerpt": "Bref.",
            "body": { "format": "markdown", "source": "## Un\n\ndeux trois" },
            "seo": { "title": "Droit", "description": "Le droit." }
        },
        "authors": [{ "author": author, "organization": organization, "role": "Maire" }],
        "categories": [category], "tags": [tag],
        "featured": true, "licence": "CC-BY-4.0", "canonical_url": "https://elsewhere.example/a"
    });
    let id = ada.makes(POSTS, body).await;
    ada.publishes(&id, "fr").await;
    let expected = json!({
        "id": id, "type": "post", "parent": null, "position": 0, "slug": "le-droit", "lang": "fr", "requested_lang": null, "is_fallback": false, "original_lang": "fr",
        "title": "Le droit", "subtitle": "À la ville", "excerpt": "Bref.", "excerpt_source": "author",
        "word_count": 3, "reading_minutes": 1, "featured": true,
        "published_at": "2026-05-01T08:00:00.000Z", "updated_at": "2026-05-01T08:00:00.000Z",
        "authors": [{ "id": author, "slug": "lin", "name": "Lin", "role": "Maire", "role_lang": "fr",
                      "organization": { "id": organization, "slug": "lagos", "name": "Lagos", "lang": null } }],
        "translators": [],
        "categories": [{ "id": category, "lang": "fr", "slug": "logement", "name": "Logement" }],
        "tags": [{ "id": tag, "lang": "fr", "slug": "loyer", "name": "Loyer" }],
        "translations": [], "licence": "CC-BY-4.0", "canonical_url": "https://elsewhere.example/a",
        "url": "/v1/posts/le-droit?lang=fr", "site_url": null, "can_republish": true,
        "comment_count": 0, "comments_open": false, "comments_close_at": null,
        "attribution": {
            "text": "«\u{a0}Le droit\u{a0}», par Lin (Lagos). Licence\u{a0}: CC BY 4.0. https://elsewhere.example/a",
            "html": "<p lang=\"fr\" dir=\"ltr\">«\u{a0}<a href=\"https://elsewhere.example/a\"><cite lang=\"fr\" \
                     dir=\"ltr\">Le droit</cite></a>\u{a0}», par <bdi>Lin</bdi> (<bdi>Lagos</bdi>). Licence\u{a0}: <a rel=\"license\" \
                     href=\"https://creativecommons.org/licenses/by/4.0/\"><bdi>CC BY 4.0</bdi></a>.</p>"
        }
    });
    let list = anyone.get("/v1/posts").await.expect(200);
    assert_eq!(list.at("/data"), &json!([expected]));
    let page = json!({ "limit": 20, "next": null, "prev": null, "next_cursor": null, "prev_cursor": null });
    assert_eq!(list.at("/page"), &page);
    let mut whole = expected;
    whole["body"] = json!({
        "html": "<h2 id=\"un\">Un</h2>\n<p>deux trois</p>\n", "text": "Un\ndeux trois",
        "toc": [{ "level": 2, "id": "un", "title": "Un" }]
    });
    whole["seo"] = json!({ "title": "Droit", "description": "Le droit." });
    let read = anyone.get("/v1/posts/le-droit").await.expect(200);
    assert_eq!(read.at("/data"), &whole);
    assert_eq!(read.header("content-language"), "fr");
    let by_id = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
    assert_eq!(by_id.json, read.json);
});

on_both!(
    one_language_is_chosen_for_each_post_as_a_whole,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        publish_in(&app, &ada, "A", &["en", "fr", "es"]).await;
        publish_in(&app, &ada, "B", &["fr", "es"]).await;
        publish_in(&app, &ada, "C", &["es"]).await;
        // When the original of D ends, the translation that was published first takes its place.
        let d = publish_in(&app, &ada, "D", &["pt", "fr", "es"]).await;
        ada.delete(&publication(&d, "pt")).await.expect(204);
        for (query, expected) in [
            ("", vec!["D fr", "C", "B", "A"]),
            ("lang=fr", vec!["D fr", "B", "A fr"]),
            ("lang=FR", vec!["D fr", "B", "A fr"]),
            ("lang=de", vec![]),
            ("lang=de&fallback=en", vec!["A"]),
            ("lang=fr&fallback=es", vec!["D fr", "C", "B", "A fr"]),
            ("lang=en&fallback=es,fr", vec!["D es", "C", "B es", "A"]),
            ("lang=de&fallback=original", vec!["C", "B", "A"]),
            ("lang=de&fallback=original,es", vec!["D es", "C", "B", "A"]),
        ] {
            let list = anyone.get(&format!("/v1/posts?{query}&count=true")).await;
            let list = list.expect(200);
            assert_eq!(list.column("title"), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
            for item in list.items() {
                let fallback =
                    item["requested_lang"] != Value::Null && item["requested_lang"] != item["lang"];
                assert_eq!(item["is_fallback"], fallback, "{query}");
            }
        }
        let read = anyone.get("/v1/posts/a?lang=de&fallback=es").await;
        let read = read.expect(200);
        assert_eq!(read.text("/data/title"), "A es");
        assert_eq!(read.text("/data/requested_lang"), "de");
        assert_eq!(read.at("/data/is_fallback"), true);
        assert_eq!(read.header("content-language"), "es");
        let none = anyone.get("/v1/posts/a?lang=de").await;
        none.expect_problem(404, "not_in_this_language");
        let without = anyone.get(&format!("/v1/posts/{d}")).await.expect(200);
        assert_eq!(without.text("/data/title"), "D fr");
        assert_eq!(without.at("/data/requested_lang"), &Value::Null);
        let of_slug = anyone.get("/v1/posts/a-es").await.expect(200);
        assert_eq!(of_slug.text("/data/lang"), "es");
    }
);

on_both!(the_publication_shown_determines_the_order, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let first = ada.issues("en", "First").await;
    app.pass(60);
    let second = ada.issues("en", "Second").await;
    for (id, minute) in [(&second, "First"), (&first, "Second")] {
        app.pass(60);
        ada.translates(id, "fr", minute).await;
        ada.publishes(id, "fr").await;
    }
    let english = anyone.get("/v1/posts?lang=en").await;
    assert_eq!(english.column("id"), [&*second, &*first]);
    let french = anyone.get("/v1/posts?lang=fr").await;
    assert_eq!(french.column("id"), [&*first, &*second]);
});

on_both!(
    the_other_languages_are_listed_with_their_state,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = publish_in(&app, &ada, "A", &["en", "es", "fr"]).await;
        ada.translates(&id, "pt", "Draft").await;
        let outdated = async |lang: &str| {
            let read = anyone.get(&format!("/v1/posts/{id}?lang={lang}")).await;
            let list = read.at("/data/translations").as_array().unwrap().clone();
            let states = list.iter().map(|one| {
                (
                    one["lang"].as_str().unwrap().to_owned(),
                    one["is_outdated"] == true,
                )
            });
            states.collect::<Vec<_>>()
        };
        let state = |lang: &str, outdated| (lang.to_owned(), outdated);
        assert_eq!(
            outdated("en").await,
            [state("es", false), state("fr", false)]
        );
        ada.patch(&translation(&id, "en"), json!({ "title": "A2" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        assert_eq!(outdated("en").await, [state("es", true), state("fr", true)]);
        app.pass(60);
        ada.publishes(&id, "fr").await;
        assert_eq!(
            outdated("en").await,
            [state("es", true), state("fr", false)]
        );
        assert_eq!(
            outdated("fr").await,
            [state("en", false), state("es", true)]
        );
        let read = anyone.get("/v1/posts/a").await.expect(200);
        let es = json!({ "lang": "es", "slug": "a-es", "url": "/v1/posts/a-es?lang=es", "is_outdated": true });
        assert_eq!(read.at("/data/translations/0"), &es);
        let links = read.header("link");
        for lang in ["es", "fr"] {
            let url = format!("/v1/posts/{id}?lang={lang}");
            let link = format!("<{url}>; rel=\"alternate\"; hreflang=\"{lang}\"");
            assert!(links.contains(&link), "{links}");
            for url in [url, format!("/v1/posts/a-{lang}?lang={lang}")] {
                let read = anyone.get(&url).await.expect(200);
                assert_eq!(read.text("/data/lang"), lang);
            }
        }
        let list = anyone.get("/v1/posts?lang=en").await.expect(200);
        assert_eq!(
            list.at("/data/0/translations"),
            read.at("/data/translations")
        );
    }
);

on_both!(
    terms_are_named_in_the_language_shown_or_in_their_own,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let both =
            json!({ "translations": { "fr": { "name": "Loyer" }, "en": { "name": "Rent" } } });
        let both = ada.makes(TAGS, both).await;
        let french = ada.makes(TAGS, named("fr", "Ville")).await;
        let more = json!({ "tags": [both, french] });
        ada.issues_with("en", "Housing", more).await;
        let list = anyone.get("/v1/posts").await.expect(200);
        let tags = json!([
            { "id": both, "lang": "en", "slug": "rent", "name": "Rent" },
            { "id": french, "lang": "fr", "slug": "ville", "name": "Ville" }
        ]);
        assert_eq!(list.at("/data/0/tags"), &tags);
    }
);

on_both!(
    a_post_by_its_slug_is_cached_until_another_post_takes_the_slug,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.issues("en", "Radio").await;
        let two = ada.writes("fr", "Radio").await;
        let soon = json!({ "publish_at": "2026-05-01T08:00:30Z" });
        ada.schedules(&two, "fr", soon).await;
        let path = "/v1/posts/radio?lang=fr&fallback=en";
        let now = anyone.get(path).await.expect(200);
        assert_eq!(now.header("cache-control"), "public, max-age=30");
        app.set_time("2026-05-01T08:00:30Z");
        assert_eq!(anyone.get(path).await.expect(200).id(), two);
    }
);

on_both!(
    an_answer_is_never_cached_past_the_next_scheduled_change,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        let author = json!({ "author": author, "organization": organization });
        let more = json!({ "tags": [tag], "categories": [category], "authors": [author] });
        let id = ada.issues_with("en", "Housing", more).await;
        let paths = [
            "/v1/posts",
            "/v1/posts?lang=en&tag=rent",
            "/v1/posts/housing",
            "/v1/tags",
            "/v1/tags/rent",
            "/v1/categories",
            "/v1/categories/housing",
            "/v1/category-tree",
            "/v1/authors",
            "/v1/authors/lin",
            "/v1/organizations",
            "/v1/organizations/lagos",
            "/v1/organizations?fields=name&sort=name",
        ];
        let expect = async |control: &str| {
            for path in paths {
                let read = anyone.get(path).await.expect(200);
                assert_eq!(read.header("cache-control"), control, "{path}");
            }
        };
        expect("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400").await;
        ada.translates(&id, "fr", "Logement").await;
        let times =
            json!({ "publish_at": "2026-05-01T08:05:00Z", "unpublish_at": "2026-05-01T08:07:30Z" });
        ada.schedules(&id, "fr", times).await;
        expect("public, max-age=60, stale-while-revalidate=240, stale-if-error=240").await;
        app.set_time("2026-05-01T08:04:30.500Z");
        expect("public, max-age=29").await;
        app.set_time("2026-05-01T08:05:00Z");
        expect("public, max-age=60, stale-while-revalidate=90, stale-if-error=90").await;
        app.set_time("2026-05-01T08:07:30Z");
        expect("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400").await;
    }
);

on_both!(a_matching_etag_gets_a_304, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    ada.issues_with("en", "Housing", json!({ "tags": [tag] }))
        .await;
    for path in ["/v1/posts", "/v1/posts/housing"] {
        let first = anyone.get(path).await.expect(200);
        let tag_seen = first.header("etag").to_owned();
        assert!(tag_seen.starts_with('"'), "strong: {tag_seen}");
        let ask = async || {
            let request = anyone.request(Method::GET, path);
            let request = request.insert_header((IF_NONE_MATCH, &*tag_seen));
            anyone.send(request).await
        };
        let same = ask().await.expect(304);
        assert_eq!(same.header("etag"), tag_seen);
        for header in ["cache-control", "x-request-id"] {
            same.header(header);
        }
        assert!(same.body.is_empty());
        let head = anyone.request(Method::HEAD, path);
        let head = anyone.send(head).await.expect(200);
        assert_eq!(head.header("etag"), tag_seen);
        assert_eq!(head.header("cache-control"), first.header("cache-control"));
        // The `ETag` depends on everything that the answer shows, including the names of tags.
        let name = format!("Rent {}", path.len());
        let renamed = json!({ "translations": { "en": { "name": name } } });
        ada.patch(&format!("{TAGS}/{tag}"), renamed)
            .await
            .expect(200);
        assert_ne!(ask().await.expect(200).header("etag"), tag_seen);
    }
});
