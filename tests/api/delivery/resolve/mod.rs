//! Resolving slugs and site paths of every kind, and the queries that are refused.

mod agreement;
mod former;
mod languages;
mod paths;
mod times;

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, TAGS, named, translation};

/// Returns the answer after at most one redirect, which must lead to the same operation.
async fn follow(anyone: &Client, address: &str) -> Answer {
    let answer = anyone.get(address).await;
    if answer.status != 308 {
        return answer;
    }
    assert!(answer.body.is_empty(), "{answer}");
    let to = answer.header("location");
    assert!(to.starts_with("/v1/resolve?"), "{answer}");
    anyone.get(to).await.expect(200)
}

/// Renames a post and publishes the new slug.
async fn renames(ada: &Client, post: &str, lang: &str, slug: &str) {
    ada.patch(&translation(post, lang), json!({ "slug": slug }))
        .await
        .expect(200);
    ada.publishes(post, lang).await;
}

on_both!(
    a_slug_or_a_path_resolves_to_its_resource_and_its_address,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("en", "Housing").await;
        ada.translates(&post, "pt-BR", "Moradia").await;
        ada.publishes(&post, "pt-BR").await;
        let category = ada.makes(CATEGORIES, named("fr", "Logement")).await;
        let tag = ada.makes(TAGS, named("fr", "Loyer")).await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
        for (kind, id, slug, lang, url, path) in [
            (
                "post",
                &post,
                "housing",
                "en",
                "/v1/posts/housing?lang=en",
                "/en/housing",
            ),
            (
                "post",
                &post,
                "moradia",
                "pt-BR",
                "/v1/posts/moradia?lang=pt-BR",
                "/pt-BR/moradia",
            ),
            (
                "category",
                &category,
                "logement",
                "fr",
                "/v1/categories/logement?lang=fr",
                "/fr/category/logement",
            ),
            (
                "tag",
                &tag,
                "loyer",
                "fr",
                "/v1/tags/loyer?lang=fr",
                "/fr/tag/loyer",
            ),
            (
                "author",
                &author,
                "lin",
                "fr",
                "/v1/authors/lin?lang=fr",
                "/fr/author/lin",
            ),
            (
                "organization",
                &organization,
                "lagos",
                "fr",
                "/v1/organizations/lagos?lang=fr",
                "/fr/organization/lagos",
            ),
        ] {
            let has_langs = !matches!(kind, "author" | "organization");
            let expected = json!({ "data": {
                "kind": kind, "id": id, "slug": slug, "lang": has_langs.then_some(lang), "url": url, "path": path,
                "type": (kind == "post").then_some("post")
            } });
            let by_slug = format!("/v1/resolve?kind={kind}&slug={slug}&lang={lang}");
            let by_path = format!("/v1/resolve?path={path}");
            for address in [&by_slug, &by_path] {
                let answer = anyone.get(address).await.expect(200);
                assert_eq!(answer.json, expected, "{address}");
            }
            let read = anyone.get(url).await.expect(200);
            assert_eq!(read.id(), *id, "{url}");
            let without = anyone
                .get(&format!("/v1/resolve?kind={kind}&slug={slug}"))
                .await;
            let mut expected = expected;
            if !has_langs {
                // The language of the path is unknown.
                expected["data"]["path"] = Value::Null;
                expected["data"]["url"] = json!(url.split('?').next());
            }
            assert_eq!(without.expect(200).json, expected, "{kind} {slug}");
        }
    }
);

on_both!(
    a_slash_at_the_end_percent_encoding_and_the_case_of_the_language_make_no_difference,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.issues("pt-BR", "Moradia").await;
        ada.makes(TAGS, named("pt-BR", "Aluguel")).await;
        for (path, found) in [
            ("/pt-BR/moradia", "/pt-BR/moradia"),
            ("/pt-br/moradia/", "/pt-BR/moradia"),
            ("/PT-BR/mor%2561dia", "/pt-BR/moradia"),
            ("%2Fpt-br%2Fmoradia%2F", "/pt-BR/moradia"),
            ("/%2570t-br/t%2561g/aluguel/", "/pt-BR/tag/aluguel"),
        ] {
            let answer = anyone.get(&format!("/v1/resolve?path={path}")).await;
            assert_eq!(answer.expect(200).text("/data/path"), found, "{path}");
        }
    }
);

on_both!(
    parameters_that_are_missing_or_do_not_go_together_are_named,
    async |app| {
        let anyone = app.anonymous();
        let missing = "required";
        let excluded = "not_together";
        for (query, faults) in [
            (
                "",
                vec![("kind", missing), ("path", missing), ("slug", missing)],
            ),
            (
                "lang=en",
                vec![("kind", missing), ("path", missing), ("slug", missing)],
            ),
            ("kind=post", vec![("slug", missing)]),
            ("slug=x&lang=en", vec![("kind", missing)]),
            (
                "path=/en/x&kind=post",
                vec![("kind", excluded), ("path", excluded)],
            ),
            (
                "path=/en/x&lang=en",
                vec![("lang", excluded), ("path", excluded)],
            ),
            (
                "path=/en/x&kind=post&slug=x&lang=en",
                vec![
                    ("kind", excluded),
                    ("lang", excluded),
                    ("path", excluded),
                    ("slug", excluded),
                ],
            ),
            ("kind=posts&slug=x", vec![("kind", "not_allowed")]),
            ("kind=&slug=x", vec![("kind", "not_allowed")]),
            ("kind=post&slug=", vec![("slug", "too_short")]),
            ("kind=post&slug=a%00b", vec![("slug", "control_character")]),
            ("kind=post&slug=x&lang=e_n", vec![("lang", "wrong_format")]),
            ("kind=post&slug=x&lang=", vec![("lang", "wrong_format")]),
            (
                "kind=post&slug=x&slug=y",
                vec![("slug", "duplicate_parameter")],
            ),
            (
                "kind=post&slug=x&fallback=en",
                vec![("fallback", "unknown_parameter")],
            ),
            ("path=", vec![("path", "wrong_format")]),
            ("path=en/x", vec![("path", "wrong_format")]),
            (
                "path=https://example.org/en/x",
                vec![("path", "wrong_format")],
            ),
            ("path=/en/x%3Fpage=2", vec![("path", "wrong_format")]),
            ("path=/en/x?page=2", vec![("path", "wrong_format")]),
            ("path=/en/x%23top", vec![("path", "wrong_format")]),
            ("path=/en/x%00", vec![("path", "control_character")]),
        ] {
            let refused = anyone.get(&format!("/v1/resolve?{query}")).await;
            let refused = refused.expect_problem(400, "invalid_parameter");
            assert_eq!(refused.faults(), faults, "{query}");
        }
        for (name, most) in [("kind=post&slug", 200), ("path", 2000)] {
            let long = "/".repeat(most + 1);
            let refused = anyone.get(&format!("/v1/resolve?{name}={long}")).await;
            let refused = refused.expect_problem(400, "invalid_parameter");
            assert_eq!(refused.faults()[0].1, "too_long");
        }
    }
);

on_both!(
    invalid_slugs_and_paths_without_a_pattern_are_not_found,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let unknown = Id::new().to_string();
        for question in [
            "kind=post&slug=housing%20",
            "kind=post&slug=..%2F",
            "kind=post&slug=%F0%9F%8F%A0",
            &format!("kind=post&slug={id}"),
            &format!("kind=tag&slug={unknown}"),
            "path=/",
            "path=//",
            "path=/en",
            "path=/en/",
            "path=/en/housing//",
            "path=//en/housing",
            "path=/en/post/housing",
            "path=/en/housing/2",
            "path=/english-language/housing",
            "path=/en/housing%252Fx",
            "path=/en/%25ff",
            "path=/en/%2500",
            "path=/en/%25",
            &format!("path=/en/{id}"),
        ] {
            let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
            answer.expect_problem(404, "not_found");
        }
    }
);

on_both!(a_matching_etag_gets_a_304, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    ada.issues("en", "Housing").await;
    let address = "/v1/resolve?path=/en/housing";
    let first = anyone.get(address).await.expect(200);
    let seen = first.header("etag").to_owned();
    let again = anyone.request(Method::GET, address);
    let again = again.insert_header((IF_NONE_MATCH, &*seen));
    let same = anyone.send(again).await.expect(304);
    assert_eq!(same.header("etag"), seen);
    let head = anyone.request(Method::HEAD, address);
    let head = anyone.send(head).await.expect(200);
    assert_eq!(head.header("etag"), seen);
});

on_both!(every_answer_costs_two_statements_at_most, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    for lang in ["en", "fr", "es", "de"] {
        let post = ada.issues(lang, "Radio").await;
        renames(&ada, &post, lang, &format!("radio-{lang}")).await;
        ada.makes(TAGS, named(lang, "Radio")).await;
    }
    ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    ada.makes(ORGANIZATIONS, json!({ "name": "Lin" })).await;
    for question in [
        "kind=post&slug=radio",
        "kind=post&slug=radio-fr",
        "kind=tag&slug=radio",
        "kind=author&slug=lin",
        "kind=organization&slug=lin",
        "path=/fr/radio",
        "path=/fr/tag/radio",
        "path=/fr/nothing",
    ] {
        let address = format!("/v1/resolve?{question}");
        let (answer, statements) = app.watched(anyone.get(&address)).await;
        assert!(matches!(answer.status, 200 | 308 | 404), "{answer}");
        assert!(
            (1..=2).contains(&statements.len()),
            "{question}: {statements:#?}"
        );
    }
});
