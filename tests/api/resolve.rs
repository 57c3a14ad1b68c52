//! Resolving: where slugs and paths of the site lead, for every kind, and what is told of what is gone, hidden or nothing.

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, publication, translation,
};

/// What the address leads to at last, after at most one redirect, which must be to another such address.
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

/// Publishes what a working copy is called now.
async fn renames(ada: &Client, post: &str, lang: &str, slug: &str) {
    ada.patch(&translation(post, lang), json!({ "slug": slug }))
        .await
        .expect(200);
    ada.publishes(post, lang).await;
}

fn pass_a_minute(app: &TestApp) {
    app.clock.set(app.clock.now().plus_seconds(60));
}

on_both!(
    a_slug_or_a_path_in_use_says_what_it_names_and_where_that_is,
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
                "/v1/authors/lin",
                "/fr/author/lin",
            ),
            (
                "organization",
                &organization,
                "lagos",
                "fr",
                "/v1/organizations/lagos",
                "/fr/organization/lagos",
            ),
        ] {
            let has_langs = !matches!(kind, "author" | "organization");
            let expected = json!({ "data": {
                "kind": kind, "id": id, "slug": slug, "lang": has_langs.then_some(lang), "url": url, "path": path
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
                // Nobody knows in which language the path is to be.
                expected["data"]["path"] = Value::Null;
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
    a_former_slug_leads_to_the_same_question_about_the_present_one,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("es", "Vieja").await;
        renames(&ada, &post, "es", "nueva").await;
        let mut ids = vec![("post", post, "/es/")];
        for (list, kind, path) in [
            (CATEGORIES, "category", "/es/category/"),
            (TAGS, "tag", "/es/tag/"),
        ] {
            let id = ada.makes(list, named("es", "Vieja")).await;
            let renamed = json!({ "translations": { "es": { "slug": "nueva" } } });
            ada.patch(&format!("{list}/{id}"), renamed)
                .await
                .expect(200);
            ids.push((kind, id, path));
        }
        for (list, kind, path) in [
            (AUTHORS, "author", "/es/author/"),
            (ORGANIZATIONS, "organization", "/es/organization/"),
        ] {
            let id = ada.makes(list, json!({ "name": "Vieja" })).await;
            let renamed = json!({ "slug": "nueva" });
            ada.patch(&format!("{list}/{id}"), renamed)
                .await
                .expect(200);
            ids.push((kind, id, path));
        }
        for (kind, id, path) in ids {
            let by_slug = |slug| format!("/v1/resolve?kind={kind}&slug={slug}&lang=es");
            let by_path = |slug| format!("/v1/resolve?path={path}{slug}");
            for (old, new) in [
                (by_slug("vieja"), by_slug("nueva")),
                (by_path("vieja"), by_path("nueva")),
            ] {
                let led = anyone.get(&old).await.expect(308);
                assert_eq!(led.header("location"), new, "{old}");
                let found = follow(&anyone, &old).await;
                assert_eq!(found.id(), id, "{old}");
                assert_eq!(found.text("/data/slug"), "nueva", "{old}");
                assert_eq!(found.text("/data/path"), format!("{path}nueva"), "{old}");
            }
            // Without a language the present slug is told with its own, where it has one.
            let led = anyone
                .get(&format!("/v1/resolve?kind={kind}&slug=vieja"))
                .await;
            let lang = if matches!(kind, "author" | "organization") {
                ""
            } else {
                "&lang=es"
            };
            let expected = format!("/v1/resolve?kind={kind}&slug=nueva{lang}");
            assert_eq!(led.expect(308).header("location"), expected);
        }
    }
);

on_both!(a_slug_that_was_taken_back_leads_nowhere_else, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let post = ada.issues("en", "Housing").await;
    renames(&ada, &post, "en", "homes").await;
    renames(&ada, &post, "en", "housing").await;
    anyone.get("/v1/resolve?path=/en/housing").await.expect(200);
    let led = anyone.get("/v1/resolve?path=/en/homes").await.expect(308);
    assert_eq!(led.header("location"), "/v1/resolve?path=/en/housing");
});

on_both!(
    all_slugs_of_a_merged_term_lead_to_the_survivor,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (list, kind) in [(CATEGORIES, "category"), (TAGS, "tag")] {
            let names = json!({ "translations": {
                "en": { "name": "Homes" }, "fr": { "name": "Foyers" }, "es": { "name": "Hogares" } } });
            let merged = ada.makes(list, names).await;
            let names = json!({ "translations": { "en": { "name": "Housing" }, "fr": { "name": "Logement" } } });
            let survivor = ada.makes(list, names).await;
            let merge = format!("{list}/{merged}/merge");
            ada.post(&merge, json!({ "into": survivor }))
                .await
                .expect(200);
            // The survivor has no Spanish name: its own is in English.
            for (slug, lang, to) in [
                ("homes", "en", "housing&lang=en"),
                ("foyers", "fr", "logement&lang=fr"),
                ("hogares", "es", "housing&lang=en"),
            ] {
                for lang in [String::new(), format!("&lang={lang}")] {
                    let address = format!("/v1/resolve?kind={kind}&slug={slug}{lang}");
                    let led = anyone.get(&address).await.expect(308);
                    let expected = format!("/v1/resolve?kind={kind}&slug={to}");
                    assert_eq!(led.header("location"), expected, "{address}");
                    assert_eq!(follow(&anyone, &address).await.id(), survivor);
                }
            }
            let by_path = format!("/v1/resolve?path=/es/{kind}/hogares");
            let led = anyone.get(&by_path).await.expect(308);
            let expected = format!("/v1/resolve?path=/en/{kind}/housing");
            assert_eq!(led.header("location"), expected);
        }
    }
);

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
        // The same word, in another language: not the same address.
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

on_both!(with_a_language_only_its_own_slugs_count, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let post = ada.issues("en", "Housing").await;
    ada.translates(&post, "fr", "Logement").await;
    ada.publishes(&post, "fr").await;
    let tag =
        json!({ "translations": { "en": { "name": "Housing" }, "fr": { "name": "Logement" } } });
    ada.makes(TAGS, tag).await;
    ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    for (question, status) in [
        ("kind=post&slug=housing&lang=EN", 200),
        ("kind=post&slug=logement&lang=fr", 200),
        ("kind=post&slug=housing&lang=fr", 404),
        ("kind=post&slug=logement&lang=en", 404),
        ("kind=post&slug=logement&lang=fr-CA", 404),
        ("kind=tag&slug=housing&lang=fr", 404),
        ("kind=tag&slug=logement&lang=fr", 200),
        ("path=/fr/housing", 404),
        ("path=/fr/tag/housing", 404),
        // Of another kind.
        ("kind=category&slug=housing&lang=en", 404),
        ("kind=organization&slug=lin", 404),
        // Whose slug is one for all languages.
        ("kind=author&slug=lin&lang=ja", 200),
    ] {
        let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
        assert_eq!(answer.status, status, "{answer}");
    }
});

on_both!(
    without_a_language_a_slug_is_taken_as_the_post_is_read,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let one = ada.issues("en", "Housing").await;
        pass_a_minute(&app);
        for (lang, title) in [("fr", "Logement"), ("es", "Vivienda")] {
            ada.translates(&one, lang, title).await;
            ada.publishes(&one, lang).await;
        }
        renames(&ada, &one, "fr", "habitat").await;
        ada.delete(&publication(&one, "es")).await.expect(204);
        // Two posts have the same slug, in different languages; of the first one, that language is gone.
        let two = ada.issues("es", "Radio").await;
        ada.translates(&two, "en", "Wireless").await;
        ada.publishes(&two, "en").await;
        ada.delete(&publication(&two, "es")).await.expect(204);
        let three = ada.issues("fr", "Radio").await;
        // The original is gone, the others stay.
        let four = ada.issues("en", "Trees").await;
        for (lang, title) in [("fr", "Arbres"), ("de", "Bäume")] {
            pass_a_minute(&app);
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
        let expected = [200, 308, 200, 308, 200, 200, 308, 200, 200, 410, 404, 404];
        assert_eq!(statuses, expected);
        let radio = anyone.get("/v1/resolve?kind=post&slug=radio").await;
        assert_eq!(radio.id(), three);
    }
);

on_both!(
    a_present_slug_goes_before_the_same_one_that_another_post_gave_up,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        // Crosswise, so that each former slug is the other's present one.
        let one = ada.issues("en", "Sun").await;
        let two = ada.issues("fr", "Moon").await;
        renames(&ada, &one, "en", "moon").await;
        renames(&ada, &two, "fr", "sun").await;
        let site = [("TRIBUNA_SITE_PATHS", "post=/{slug}")];
        let other = app.another(&site).await.anonymous();
        for (slug, id) in [("moon", &one), ("sun", &two)] {
            for address in [
                format!("/v1/resolve?kind=post&slug={slug}"),
                format!("/v1/resolve?path=/{slug}"),
            ] {
                let found = other.get(&address).await.expect(200);
                assert_eq!(found.id(), *id, "{address}");
            }
        }
        for (question, to) in [
            ("slug=sun&lang=en", "slug=moon&lang=en"),
            ("slug=moon&lang=fr", "slug=sun&lang=fr"),
        ] {
            let address = format!("/v1/resolve?kind=post&{question}");
            let led = anyone.get(&address).await.expect(308);
            assert_eq!(
                led.header("location"),
                format!("/v1/resolve?kind=post&{to}")
            );
        }
    }
);

on_both!(what_was_public_and_is_no_longer_is_gone, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let boss = app.admin("boss").await;
    let down = ada.issues("en", "Down").await;
    renames(&ada, &down, "en", "down-2").await;
    ada.delete(&publication(&down, "en")).await.expect(204);
    let trashed = ada.issues("en", "Trashed").await;
    ada.delete(&format!("{POSTS}/{trashed}")).await.expect(204);
    let purged = ada.issues("en", "Purged").await;
    ada.delete(&format!("{POSTS}/{purged}")).await.expect(204);
    let forever = format!("{POSTS}/{purged}?permanent=true");
    boss.delete(&forever).await.expect(204);
    let over = ada.writes("en", "Over").await;
    let times = json!({ "unpublish_at": "2026-05-01T09:00:00Z" });
    ada.schedules(&over, "en", times).await;
    // To come again, and gone until then.
    let again = ada.issues("en", "Again").await;
    ada.delete(&publication(&again, "en")).await.expect(204);
    let times = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&again, "en", times).await;
    let partly = ada.issues("en", "Partly").await;
    ada.translates(&partly, "fr", "En partie").await;
    ada.publishes(&partly, "fr").await;
    ada.delete(&publication(&partly, "fr")).await.expect(204);
    app.set_time("2026-05-01T09:00:00Z");
    for slug in ["down", "down-2", "trashed", "purged", "over", "again"] {
        for question in [
            format!("kind=post&slug={slug}"),
            format!("kind=post&slug={slug}&lang=en"),
            format!("path=/en/{slug}"),
        ] {
            let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
            answer.expect_problem(410, "gone");
        }
    }
    for question in ["kind=post&slug=en-partie&lang=fr", "path=/fr/en-partie"] {
        let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
        answer.expect_problem(410, "gone");
    }
    anyone.get("/v1/resolve?path=/en/partly").await.expect(200);
});

on_both!(
    what_is_not_public_yet_is_told_apart_from_nothing_by_nobody,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.writes("en", "Draft").await;
        let planned = ada.writes("en", "Planned").await;
        let times = json!({ "publish_at": "2026-06-01T08:00:00Z" });
        ada.schedules(&planned, "en", times.clone()).await;
        let live = ada.issues("en", "Live").await;
        ada.patch(&translation(&live, "en"), json!({ "slug": "live-2" }))
            .await
            .expect(200);
        ada.translates(&live, "fr", "En direct").await;
        ada.translates(&live, "es", "En vivo").await;
        ada.schedules(&live, "es", times).await;
        let tag = ada.makes(TAGS, named("en", "Deleted")).await;
        ada.delete(&format!("{TAGS}/{tag}")).await.expect(204);
        let told = async |question: &str| {
            let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
            let mut answer = answer.expect_problem(404, "not_found");
            answer.json["instance"] = Value::Null;
            assert_eq!(answer.header("cache-control"), "no-store");
            answer.json
        };
        let nothing = told("kind=post&slug=nothing").await;
        for (slug, lang) in [
            ("draft", "en"),
            ("planned", "en"),
            ("live-2", "en"),
            ("en-direct", "fr"),
            ("en-vivo", "es"),
        ] {
            assert_eq!(told(&format!("kind=post&slug={slug}")).await, nothing);
            let question = format!("kind=post&slug={slug}&lang={lang}");
            assert_eq!(told(&question).await, nothing);
            assert_eq!(told(&format!("path=/{lang}/{slug}")).await, nothing);
        }
        assert_eq!(told("kind=tag&slug=deleted").await, nothing);
        // What was never to be seen must not be gone afterwards, either.
        ada.delete(&publication(&planned, "en")).await.expect(204);
        app.set_time("2026-07-01T08:00:00Z");
        assert_eq!(told("path=/en/planned").await, nothing);
    }
);

on_both!(
    a_scheduled_post_resolves_from_its_beginning_to_its_end,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.writes("en", "Housing").await;
        let times =
            json!({ "publish_at": "2026-05-02T08:00:00Z", "unpublish_at": "2026-05-03T08:00:00Z" });
        ada.schedules(&id, "en", times).await;
        for (instant, status) in [
            ("2026-05-02T07:59:59.999Z", 404),
            ("2026-05-02T08:00:00Z", 200),
            ("2026-05-03T07:59:59.999Z", 200),
            ("2026-05-03T08:00:00Z", 410),
        ] {
            app.set_time(instant);
            for question in ["kind=post&slug=housing", "path=/en/housing"] {
                let answer = anyone.get(&format!("/v1/resolve?{question}")).await;
                assert_eq!(answer.status, status, "{instant}: {answer}");
            }
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
    what_can_be_no_slug_and_a_path_of_no_pattern_lead_nowhere,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let unknown = Id::new().to_string();
        for question in [
            "kind=post&slug=Housing",
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
            "path=/en/Housing",
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

on_both!(
    the_paths_are_those_the_site_has_by_its_setting,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("es", "Vieja").await;
        renames(&ada, &post, "es", "nueva").await;
        ada.makes(TAGS, named("es", "Barrio")).await;
        let lin = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        ada.patch(&format!("{AUTHORS}/{lin}"), json!({ "slug": "lin-2" }))
            .await
            .expect(200);
        let paths = "post=/{slug}/,tag=/{lang}/tema/{slug},author=/tag/año/{slug}";
        let site = app
            .another(&[("TRIBUNA_SITE_PATHS", paths)])
            .await
            .anonymous();
        for (question, path) in [
            ("kind=post&slug=nueva", json!("/nueva/")),
            ("kind=post&slug=nueva&lang=es", json!("/nueva/")),
            ("path=/nueva", json!("/nueva/")),
            ("path=/nueva/", json!("/nueva/")),
            ("kind=tag&slug=barrio", json!("/es/tema/barrio")),
            ("path=/es/tema/barrio", json!("/es/tema/barrio")),
            ("kind=author&slug=lin-2", json!("/tag/a%C3%B1o/lin-2")),
            ("path=/tag/a%C3%B1o/lin-2", json!("/tag/a%C3%B1o/lin-2")),
            ("path=/tag/a%25C3%25B1o/lin-2", json!("/tag/a%C3%B1o/lin-2")),
        ] {
            let answer = site.get(&format!("/v1/resolve?{question}")).await;
            assert_eq!(*answer.expect(200).at("/data/path"), path, "{question}");
        }
        for (path, to) in [
            ("/vieja", "/nueva/"),
            ("/vieja/", "/nueva/"),
            ("/tag/a%C3%B1o/lin", "/tag/a%25C3%25B1o/lin-2"),
        ] {
            let address = format!("/v1/resolve?path={path}");
            let led = site.get(&address).await.expect(308);
            assert_eq!(led.header("location"), format!("/v1/resolve?path={to}"));
            follow(&site, &address).await.expect(200);
        }
        for path in [
            "/es/nueva",
            "/es/tag/barrio",
            "/es/author/lin-2",
            "/tema/barrio",
        ] {
            let answer = site.get(&format!("/v1/resolve?path={path}")).await;
            answer.expect_problem(404, "not_found");
        }
        // Kinds without a pattern have no path, and are found by their slug all the same.
        let bare = app
            .another(&[("TRIBUNA_SITE_PATHS", "tag=/{lang}/{slug}")])
            .await;
        let bare = bare.anonymous();
        let answer = bare
            .get("/v1/resolve?kind=post&slug=nueva")
            .await
            .expect(200);
        assert_eq!(answer.at("/data/path"), &Value::Null);
        bare.get("/v1/resolve?path=/es/nueva")
            .await
            .expect_problem(404, "not_found");
        anyone.get("/v1/resolve?path=/es/nueva").await.expect(200);
    }
);

on_both!(
    literal_segments_of_a_path_win_over_variable_ones,
    async |app| {
        let ada = app.editor("ada").await;
        let post = ada.issues("tag", "Same").await;
        let tag = ada.makes(TAGS, named("en", "Same")).await;
        for (paths, found) in [
            ("post=/{lang}/{slug},tag=/tag/{slug}", &tag),
            ("tag=/tag/{slug},post=/{lang}/{slug}", &tag),
            ("post=/{lang}/{slug},tag=/t/{slug}", &post),
        ] {
            let site = app
                .another(&[("TRIBUNA_SITE_PATHS", paths)])
                .await
                .anonymous();
            let answer = site.get("/v1/resolve?path=/tag/same").await.expect(200);
            assert_eq!(answer.id(), *found, "{paths}");
        }
    }
);

on_both!(
    the_language_of_a_question_about_a_person_is_put_back_into_the_path,
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
    no_answer_is_kept_past_the_moment_at_which_it_would_be_another,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        renames(&ada, &id, "en", "homes").await;
        ada.makes(TAGS, named("en", "Rent")).await;
        // Somebody else's times are of no account.
        let other = ada.writes("en", "Other").await;
        ada.schedules(
            &other,
            "en",
            json!({ "publish_at": "2026-05-01T08:00:05Z" }),
        )
        .await;
        let expect = async |present: &str| {
            for address in ["kind=post&slug=homes", "path=/en/homes"] {
                let answer = anyone.get(&format!("/v1/resolve?{address}")).await;
                assert_eq!(answer.expect(200).header("cache-control"), present);
            }
            for address in ["kind=post&slug=housing", "path=/en/housing"] {
                let answer = anyone.get(&format!("/v1/resolve?{address}")).await;
                assert_eq!(
                    answer.expect(308).header("cache-control"),
                    "public, no-cache"
                );
            }
        };
        let longest = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
        expect(longest).await;
        let times = json!({ "unpublish_at": "2026-05-01T08:05:00Z" });
        ada.schedules(&id, "en", times).await;
        let middle = "public, max-age=60, stale-while-revalidate=240, stale-if-error=240";
        expect(middle).await;
        app.set_time("2026-05-01T08:04:30.500Z");
        expect("public, max-age=29").await;
        let tag = anyone
            .get("/v1/resolve?kind=tag&slug=rent")
            .await
            .expect(200);
        assert_eq!(tag.header("cache-control"), longest);
    }
);

on_both!(
    a_slug_that_another_post_will_have_is_kept_only_until_then,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let one = ada.issues("en", "Radio").await;
        renames(&ada, &one, "en", "wireless").await;
        let two = ada.writes("fr", "Radio").await;
        ada.schedules(&two, "fr", json!({ "publish_at": "2026-05-01T08:00:30Z" }))
            .await;
        let led = anyone
            .get("/v1/resolve?kind=post&slug=radio")
            .await
            .expect(308);
        assert_eq!(led.header("cache-control"), "public, no-cache");
        app.set_time("2026-05-01T08:00:30Z");
        let found = anyone
            .get("/v1/resolve?kind=post&slug=radio")
            .await
            .expect(200);
        assert_eq!(found.id(), two);
    }
);

on_both!(a_reader_who_has_the_answer_is_told_so, async |app| {
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
