//! A slug leads to the same thing wherever it is asked for: at the thing itself and at `/v1/resolve`.

use serde_json::json;

use super::renames;
use crate::support::client::Client;
use crate::support::content::{TAGS, publication};

/// Follows redirects. Returns the last status, and the id of what was found.
async fn led_to(anyone: &Client, address: String) -> (u16, Option<String>) {
    let mut address = address;
    for _ in 0..4 {
        let answer = anyone.get(&address).await;
        if answer.status != 308 {
            let id = answer.json.pointer("/data/id");
            return (answer.status, id.map(|id| id.as_str().unwrap().to_owned()));
        }
        address = answer.header("location").to_owned();
    }
    panic!("{address} redirects for ever");
}

on_both!(
    a_slug_leads_to_the_same_post_or_term_at_both_addresses,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let post = ada.issues("en", "Housing").await;
        for (lang, title) in [("fr", "Logement"), ("es", "Vivienda")] {
            ada.translates(&post, lang, title).await;
            ada.publishes(&post, lang).await;
        }
        app.pass(60);
        renames(&ada, &post, "en", "homes").await;
        ada.delete(&publication(&post, "es")).await.expect(204);
        let names = json!({ "translations": {
            "en": { "name": "Housing" }, "fr": { "name": "Logement" }, "es": { "name": "Vivienda" } } });
        let tag = ada.makes(TAGS, names).await;
        let changes =
            json!({ "translations": { "en": { "name": "Housing", "slug": "homes" }, "es": null } });
        ada.patch(&format!("{TAGS}/{tag}"), changes)
            .await
            .expect(200);

        let mut statuses = Vec::new();
        for slug in ["housing", "homes", "logement", "vivienda", "nothing"] {
            for lang in ["", "lang=en", "lang=fr", "lang=es", "lang=de"] {
                for (kind, plural, id) in [("post", "posts", &post), ("tag", "tags", &tag)] {
                    let itself = format!("/v1/{plural}/{slug}?{lang}");
                    let resolved = format!("/v1/resolve?kind={kind}&slug={slug}&{lang}");
                    let (itself, resolved) = (
                        led_to(&anyone, itself).await,
                        led_to(&anyone, resolved).await,
                    );
                    assert_eq!(itself, resolved, "{kind} {slug} {lang}");
                    if itself.0 == 200 {
                        assert_eq!(itself.1.as_ref(), Some(id), "{kind} {slug} {lang}");
                    }
                    statuses.push(itself.0);
                }
            }
        }
        for status in [200, 404, 410] {
            assert!(statuses.contains(&status), "no {status}");
        }
    }
);
