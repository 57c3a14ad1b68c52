//! Terms and posts requested under the prefix of a language other than that of their slug.

use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::content::{CATEGORIES, TAGS, named, publication, translation};

on_both!(
    a_term_redirects_from_a_language_without_a_name_to_its_own,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (list, kind) in [(CATEGORIES, "category"), (TAGS, "tag")] {
            let names = json!({ "translations": {
                "en": { "name": "Housing" }, "es": { "name": "Vivienda" } } });
            let id = ada.makes(list, names).await;
            for (path, to) in [
                ("fr/KIND/housing", "en/KIND/housing"),
                ("fr/KIND/vivienda", "en/KIND/housing"),
                ("es/KIND/housing", "es/KIND/vivienda"),
                ("en/KIND/vivienda", "en/KIND/housing"),
            ] {
                let site = |path: &str| format!("/{}", path.replace("KIND", kind));
                let address = format!("/v1/resolve?path={}", site(path));
                let led = anyone.get(&address).await.expect(308);
                let expected = format!("/v1/resolve?path={}", site(to));
                assert_eq!(led.header("location"), expected, "{address}");
                let found = anyone.get(&expected).await.expect(200);
                assert_eq!(
                    (found.id(), found.text("/data/path")),
                    (id.clone(), &*site(to))
                );
            }
            let address = format!("/v1/resolve?kind={kind}&slug=vivienda&lang=pt-BR");
            let led = anyone.get(&address).await.expect(308);
            let expected = format!("/v1/resolve?kind={kind}&slug=housing&lang=en");
            assert_eq!(led.header("location"), expected);
            // Another term whose slug is in the requested language takes precedence.
            let other = ada.makes(list, named("fr", "Housing")).await;
            let address = format!("/v1/resolve?path=/fr/{kind}/housing");
            assert_eq!(anyone.get(&address).await.expect(200).id(), other);
        }
    }
);

on_both!(
    a_post_redirects_to_its_slug_in_the_requested_language,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        for (path, to) in [
            ("/fr/homes", "/fr/logement"),
            ("/fr/housing", "/fr/logement"),
            ("/en/logement", "/en/homes"),
            ("/EN/Logement/", "/en/homes"),
        ] {
            let address = format!("/v1/resolve?path={path}");
            let led = anyone.get(&address).await.expect(308);
            let expected = format!("/v1/resolve?path={to}");
            assert_eq!(led.header("location"), expected, "{address}");
            let found = anyone.get(&expected).await.expect(200);
            assert_eq!((found.id(), found.text("/data/path")), (id.clone(), to));
        }
        // Another post whose present or former slug is in the requested language takes precedence.
        let other = ada.issues("fr", "Homes").await;
        let address = "/v1/resolve?path=/fr/homes";
        assert_eq!(anyone.get(address).await.expect(200).id(), other);
        ada.delete(&publication(&other, "fr")).await.expect(204);
        anyone.get(address).await.expect_problem(410, "gone");
    }
);

on_both!(
    slugs_swapped_between_languages_cause_no_redirect_loop,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        // Each post has the other's slug in the other language.
        let mut posts = Vec::new();
        for (en, fr) in [("Sun", "Moon"), ("Moon", "Sun")] {
            let id = ada.issues("en", en).await;
            ada.translates(&id, "fr", fr).await;
            ada.publishes(&id, "fr").await;
            let names = json!({ "translations": { "en": { "name": en }, "fr": { "name": fr } } });
            ada.makes(TAGS, names).await;
            posts.push(id);
        }
        ada.makes(TAGS, named("es", "Sun")).await;
        ada.delete(&publication(&posts[0], "fr")).await.expect(204);
        for slug in ["sun", "moon", "Sun", "MOON"] {
            for lang in ["en", "fr", "es", "de"] {
                for path in [format!("/{lang}/{slug}"), format!("/{lang}/tag/{slug}/")] {
                    ends(&anyone, &format!("/v1/resolve?path={path}")).await;
                }
                for kind in ["post", "tag"] {
                    let question = format!("kind={kind}&slug={slug}");
                    ends(&anyone, &format!("/v1/resolve?{question}&lang={lang}")).await;
                    ends(&anyone, &format!("/v1/resolve?{question}")).await;
                    ends(&anyone, &format!("/v1/{kind}s/{slug}?lang={lang}")).await;
                    ends(&anyone, &format!("/v1/{kind}s/{slug}/")).await;
                }
            }
        }
    }
);

/// Follows at most two redirects: one for a trailing slash, and one for everything else. The last address must exist.
async fn ends(anyone: &Client, address: &str) {
    let mut answer = anyone.get(address).await;
    let mut steps = 0;
    while answer.status == 308 {
        steps += 1;
        assert!(steps <= 2, "{address}: {answer}");
        let to = answer.header("location").to_owned();
        assert!(to.starts_with("/v1/"), "{address}: {to}");
        answer = anyone.get(&to).await;
    }
    let expected: &[u16] = if steps > 1 { &[200] } else { &[200, 404, 410] };
    assert!(expected.contains(&answer.status), "{address}: {answer}");
}

on_both!(
    every_embedded_term_has_the_language_of_its_name,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let both = json!({ "translations": { "fr": { "name": "Logement" }, "en": { "name": "Housing" } } });
        let top = ada.makes(CATEGORIES, both).await;
        let french = json!({ "translations": { "fr": { "name": "Loyer" } }, "parent": top });
        let below = ada.makes(CATEGORIES, french).await;
        let spanish = ada.makes(TAGS, named("es", "Barrio")).await;
        let more = json!({ "categories": [top, below], "tags": [spanish] });
        let id = ada.issues_with("en", "A", more).await;
        let link = format!("/v1/admin/posts/{id}/translations/en/preview-links");
        let link = ada.post(&link, json!({})).await.expect(201);
        let preview = link.text("/data/url").to_owned();
        let post = format!("/v1/posts/{id}");
        let places = [
            (post.as_str(), "/data/categories", vec!["en", "fr"]),
            (&post, "/data/tags", vec!["es"]),
            (&preview, "/data/categories", vec!["en", "fr"]),
            (&preview, "/data/tags", vec!["es"]),
            (
                "/v1/posts?fields=categories.lang",
                "/data/0/categories",
                vec!["en", "fr"],
            ),
            (
                "/v1/posts/facets?lang=en",
                "/data/categories",
                vec!["en", "fr"],
            ),
            ("/v1/posts/facets?lang=en", "/data/tags", vec!["es"]),
            (
                "/v1/categories/loyer?lang=en",
                "/data/ancestors",
                vec!["en"],
            ),
            (
                "/v1/categories/logement?lang=en",
                "/data/children",
                vec!["fr"],
            ),
            ("/v1/category-tree?lang=en", "/data", vec!["en"]),
            ("/v1/category-tree?lang=en", "/data/0/children", vec!["fr"]),
        ];
        for (address, place, langs) in places {
            let answer = anyone.get(address).await.expect(200);
            let mut found: Vec<&str> = answer
                .at(place)
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["lang"].as_str().unwrap())
                .collect();
            found.sort_unstable();
            assert_eq!(found, langs, "{address} {place}");
        }
        let child = anyone.get("/v1/categories/loyer?lang=en").await.expect(200);
        assert_eq!(child.text("/data/parent/lang"), "en");
        // A link built from the parts of the answer leads to the term without a redirect.
        let facets = anyone.get("/v1/posts/facets?lang=en").await.expect(200);
        for (kind, plural) in [("category", "categories"), ("tag", "tags")] {
            for term in facets.at(&format!("/data/{plural}")).as_array().unwrap() {
                let (lang, slug) = (&term["lang"], &term["slug"]);
                let path = format!("/{}/{kind}/{}", text(lang), text(slug));
                let found = anyone.get(&format!("/v1/resolve?path={path}")).await;
                assert_eq!(found.expect(200).id(), text(&term["id"]));
            }
        }
        let author = ada
            .makes("/v1/admin/authors", json!({ "name": "Lin" }))
            .await;
        let more = json!({ "authors": [{ "author": author }] });
        ada.issues_with("en", "B", more).await;
        let facets = anyone.get("/v1/posts/facets").await.expect(200);
        assert_eq!(facets.at("/data/authors/0/lang"), &Value::Null);
    }
);

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

on_both!(
    a_language_taken_down_is_gone_while_the_others_stay,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.translates(&id, "fr", "Le logement").await;
        ada.publishes(&id, "fr").await;
        ada.delete(&publication(&id, "fr")).await.expect(204);
        let answer = anyone.get(&format!("/v1/posts/{id}?lang=fr")).await;
        answer.expect_problem(410, "gone");
        let answer = anyone.get(&format!("/v1/posts/{id}?lang=es")).await;
        answer.expect_problem(404, "not_in_this_language");
        let gone = anyone.get("/v1/posts/le-logement").await;
        let gone = gone.expect_problem(410, "gone");
        assert_eq!(gone.text("/translations/0/slug"), "housing");
        let led = anyone
            .get("/v1/posts/le-logement?lang=en")
            .await
            .expect(308);
        assert_eq!(led.header("location"), "/v1/posts/housing?lang=en");
    }
);
