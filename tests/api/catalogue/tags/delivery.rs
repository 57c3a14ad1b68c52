//! Terms: the public view, with slugs in any language, counts and lists.

use serde_json::json;

use super::{ALL, tag};
use crate::support::published::Published;

on_both!(
    a_slug_in_any_language_leads_to_the_tag_and_a_former_one_redirects,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let id = tag(
            &ada,
            &[("en", "Housing"), ("fr", "Logement"), ("es", "Vivienda")],
        )
        .await;
        for found in ["housing", "logement", "vivienda", &id] {
            let read = reader
                .get(&format!("/v1/tags/{found}?lang=fr"))
                .await
                .expect(200);
            assert_eq!(read.id(), id);
            assert_eq!(read.text("/data/slug"), "logement");
        }
        let patch = json!({ "translations": { "en": { "slug": "homes" }, "fr": null } });
        ada.patch(&format!("{ALL}/{id}"), patch).await.expect(200);
        let moved = reader
            .get("/v1/tags/housing?lang=es&fallback=original")
            .await
            .expect(308);
        assert_eq!(
            moved.header("location"),
            "/v1/tags/homes?lang=es&fallback=original"
        );
        assert_eq!(moved.header("cache-control"), "public, no-cache");
        let removed = reader.get("/v1/tags/logement").await.expect(308);
        assert_eq!(removed.header("location"), "/v1/tags/homes?lang=en");
        let removed = reader.get("/v1/tags/logement?lang=es").await.expect(308);
        assert_eq!(removed.header("location"), "/v1/tags/vivienda?lang=es");
        reader
            .get("/v1/categories/homes")
            .await
            .expect_problem(404, "not_found");
        reader
            .get(&format!("/v1/categories/{id}"))
            .await
            .expect_problem(404, "not_found");
        ada.get(&format!("/v1/admin/categories/{id}"))
            .await
            .expect_problem(404, "not_found");
        // Another tag has the slug now, in another language. A present slug takes precedence over a former one.
        let other = tag(&ada, &[("de", "Logement")]).await;
        assert_eq!(
            reader.get("/v1/tags/logement").await.expect(200).id(),
            other
        );
        // The tag takes its slug back.
        let patch = json!({ "translations": { "en": { "slug": "housing" } } });
        ada.patch(&format!("{ALL}/{id}"), patch).await.expect(200);
        reader.get("/v1/tags/housing").await.expect(200);
        reader.get("/v1/tags/homes").await.expect(308);
    }
);

on_both!(a_tag_is_shown_in_the_language_chosen, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let id = tag(
        &ada,
        &[("fr", "Logement"), ("en", "Housing"), ("es", "Vivienda")],
    )
    .await;
    let cases = [
        ("", "fr", false),
        ("?lang=en", "en", false),
        ("?lang=EN", "en", false),
        ("?lang=de", "fr", true),
        ("?lang=de&fallback=pt,es,en", "es", true),
        ("?lang=de&fallback=original,es", "fr", true),
    ];
    for (query, lang, is_fallback) in cases {
        let read = reader
            .get(&format!("/v1/tags/{id}{query}"))
            .await
            .expect(200);
        assert_eq!(read.text("/data/lang"), lang, "{query}");
        assert_eq!(read.at("/data/is_fallback"), is_fallback, "{query}");
        assert_eq!(read.at("/data/requested_lang").is_null(), query.is_empty());
        assert_eq!(read.header("content-language"), lang);
        let list = reader.get(&format!("/v1/tags{query}")).await.expect(200);
        assert_eq!(list.items()[0], *read.at("/data"));
    }
    let all = reader.get(&format!("/v1/tags/{id}")).await.expect(200);
    let names: Vec<&str> = all
        .at("/data/translations")
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name["lang"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["fr", "en", "es"]);
    for (query, parameter) in [
        ("?fallback=en", "fallback"),
        ("?lang=en&fallback=e_n", "fallback"),
        ("?lang=e_n", "lang"),
        ("?lang=en-a", "lang"),
        ("?langs=en", "langs"),
    ] {
        let refused = reader.get(&format!("/v1/tags/{id}{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, parameter, "{query}");
    }
});

on_both!(only_posts_that_are_live_now_are_counted, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let id = tag(&ada, &[("en", "Housing")]).await;
    let terms: &[&str] = &[&id];
    app.publish(&Published {
        langs: &["en", "fr", "es"],
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["fr"],
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["en"],
        from: Some("2026-05-01T09:00:00Z"),
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["en"],
        until: Some("2026-05-01T10:00:00Z"),
        terms,
        ..Default::default()
    });
    let address = format!("/v1/tags/{id}");
    let count = async |query: &str| {
        let read = reader.get(&format!("{address}{query}")).await.expect(200);
        let list = reader.get(&format!("/v1/tags{query}")).await.expect(200);
        assert_eq!(list.items()[0]["post_count"], *read.at("/data/post_count"));
        read.at("/data/post_count").as_i64().unwrap()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count("?lang=en").await, 2);
    assert_eq!(count("?lang=es").await, 1);
    assert_eq!(count("?lang=pt").await, 0);
    assert_eq!(count("?lang=es&fallback=fr").await, 2);
    assert_eq!(count("?lang=es&fallback=original").await, 3);
    app.set_time("2026-05-01T08:59:30Z");
    let soon = reader.get(&address).await.expect(200);
    assert_eq!(soon.header("cache-control"), "public, max-age=30");
    app.set_time("2026-05-01T09:00:00Z");
    assert_eq!(count("").await, 4);
    app.set_time("2026-05-01T10:00:00Z");
    assert_eq!(count("").await, 3);
});

on_both!(
    the_public_lists_tags_by_the_names_that_are_shown,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for names in [
            &[("fr", "École"), ("en", "academy")][..],
            &[("en", "apple")],
            &[("fr", "eau"), ("pt", "água")],
            &[("pt", "Zebra"), ("en", "élan"), ("de", "Ziege")],
            &[("en", "Eau"), ("pt-BR", "fonte")],
        ] {
            tag(&ada, names).await;
        }
        for (query, expected) in [
            ("", ["apple", "eau", "Eau", "École", "Zebra"]),
            ("lang=en", ["academy", "apple", "eau", "Eau", "élan"]),
            ("lang=pt", ["água", "apple", "Eau", "École", "Zebra"]),
            ("lang=pt-BR", ["água", "apple", "École", "fonte", "Zebra"]),
            (
                "lang=pt-BR&fallback=en",
                ["academy", "água", "apple", "fonte", "Zebra"],
            ),
            (
                "lang=de&fallback=original,en",
                ["apple", "eau", "Eau", "École", "Ziege"],
            ),
            (
                "lang=de&fallback=fr,en",
                ["apple", "eau", "Eau", "École", "Ziege"],
            ),
            (
                "lang=es-MX&fallback=en-GB",
                ["academy", "apple", "eau", "Eau", "élan"],
            ),
        ] {
            let list = format!("/v1/tags?{query}");
            anyone.finds_in_order(&list, "name", &expected).await;
        }
    }
);

on_both!(
    the_public_lists_tags_in_the_order_of_creation_and_of_change,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three", "Four", "Five"] {
            ids.push(tag(&ada, &[("en", name)]).await);
            app.pass(60);
        }
        let list = "/v1/tags?q=o";
        anyone
            .finds_in_order(list, "created_at", &["One", "Two", "Four"])
            .await;
        let renamed = json!({ "translations": { "en": { "name": "Once" } } });
        ada.patch(&format!("{ALL}/{}", ids[0]), renamed)
            .await
            .expect(200);
        app.pass(60);
        // A merge changes the survivor.
        ada.post(
            &format!("{ALL}/{}/merge", ids[4]),
            json!({ "into": ids[1] }),
        )
        .await
        .expect(200);
        for (sort, expected) in [
            ("created_at", ["Once", "Two", "Three", "Four"]),
            ("updated_at", ["Three", "Four", "Once", "Two"]),
            ("name", ["Four", "Once", "Three", "Two"]),
        ] {
            anyone.finds_in_order("/v1/tags", sort, &expected).await;
        }
        for (query, expected) in [
            ("updated_after=2026-05-01T08:05:00Z", &["Two", "Once"][..]),
            ("updated_after=2026-05-01T08:05:00.001Z", &["Two"]),
            ("updated_before=2026-05-01T08:03:00Z", &["Three"]),
            ("updated_after=2026-05-02", &[]),
        ] {
            let list = format!("/v1/tags?sort=-updated_at&count=true&{query}");
            let list = anyone.get(&list).await.expect(200);
            assert_eq!(list.column("name"), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(a_tag_is_answered_with_the_fields_asked_for, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    tag(&ada, &[("fr", "Loyer"), ("en", "Rent")]).await;
    let langs = json!({ "translations": [{ "lang": "fr" }, { "lang": "en" }] });
    for path in ["/v1/tags?lang=en", "/v1/tags/rent?lang=en"] {
        for (fields, expected) in [
            ("name", json!({ "name": "Rent" })),
            ("translations.lang", langs.clone()),
            (
                "is_fallback,post_count",
                json!({ "is_fallback": false, "post_count": 0 }),
            ),
        ] {
            let path = format!("{path}&fields={fields}");
            let read = anyone.get(&path).await.expect(200);
            let item = read.json.pointer("/data/0").unwrap_or(read.at("/data"));
            assert_eq!(item, &expected, "{path}");
            assert_eq!(read.header("content-language"), "en");
        }
    }
    let list = anyone.get("/v1/tags?lang=es&q=nothing").await.expect(200);
    assert!(list.headers.get("content-language").is_none());
    tag(&ada, &[("es", "Vivienda")]).await;
    let list = anyone.get("/v1/tags?lang=en").await.expect(200);
    assert_eq!(list.header("content-language"), "es, en");
});
