//! Former slugs, and resources that are no longer public.

use serde_json::json;

use super::{follow, renames};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, publication,
};

on_both!(
    a_former_slug_redirects_to_the_same_query_with_the_present_one,
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
            // Without a requested language, the redirect names the language of the present slug, if the kind has
            // languages.
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

on_both!(a_slug_that_was_taken_back_redirects_no_more, async |app| {
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
            // The survivor has no Spanish name and is shown in English, its original language.
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
    a_present_slug_takes_precedence_over_a_former_slug_of_another,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        // The posts swap their slugs, so that each former slug is the present one of the other.
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

on_both!(what_is_no_longer_public_is_gone, async |app| {
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
    // Scheduled again, and gone until then.
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
