//! The detail of a `404` explains the reason wherever the reason is public.

use actix_web::http::Method;
use serde_json::json;

use crate::support::content::{POSTS, TAGS, named, publication, translation};

on_both!(
    a_missing_translation_is_a_404_that_names_the_languages_of_the_post,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        // Languages that must stay secret.
        ada.translates(&id, "de", "Wohnen").await;
        ada.translates(&id, "es", "Vivienda").await;
        let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
        ada.schedules(&id, "es", later).await;
        let translations = json!([
            { "type": "post", "lang": "en", "slug": "housing", "url": "/v1/posts/housing?lang=en" },
            { "type": "post", "lang": "fr", "slug": "logement", "url": "/v1/posts/logement?lang=fr" }
        ]);
        for lang in ["de", "es", "ja"] {
            for address in [
                format!("/v1/posts/{id}?lang={lang}"),
                format!("/v1/posts/housing?lang={lang}"),
                format!("/v1/posts/logement?lang={lang}&fallback=pt,{lang}"),
                format!("/v1/posts/{id}/related?lang={lang}"),
                format!("/v1/resolve?kind=post&slug=housing&lang={lang}"),
                format!("/v1/resolve?path=/{lang}/logement"),
            ] {
                let answer = anyone.get(&address).await;
                let answer = answer.expect_problem(404, "not_in_this_language");
                assert_eq!(answer.at("/translations"), &translations, "{address}");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
        for one in translations.as_array().unwrap() {
            let found = anyone.get(one["url"].as_str().unwrap()).await.expect(200);
            assert_eq!(found.id(), id);
        }
        // A post that was public in the language answers `410`. A translation that was never public answers `404`.
        ada.delete(&publication(&id, "fr")).await.expect(204);
        let left = json!([
            { "type": "post", "lang": "en", "slug": "housing", "url": "/v1/posts/housing?lang=en" }
        ]);
        for address in [
            format!("/v1/posts/{id}?lang=fr"),
            "/v1/posts/housing?lang=fr".to_owned(),
            "/v1/posts/logement".to_owned(),
            "/v1/posts/LOGEMENT".to_owned(),
            "/v1/posts/logement/related".to_owned(),
            "/v1/resolve?path=/fr/housing".to_owned(),
            "/v1/resolve?path=/fr/logement".to_owned(),
            "/v1/resolve?kind=post&slug=logement".to_owned(),
        ] {
            let gone = anyone.get(&address).await.expect_problem(410, "gone");
            assert_eq!(gone.at("/translations"), &left, "{address}");
        }
        // A reader who names another language is led to the slug in that.
        let led = anyone.get("/v1/posts/logement?lang=en").await.expect(308);
        assert_eq!(led.header("location"), "/v1/posts/housing?lang=en");
        anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        let draft = ada.writes("en", "Draft").await;
        for address in [
            format!("/v1/posts/{draft}?lang=de"),
            "/v1/posts/draft?lang=de".to_owned(),
            "/v1/posts/wohnen?lang=de".to_owned(),
            "/v1/posts/vivienda?lang=es".to_owned(),
            "/v1/resolve?path=/de/draft".to_owned(),
            "/v1/resolve?path=/en/vivienda".to_owned(),
        ] {
            let answer = anyone.get(&address).await;
            let answer = answer.expect_problem(404, "not_found");
            assert_eq!(answer.json.get("translations"), None, "{address}");
        }
        // A deleted post has no languages.
        ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
        let address = format!("/v1/posts/{id}?lang=de");
        let gone = anyone.get(&address).await.expect_problem(410, "gone");
        assert_eq!(gone.json.get("translations"), None);
    }
);

on_both!(the_type_of_a_page_is_among_its_translations, async |app| {
    let ada = app.editor("ada").await;
    let page = json!({ "type": "page" });
    let id = ada.issues_with("en", "About", page).await;
    let answer = app
        .anonymous()
        .get(&format!("/v1/posts/{id}?lang=fr"))
        .await;
    let answer = answer.expect_problem(404, "not_in_this_language");
    assert_eq!(answer.at("/translations/0/type"), "page");
});

on_both!(
    a_language_that_becomes_public_is_found_at_once,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let address = format!("/v1/posts/{id}?lang=fr");
        for _ in 0..2 {
            let answer = anyone.get(&address).await;
            answer.expect_problem(404, "not_in_this_language");
        }
        ada.translates(&id, "fr", "Logement").await;
        let soon = json!({ "publish_at": "2026-05-01T08:00:10Z" });
        ada.schedules(&id, "fr", soon).await;
        let answer = anyone.get(&address).await;
        answer.expect_problem(404, "not_in_this_language");
        app.set_time("2026-05-01T08:00:10Z");
        anyone.get(&address).await.expect(200);
    }
);

on_both!(a_trailing_slash_redirects, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.issues("en", "Housing").await;
    for (address, to) in [
        ("/v1/posts/", "/v1/posts"),
        ("/v1/posts///", "/v1/posts"),
        (
            "/v1/posts/?lang=en&tag=a%2Fb&",
            "/v1/posts?lang=en&tag=a%2Fb",
        ),
        ("/v1/posts/housing/", "/v1/posts/housing"),
        ("/v1/posts/housing/?lang=en", "/v1/posts/housing?lang=en"),
        ("/v1/posts/housing/related/", "/v1/posts/housing/related"),
        ("/v1/posts/Housing/", "/v1/posts/housing"),
        (
            "/v1/posts/Housing/related/?limit=2",
            "/v1/posts/housing/related?limit=2",
        ),
        ("/v1/posts/nothing/", "/v1/posts/nothing"),
        (
            "/v1/posts/%2F%2Fevil.example/",
            "/v1/posts/%2F%2Fevil.example",
        ),
        ("/v1/tags/", "/v1/tags"),
        ("/v1/category-tree/", "/v1/category-tree"),
        (
            "/v1/resolve/?path=/en/housing",
            "/v1/resolve?path=/en/housing",
        ),
        ("/v1/admin/posts/", "/v1/admin/posts"),
        ("/health/live/", "/health/live"),
        ("/openapi.json/", "/openapi.json"),
        ("/openapi/delivery.json/", "/openapi/delivery.json"),
        ("/docs/problems/", "/docs/problems"),
        ("/docs/search/?q=tags", "/docs/search?q=tags"),
        ("/docs/guide/api-guide/", "/docs/guide/api-guide"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let request = anyone.request(method, address);
            let led = anyone.send(request).await.expect(308);
            assert_eq!(led.header("location"), to, "{address}");
            let is_public = address.starts_with("/v1/") && !address.starts_with("/v1/admin");
            let control = if is_public {
                "public, no-cache"
            } else {
                "no-store"
            };
            assert_eq!(led.header("cache-control"), control, "{address}");
        }
    }
    // A write is answered by `404`, because clients may drop the body when they follow a redirect.
    for (method, path) in [
        (Method::POST, format!("{POSTS}/")),
        (Method::DELETE, format!("{POSTS}/{id}/")),
        (Method::POST, "/v1/posts/".to_owned()),
        (Method::OPTIONS, "/v1/posts/".to_owned()),
    ] {
        let answer = ada.send(ada.request(method, &path)).await;
        answer.expect_problem(404, "trailing_slash");
    }
    // A redirect must not lead to another host.
    for path in [
        "//evil.example/",
        "//evil.example/v1/posts/",
        "/v1//posts/",
        "//",
    ] {
        let answer = anyone.get(path).await;
        assert_eq!(answer.status, 404, "{answer}");
        assert!(!answer.headers.contains_key("location"), "{answer}");
    }
});

on_both!(a_slug_in_capitals_redirects, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let id = ada.issues("en", "Housing").await;
    ada.translates(&id, "fr", "Logement").await;
    ada.publishes(&id, "fr").await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
        .await
        .expect(200);
    ada.publishes(&id, "en").await;
    ada.makes(TAGS, named("en", "Rent")).await;
    let down = ada.issues("en", "Down").await;
    ada.delete(&publication(&down, "en")).await.expect(204);
    ada.writes("en", "Draft").await;
    for (address, to) in [
        ("/v1/posts/Homes", "/v1/posts/homes"),
        (
            "/v1/posts/%48OMES?fields=title",
            "/v1/posts/homes?fields=title",
        ),
        ("/v1/posts/LOGEMENT?lang=fr", "/v1/posts/logement?lang=fr"),
        (
            "/v1/posts/Homes/related?limit=2",
            "/v1/posts/homes/related?limit=2",
        ),
        // A former slug redirects to the present one directly.
        ("/v1/posts/HOUSING", "/v1/posts/homes?lang=en"),
        ("/v1/tags/RENT?lang=fr", "/v1/tags/rent?lang=fr"),
        (
            "/v1/resolve?kind=post&slug=Homes&lang=en",
            "/v1/resolve?kind=post&slug=homes&lang=en",
        ),
        (
            "/v1/resolve?kind=tag&slug=RENT",
            "/v1/resolve?kind=tag&slug=rent&lang=en",
        ),
        ("/v1/resolve?path=/en/Homes", "/v1/resolve?path=/en/homes"),
        (
            "/v1/resolve?path=/fr/HOMES/",
            "/v1/resolve?path=/fr/logement",
        ),
        (
            "/v1/resolve?path=/en/tag/Rent",
            "/v1/resolve?path=/en/tag/rent",
        ),
    ] {
        let led = anyone.get(address).await.expect(308);
        assert_eq!(led.header("location"), to, "{address}");
        assert_eq!(led.header("cache-control"), "public, no-cache");
        anyone.get(to).await.expect(200);
    }
    let capitals = format!("/v1/posts/{}", id.to_uppercase());
    assert_eq!(anyone.get(&capitals).await.expect(200).id(), id);
    for (path, status) in [("Nothing", 404), ("Draft", 404), ("DOWN", 410)] {
        for address in [
            format!("/v1/posts/{path}"),
            format!("/v1/resolve?kind=post&slug={path}"),
            format!("/v1/resolve?path=/en/{path}"),
        ] {
            let answer = anyone.get(&address).await;
            assert_eq!(answer.status, status, "{answer}");
        }
    }
});

on_both!(
    the_slug_of_an_author_or_an_organization_in_capitals_redirects,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for plural in ["authors", "organizations"] {
            let list = format!("/v1/admin/{plural}");
            ada.makes(&list, json!({ "name": "Lin" })).await;
            let led = anyone.get(&format!("/v1/{plural}/Lin?lang=en")).await;
            let to = format!("/v1/{plural}/lin?lang=en");
            assert_eq!(led.expect(308).header("location"), to);
            anyone.get(&to).await.expect(200);
            let none = anyone.get(&format!("/v1/{plural}/Nobody")).await;
            none.expect_problem(404, "not_found");
        }
    }
);

on_both!(
    a_404_names_the_right_case_and_the_right_version_of_a_path,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.issues("en", "Housing").await;
        for (path, code, detail) in [
            ("/v1/Posts", "wrong_case", "/v1/posts."),
            ("/V1/posts/housing", "wrong_case", " /v1/posts/housing."),
            (
                "/V1/posts/Three-En/RELATED",
                "wrong_case",
                " /v1/posts/Three-En/related.",
            ),
            ("/V1/POSTS/", "wrong_case", "/v1/posts."),
            ("/v1/ADMIN/posts", "wrong_case", "/v1/admin/posts."),
            ("/Health/Live", "wrong_case", "/health/live."),
            ("/v2/posts", "unknown_version", "no version 2 "),
            ("/v2", "unknown_version", "no version 2 "),
            ("/V3/anything/at/all", "unknown_version", "no version 3 "),
            ("/v1.1/posts", "unknown_version", "no version 1.1 "),
            ("/v0/posts/", "unknown_version", "no version 0 "),
            ("/posts", "unknown_version", "/v1/posts."),
            ("/posts/housing", "unknown_version", " /v1/posts/housing."),
            ("/Posts", "unknown_version", " /v1/posts."),
            ("/v1beta/posts", "unknown_version", "no version 1beta "),
            ("/v1beta/nonsense", "not_found", ""),
            ("/OpenAPI.json", "wrong_case", " /openapi.json."),
            ("/Docs/", "wrong_case", " /docs/."),
            (
                "/DOCS/Guide/api-guide",
                "wrong_case",
                " /docs/guide/api-guide.",
            ),
            (
                "//v1/posts",
                "not_found",
                "a slash too many; the right one is /v1/posts.",
            ),
            ("/v1//posts/Housing/", "not_found", " /v1/posts/Housing."),
            ("/v1//nonsense", "not_found", "nothing at this address"),
            ("/v1/nonsense", "not_found", ""),
            ("/v1/posts/housing/nonsense", "not_found", ""),
            ("/version", "not_found", ""),
            ("/v", "not_found", ""),
            ("/V1/Nonsense", "not_found", ""),
        ] {
            for method in [Method::GET, Method::POST] {
                let answer = anyone.send(anyone.request(method, path)).await;
                let answer = answer.expect_problem(404, code);
                let got = answer.text("/detail");
                assert!(got.contains(detail), "{path}: {got}");
            }
        }
        // A path of the site, matched by its pattern.
        let answer = anyone.get("/v1/resolve?path=/en/TAG/rent").await;
        let answer = answer.expect_problem(404, "wrong_case");
        assert!(answer.text("/detail").contains(" /en/tag/rent."));
        let answer = anyone.get("/v1/resolve?path=/en/post/rent").await;
        answer.expect_problem(404, "not_found");
    }
);
