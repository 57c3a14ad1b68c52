//! Delivery of posts: content, language, order and cache lifetime.

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, publication, translation,
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
        "url": "/v1/posts/le-droit?lang=fr"
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
    filters_take_ids_and_slugs_old_and_new_in_any_language,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let rent =
            json!({ "translations": { "en": { "name": "Rent" }, "fr": { "name": "Loyer" } } });
        let rent = ada.makes(TAGS, rent).await;
        let city = ada.makes(TAGS, named("en", "City")).await;
        let lin = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let kofi = ada.makes(AUTHORS, json!({ "name": "Kofi" })).await;
        let top = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let below = json!({ "translations": { "en": { "name": "Social" } }, "parent": top });
        let below = ada.makes(CATEGORIES, below).await;
        let deep = json!({ "translations": { "en": { "name": "Deep" } }, "parent": below });
        let deep = ada.makes(CATEGORIES, deep).await;
        let other = ada.makes(CATEGORIES, named("en", "Climate")).await;
        for (title, more) in [
            (
                "1",
                json!({ "tags": [rent], "categories": [top], "authors": [{ "author": lin }] }),
            ),
            (
                "2",
                json!({ "tags": [city], "categories": [deep], "authors": [{ "author": kofi }] }),
            ),
            (
                "3",
                json!({ "tags": [rent, city], "categories": [other, below], "authors": [{ "author": lin }, { "author": kofi }] }),
            ),
            ("4", json!({})),
        ] {
            ada.issues_with("en", title, more).await;
            app.pass(60);
        }
        let renamed = json!({ "translations": { "en": { "slug": "rents" } } });
        ada.patch(&format!("{TAGS}/{rent}"), renamed)
            .await
            .expect(200);
        let renamed = json!({ "slug": "lin-2" });
        ada.patch(&format!("{AUTHORS}/{lin}"), renamed)
            .await
            .expect(200);
        let unknown = Id::new();
        for (query, expected) in [
            (format!("tag={rent}"), "31"),
            ("tag=rents".into(), "31"),
            ("tag=rent".into(), "31"),
            ("tag=loyer&lang=en".into(), "31"),
            ("tag=rent,city".into(), "321"),
            (format!("tag=loyer,%20{city}"), "321"),
            ("tag=rent&tag=city".into(), "3"),
            ("tag=rent,city&tag=city".into(), "32"),
            ("tag=nothing".into(), ""),
            ("tag=nothing,rent".into(), "31"),
            ("tag=nothing&tag=rent".into(), ""),
            ("tag=housing".into(), ""),
            (format!("tag={unknown}"), ""),
            (format!("tag={top}"), ""),
            ("tag=Rent%20%25'".into(), ""),
            (format!("category={top}"), "321"),
            ("category=housing".into(), "321"),
            ("category=social".into(), "32"),
            ("category=deep,climate".into(), "32"),
            ("category=housing&category=climate".into(), "3"),
            ("category=nothing".into(), ""),
            (format!("author={lin}"), "31"),
            ("author=lin".into(), "31"),
            ("author=lin-2".into(), "31"),
            ("author=lin,kofi".into(), "321"),
            ("author=lin&author=kofi".into(), "3"),
            ("author=nobody".into(), ""),
            ("author=lin&tag=city&category=housing".into(), "3"),
            ("tag=rent&lang=fr".into(), ""),
            ("tag=rent&lang=fr&fallback=en".into(), "31"),
        ] {
            let list = anyone.get(&format!("/v1/posts?count=true&{query}")).await;
            let list = list.expect(200);
            assert_eq!(list.column("title").concat(), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(
    paging_returns_each_post_once_despite_other_changes,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for number in 1..=7 {
            ids.push(ada.issues("en", &number.to_string()).await);
            // Posts 4 and 5 have the same time.
            if number != 4 {
                app.pass(60);
            }
        }
        let first = anyone.get("/v1/posts?limit=2&lang=en&count=true").await;
        let first = first.expect(200);
        assert_eq!(first.column("title"), ["7", "6"]);
        assert_eq!(first.at("/page/total"), 7);
        assert!(first.header("link").contains("rel=\"first\""));
        ada.issues("en", "8").await;
        ada.delete(&publication(&ids[4], "en")).await.expect(204);
        let second = anyone.get(first.text("/page/next")).await.expect(200);
        assert_eq!(second.column("title"), ["4", "3"]);
        assert_eq!(second.at("/page/total"), 7);
        // The post next to the cursor is removed too.
        ada.delete(&publication(&ids[2], "en")).await.expect(204);
        let third = anyone.get(second.text("/page/next")).await.expect(200);
        assert_eq!(third.column("title"), ["2", "1"]);
        assert_eq!(third.at("/page/next"), &Value::Null);
        let back = anyone.get(third.text("/page/prev")).await.expect(200);
        assert_eq!(back.column("title"), ["6", "4"]);
        let back = anyone.get(back.text("/page/prev")).await.expect(200);
        assert_eq!(back.column("title"), ["8", "7"]);
        assert_eq!(back.at("/page/prev"), &Value::Null);
        let forth = anyone.get(back.text("/page/next")).await.expect(200);
        assert_eq!(forth.column("title"), ["6", "4"]);
    }
);

on_both!(a_cursor_is_valid_only_for_its_list, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    for title in ["1", "2", "3"] {
        ada.issues("en", title).await;
    }
    let list = anyone.get("/v1/posts?limit=1&lang=en").await.expect(200);
    let cursor = list.text("/page/next_cursor");
    let other_limit = format!("/v1/posts?lang=en&limit=5&cursor={cursor}");
    assert_eq!(anyone.get(&other_limit).await.expect(200).items().len(), 2);
    for query in [
        format!("/v1/posts?limit=1&cursor={cursor}"),
        format!("/v1/posts?limit=1&lang=fr&cursor={cursor}"),
        format!("/v1/posts?limit=1&lang=en&tag=x&cursor={cursor}"),
        format!("/v1/tags?limit=1&lang=en&cursor={cursor}"),
        "/v1/posts?cursor=nonsense".into(),
        "/v1/posts?cursor=".into(),
    ] {
        let refused = anyone.get(&query).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, "cursor", "{query}");
    }
});

on_both!(
    bad_parameters_are_named_with_the_valid_values,
    async |app| {
        let anyone = app.anonymous();
        for (query, name, detail) in [
            ("limit=0", "limit", "at least 1"),
            ("limit=101", "limit", "at most 100"),
            ("limit=abc", "limit", "integer"),
            ("limit=", "limit", "integer"),
            ("limit=1&limit=2", "limit", "once"),
            ("count=maybe", "count", "boolean"),
            ("lang=e_n", "lang", ""),
            ("lang=", "lang", ""),
            ("fallback=en", "fallback", "lang"),
            ("lang=fr&fallback=", "fallback", ""),
            ("lang=fr&fallback=en,,es", "fallback", "BCP 47"),
            ("lang=fr&fallback=en,es%20x", "fallback", "BCP 47"),
            ("lang=fr&fallback=en&fallback=", "fallback", "BCP 47"),
            ("lang=fr&lang=en", "lang", "once"),
            ("tag=,", "tag", "separated by commas"),
            ("category=", "category", "slug"),
            ("page=0", "page", "at least 1"),
            ("page=101&limit=100", "page", "cursor"),
            ("page=1&cursor=x", "page", "cursor"),
            ("published_after=yesterday", "published_after", "2026-05-01"),
            ("updated_before=2026-02-30", "updated_before", "2026-05-01"),
            ("sort=nope", "sort", "-published_at"),
            ("fields=", "fields", "authors.organization.name"),
            ("fields=titel", "fields", "title"),
            ("include=everything", "include", "body"),
            ("available_in=en,,fr", "available_in", "BCP 47"),
            ("lang=xx-invalid-", "lang", "BCP 47"),
            ("featured=2", "featured", "boolean"),
            ("featured=true&featured=true", "featured", "once"),
            ("categroy=x", "categroy", "category"),
            ("langs=en", "langs", "lang"),
            ("tags=x", "tags", "tag"),
            ("tag=a%00b", "tag", "NUL"),
            ("zzz=1", "zzz", "the known ones are"),
        ] {
            let refused = anyone.get(&format!("/v1/posts?{query}")).await;
            let refused = refused.expect_problem(400, "invalid_parameter");
            assert_eq!(refused.faults()[0].0, name, "{query}");
            let told = refused.text("/errors/0/detail");
            assert!(told.contains(detail), "{query}: {told}");
        }
        // Some generated clients write booleans as numbers.
        for query in ["featured=1&count=1", "featured=0&count=0"] {
            let list = anyone.get(&format!("/v1/posts?{query}")).await;
            list.expect(200);
        }
        for query in ["page=1", "limit=1", "tag=x"] {
            let refused = anyone.get(&format!("/v1/posts/x?{query}")).await;
            refused.expect_problem(400, "invalid_parameter");
        }
    }
);

on_both!(
    a_list_of_fallbacks_has_twenty_entries_at_most_and_may_have_spaces,
    async |app| {
        let anyone = app.anonymous();
        let twenty = ["es"; 20].join(",");
        anyone
            .get(&format!("/v1/posts?lang=fr&fallback={twenty}"))
            .await
            .expect(200);
        anyone
            .get("/v1/posts?lang=fr&fallback=es,%20pt-BR,+original")
            .await
            .expect(200);
        let more = format!("/v1/posts?lang=fr&fallback={twenty},en");
        let refused = anyone.get(&more).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults(), [("fallback", "too_many")]);
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

on_both!(
    counts_of_terms_and_authors_are_those_of_live_posts,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let more = || json!({ "tags": [tag], "authors": [{ "author": author }] });
        let id = ada.issues_with("en", "Housing", more()).await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        let mut draft = post("en", "Draft");
        draft["tags"] = json!([tag]);
        ada.makes(POSTS, draft).await;
        for path in ["/v1/tags/rent", "/v1/authors/lin"] {
            for (query, count) in [("", 1), ("?lang=fr", 1), ("?lang=es", 0)] {
                let read = anyone.get(&format!("{path}{query}")).await.expect(200);
                assert_eq!(read.at("/data/post_count"), count, "{path}{query}");
            }
        }
        ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
        for path in ["/v1/tags/rent", "/v1/authors/lin"] {
            let read = anyone.get(path).await.expect(200);
            assert_eq!(read.at("/data/post_count"), 0, "{path}");
        }
    }
);

on_both!(
    the_last_millisecond_of_a_year_is_counted_in_it,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (number, at) in [
            "1960-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "1970-01-01T00:00:00.000Z",
        ]
        .into_iter()
        .enumerate()
        {
            let id = ada.writes("en", &format!("Post {number}")).await;
            ada.schedules(&id, "en", json!({ "publish_at": at })).await;
        }
        let facets = anyone.get("/v1/posts/facets").await.expect(200);
        let years = facets.at("/data/years").as_array().unwrap();
        let years: Vec<i64> = years
            .iter()
            .filter_map(|one| one["year"].as_i64())
            .collect();
        assert_eq!(years, [1970, 1969, 1960]);
    }
);
