//! Site paths and their patterns.

use serde_json::{Value, json};

use super::{follow, renames};
use crate::support::content::{AUTHORS, TAGS, named};

on_both!(
    paths_follow_the_configured_patterns_of_the_site,
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
        // Kinds without a pattern have no path, but their slugs resolve.
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
