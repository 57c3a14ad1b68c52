//! The language of a slug.

use serde_json::{Value, json};

use super::renames;
use crate::support::content::{AUTHORS, CATEGORIES, POSTS, TAGS, post_with, publication};

on_both!(
    a_term_whose_name_was_removed_in_a_language_is_found_under_its_own,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let names =
            json!({ "translations": { "en": { "name": "Radio" }, "fr": { "name": "Radio" } } });
        let tag = ada.makes(TAGS, names).await;
        let removed = json!({ "translations": { "fr": null } });
        ada.patch(&format!("{TAGS}/{tag}"), removed)
            .await
            .expect(200);
        // The slug is the same in the other language, but the address differs.
        let led = anyone.get("/v1/resolve?kind=tag&slug=radio&lang=fr").await;
        let expected = "/v1/resolve?kind=tag&slug=radio&lang=en";
        assert_eq!(led.expect(308).header("location"), expected);
        anyone.get(expected).await.expect(200);
        anyone
            .get("/v1/resolve?kind=tag&slug=radio")
            .await
            .expect(200);
    }
);

on_both!(
    with_a_language_the_slugs_of_other_languages_redirect,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("en", "Housing").await;
        ada.translates(&post, "fr", "Logement").await;
        ada.publishes(&post, "fr").await;
        let tag = json!({ "translations": { "en": { "name": "Housing" }, "fr": { "name": "Logement" } } });
        ada.makes(TAGS, tag).await;
        ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        for (question, status) in [
            ("kind=post&slug=housing&lang=EN", 200),
            ("kind=post&slug=logement&lang=fr", 200),
            ("kind=post&slug=housing&lang=fr", 308),
            ("kind=post&slug=logement&lang=en", 308),
            ("kind=post&slug=logement&lang=fr-CA", 404),
            ("kind=tag&slug=housing&lang=fr", 308),
            ("kind=tag&slug=logement&lang=fr", 200),
            ("path=/fr/housing", 308),
            ("path=/fr/tag/housing", 308),
            // The slug belongs to another kind.
            ("kind=category&slug=housing&lang=en", 404),
            ("kind=organization&slug=lin", 404),
            // The slug is the same in all languages.
            ("kind=author&slug=lin&lang=ja", 200),
        ] {
            let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
            assert_eq!(answer.status, status, "{answer}");
        }
        // What the path leads to is shown in the language of the path.
        let author = anyone.get("/v1/resolve?path=/fr/author/lin").await;
        let author = author.expect(200);
        assert_eq!(author.text("/data/url"), "/v1/authors/lin?lang=fr");
        assert_eq!(author.at("/data/lang"), &Value::Null);
    }
);

on_both!(
    without_a_language_a_slug_resolves_as_the_post_is_read,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let one = ada.issues("en", "Housing").await;
        app.pass(60);
        for (lang, title) in [("fr", "Logement"), ("es", "Vivienda")] {
            ada.translates(&one, lang, title).await;
            ada.publishes(&one, lang).await;
        }
        renames(&ada, &one, "fr", "habitat").await;
        ada.delete(&publication(&one, "es")).await.expect(204);
        // Two posts have the same slug in different languages. The first is no longer public in that language.
        let two = ada.issues("es", "Radio").await;
        ada.translates(&two, "en", "Wireless").await;
        ada.publishes(&two, "en").await;
        ada.delete(&publication(&two, "es")).await.expect(204);
        let three = ada.issues("fr", "Radio").await;
        // The original is no longer public; the translations are.
        let four = ada.issues("en", "Trees").await;
        for (lang, title) in [("fr", "Arbres"), ("de", "Bäume")] {
            app.pass(60);
            ada.translates(&four, lang, title).await;
            ada.publishes(&four, lang).await;
        }
        ada.delete(&publication(&four, "en")).await.expect(204);
        let gone = ada.issues("en", "Gone").await;
        ada.delete(&publication(&gone, "en")).await.expect(204);
        ada.writes("en", "Draft").await;
        let mut statuses = Vec::new();
        for slug in [
            "housing", "logement", "habitat", "vivienda", "radio", "wireless", "trees", "arbres",
            "baume", "gone", "draft", "nothing",
        ] {
            let read = anyone.get(&format!("/v1/posts/{slug}")).await;
            let resolved = anyone
                .get(&format!("/v1/resolve?kind=post&slug={slug}"))
                .await;
            assert_eq!(resolved.status, read.status, "{slug}: {resolved}");
            match read.status {
                200 => {
                    for member in ["id", "slug", "lang", "url"] {
                        let at = format!("/data/{member}");
                        assert_eq!(resolved.at(&at), read.at(&at), "{slug}");
                    }
                }
                308 => {
                    let to = read.header("location").strip_prefix("/v1/posts/").unwrap();
                    let to = to.replace("?lang=", "&lang=");
                    let expected = format!("/v1/resolve?kind=post&slug={to}");
                    assert_eq!(resolved.header("location"), expected, "{slug}");
                }
                _ => assert_eq!(resolved.text("/code"), read.text("/code"), "{slug}"),
            }
            statuses.push(read.status);
        }
        let expected = [200, 308, 200, 410, 200, 200, 410, 200, 200, 410, 404, 404];
        assert_eq!(statuses, expected);
        let radio = anyone.get("/v1/resolve?kind=post&slug=radio").await;
        assert_eq!(radio.id(), three);
    }
);

on_both!(
    the_requested_language_is_part_of_the_path_of_a_person,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let lin = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        ada.patch(&format!("{AUTHORS}/{lin}"), json!({ "slug": "lin-2" }))
            .await
            .expect(200);
        for question in [
            "kind=author&slug=lin-2&lang=pt-br",
            "path=/pt-br/author/lin-2/",
        ] {
            let answer = anyone
                .get(&format!("/v1/resolve?{question}"))
                .await
                .expect(200);
            assert_eq!(answer.text("/data/path"), "/pt-BR/author/lin-2");
            assert_eq!(answer.at("/data/lang"), &Value::Null);
        }
        for (question, to) in [
            (
                "kind=author&slug=lin&lang=pt-br",
                "kind=author&slug=lin-2&lang=pt-BR",
            ),
            ("path=/pt-br/author/lin", "path=/pt-BR/author/lin-2"),
        ] {
            let led = anyone
                .get(&format!("/v1/resolve?{question}"))
                .await
                .expect(308);
            assert_eq!(led.header("location"), format!("/v1/resolve?{to}"));
        }
    }
);

on_both!(
    a_term_is_looked_up_by_the_parts_of_the_language,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let names = json!({ "translations": { "en": { "name": "Housing" }, "pt": { "name": "Habitação" } } });
        let category = ada.makes(CATEGORIES, names).await;
        let led = anyone
            .get("/v1/resolve?path=/pt-BR/category/habitacao")
            .await;
        assert_eq!(
            led.expect(308).header("location"),
            "/v1/resolve?path=/pt/category/habitacao"
        );
        for address in [
            "/v1/categories/habitacao?lang=pt-BR".to_owned(),
            format!("/v1/categories/{category}?lang=pt-BR"),
            format!("/v1/categories/{category}?lang=pt-BR&fallback=en"),
        ] {
            let shown = anyone.get(&address).await.expect(200);
            assert_eq!(shown.text("/data/name"), "Habitação", "{address}");
            assert_eq!(shown.at("/data/is_fallback"), true);
        }
        // Beside a post, the language of the post is looked up, too.
        let more = json!({ "categories": [category] });
        let post = post_with("pt-BR", "Moradia", more);
        let post = ada.makes(POSTS, post).await;
        ada.publishes(&post, "pt-BR").await;
        for query in ["", "?lang=pt-BR"] {
            let shown = anyone.get(&format!("/v1/posts/{post}{query}")).await;
            let shown = shown.expect(200);
            assert_eq!(shown.text("/data/categories/0/name"), "Habitação");
        }
    }
);
