//! Copies of posts, translations started from another language, and slugs that one post takes over from another.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::content::{
    AUTHORS, CATEGORIES, POSTS, named, post, post_with, text, translation,
};

on_both!(a_copy_is_independent_of_its_source, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let category = ada.makes(CATEGORIES, named("en", "Homes")).await;
    let more = json!({ "authors": [{ "author": author, "role": "Mayor" }], "categories": [category],
        "featured": true, "licence": "CC-BY-4.0", "canonical_url": "https://example.org/a" });
    let id = ada.makes(POSTS, post_with("en", "Housing", more)).await;
    ada.translates(&id, "de", "Wohnen").await;
    ada.publishes(&id, "en").await;
    let copies = format!("{POSTS}/{id}/copies");
    let bob = app.editor("bob").await;
    let made = bob.post(&copies, json!({})).await.expect(201);
    let copy = made.id();
    assert_eq!(made.header("location"), format!("{POSTS}/{copy}"));
    assert_ne!(copy, id);
    assert_eq!(made.text("/data/original_lang"), "en");
    assert_eq!(made.text("/data/translation/slug"), "housing-2");
    assert_eq!(made.text("/data/translation/title"), "Housing");
    assert_eq!(made.text("/data/translation/status"), "draft");
    assert_eq!(made.at("/data/authors/0/role"), "Mayor");
    assert_eq!(made.at("/data/categories"), &json!([category]));
    assert_eq!(made.at("/data/featured"), false);
    assert_eq!(made.text("/data/canonical_url"), "https://example.org/a");
    assert_eq!(
        made.text("/data/created_by/id"),
        bob.user.unwrap().to_string()
    );
    assert_eq!(made.at("/data/translations").as_array().unwrap().len(), 2);
    let read = anyone.get(&format!("/v1/posts/{copy}")).await;
    read.expect_problem(404, "not_found");
    // The copy is independent of its source.
    bob.patch(&translation(&copy, "en"), json!({ "title": "Homes" }))
        .await
        .expect(200);
    let source = ada.get(&translation(&id, "en")).await.expect(200);
    assert_eq!(source.text("/data/title"), "Housing");
    let german = ada.post(&copies, json!({ "langs": ["de"] })).await;
    let german = german.expect(201);
    assert_eq!(german.text("/data/original_lang"), "de");
    assert_eq!(german.at("/data/translations").as_array().unwrap().len(), 1);
    let both = ada.post(&copies, json!({ "langs": ["de", "en"] })).await;
    assert_eq!(both.expect(201).text("/data/original_lang"), "en");
    let refused = ada.post(&copies, json!({ "langs": ["en", "fr"] })).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/langs/1", "unknown_reference")]);
    let none = ada.post(&copies, json!({ "langs": [] })).await;
    none.expect_problem(422, "invalid_body");
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    let trashed = ada.post(&copies, json!({})).await;
    trashed.expect_problem(409, "post_in_trash");
});

on_both!(a_translation_starts_with_another_text, async |app| {
    let ada = app.editor("ada").await;
    let mut body = post("fr", "Le logement");
    body["translation"]["subtitle"] = "Pour tous".into();
    let id = ada.makes(POSTS, body).await;
    let address = translation(&id, "es");
    let begun = ada.post(&format!("{address}?from=fr"), Value::Null).await;
    let begun = begun.expect(201);
    assert_eq!(begun.header("location"), address);
    assert_eq!(begun.text("/data/lang"), "es");
    assert_eq!(begun.text("/data/title"), "Le logement");
    assert_eq!(begun.text("/data/subtitle"), "Pour tous");
    assert_eq!(begun.at("/data/revision"), 1);
    let again = ada.post(&format!("{address}?from=fr"), Value::Null).await;
    again.expect_problem(409, "conflict");
    let missing = translation(&id, "de");
    let missing = ada.post(&format!("{missing}?from=it"), Value::Null).await;
    missing.expect_problem(404, "not_found");
    let without = ada.post(&translation(&id, "de"), Value::Null).await;
    without.expect_problem(400, "invalid_parameter");
});

on_both!(
    a_slug_that_only_redirects_is_taken_over_on_request,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
            .await
            .expect(200);
        let other = ada.writes("en", "Other").await;
        let address = translation(&other, "en");
        let want = json!({ "slug": "housing", "take_over": true });
        // The publication still uses the slug.
        let used = ada.patch(&address, want.clone()).await;
        used.expect_problem(409, "slug_taken");
        ada.publishes(&id, "en").await;
        anyone.get("/v1/posts/housing?lang=en").await.expect(308);
        let plain = ada.patch(&address, json!({ "slug": "housing" })).await;
        let plain = plain.expect_problem(409, "slug_taken");
        assert!(plain.text("/detail").contains("take_over"), "{plain}");
        let taken = ada.patch(&address, want.clone()).await.expect(200);
        assert_eq!(taken.text("/data/slug"), "housing");
        // Until the new owner is published, the slug leads to its former post.
        let read = anyone.get("/v1/posts/housing?lang=en").await;
        assert_eq!(
            read.expect(308).header("location"),
            "/v1/posts/homes?lang=en"
        );
        let resolve = "/v1/resolve?kind=post&slug=housing&lang=en";
        anyone.get(resolve).await.expect(308);
        // Nobody else gets the slug, not even its former owner.
        for post in [&ada.writes("en", "Fourth").await, &id] {
            let refused = ada.patch(&translation(post, "en"), want.clone()).await;
            refused.expect_problem(409, "slug_taken");
        }
        ada.publishes(&other, "en").await;
        anyone.get(resolve).await.expect(200);
        let read = anyone.get("/v1/posts/housing?lang=en").await.expect(200);
        assert_eq!(read.id(), other);
        anyone.get("/v1/posts/homes?lang=en").await.expect(200);
        // A slug that another working copy uses is not taken over.
        let third = ada.writes("en", "Third").await;
        let third = translation(&third, "en");
        ada.patch(&third, want)
            .await
            .expect_problem(409, "slug_taken");
        let bare = ada.patch(&third, json!({ "take_over": true })).await;
        let bare = bare.expect_problem(422, "invalid_body");
        assert_eq!(bare.faults(), [("/take_over", "needs_slug")]);
    }
);

on_both!(
    a_slug_changes_its_owner_when_the_scheduled_text_begins,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let seen = async |status: u16| {
            for path in [
                "/v1/posts/housing?lang=en",
                "/v1/posts/housing",
                "/v1/resolve?kind=post&slug=housing",
            ] {
                anyone.get(path).await.expect(status);
            }
        };
        // A replacement takes the slug over. After it is cancelled and its slug is changed, the slug returns.
        let other = ada.issues("en", "Other").await;
        let address = translation(&other, "en");
        let want = json!({ "slug": "housing", "take_over": true });
        ada.patch(&address, want.clone()).await.expect(200);
        let at_noon = json!({ "publish_at": "2026-05-02T12:00:00Z" });
        ada.schedules(&other, "en", at_noon.clone()).await;
        ada.patch(&address, json!({ "slug": "other" }))
            .await
            .expect(200);
        seen(308).await;
        let third = translation(&ada.writes("en", "Third").await, "en");
        let refused = ada.patch(&third, want.clone()).await;
        refused.expect_problem(409, "slug_taken");
        let replacement = format!("{}/publication/replacement", address);
        ada.delete(&replacement).await.expect(204);
        seen(308).await;
        ada.patch(&third, want.clone()).await.expect(200);
        ada.patch(&third, json!({ "slug": "third" }))
            .await
            .expect(200);
        // The replacement becomes live.
        ada.patch(&address, want).await.expect(200);
        ada.schedules(&other, "en", at_noon).await;
        app.set_time("2026-05-02T11:59:59.999Z");
        seen(308).await;
        app.set_time("2026-05-02T12:00:00Z");
        seen(200).await;
        let read = anyone.get("/v1/posts/housing?lang=en").await.expect(200);
        assert_eq!(read.id(), other);
        // The log has one entry about the post that lost the slug, appended when the transition is logged.
        let lost = async || {
            let root = app.admin("root").await;
            let path = format!("/v1/admin/audit?kind=post&entity={id}&operation=update");
            let list = root.get(&path).await.expect(200);
            let items = list.items().iter();
            let lost = items.filter(|item| item["after"]["lost_slug"] == "housing");
            lost.map(|item| item["actor"]["kind"].clone())
                .collect::<Vec<_>>()
        };
        assert!(lost().await.is_empty());
        ada.publishes(&other, "en").await;
        assert_eq!(lost().await, ["clock"]);
        // From here on, the slug belongs to the new post, because it was public there.
        ada.delete(&format!("{POSTS}/{other}")).await.expect(204);
        seen(410).await;
    }
);

on_both!(
    a_slug_that_was_never_public_at_its_new_post_returns,
    async |app| {
        let (ada, root) = (app.editor("ada").await, app.admin("root").await);
        let anyone = app.anonymous();
        let id = ada.issues("en", "Housing").await;
        ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let mut new = text("Other");
        new["lang"] = "en".into();
        new["slug"] = "housing".into();
        new["take_over"] = true.into();
        let new = json!({ "translation": new });
        let first = ada.post(POSTS, new.clone()).await.expect(201).id();
        // If the former post is deleted meanwhile, the address answers `410`.
        ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
        let gone = anyone.get("/v1/posts/housing?lang=en").await;
        gone.expect_problem(410, "gone");
        ada.post(&format!("{POSTS}/{id}/restoration"), Value::Null)
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let address = format!("{POSTS}/{first}?permanent=true");
        root.delete(&address).await.expect(204);
        let back = anyone.get("/v1/posts/housing?lang=en").await.expect(308);
        assert_eq!(back.header("location"), "/v1/posts/homes?lang=en");
        let own = json!({ "slug": "housing" });
        ada.patch(&translation(&id, "en"), own).await.expect(200);
    }
);

on_both!(no_slug_of_a_trashed_post_is_taken_over, async |app| {
    let (ada, boss) = (app.editor("ada").await, app.admin("boss").await);
    let id = ada.issues("en", "Housing").await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "homes" }))
        .await
        .expect(200);
    ada.publishes(&id, "en").await;
    let whole = format!("{POSTS}/{id}");
    ada.delete(&whole).await.expect(204);
    let mut new = text("Other");
    new["lang"] = "en".into();
    new["take_over"] = true.into();
    let make = async |slug: &str| {
        let mut new = new.clone();
        new["slug"] = slug.into();
        ada.post(POSTS, json!({ "translation": new })).await
    };
    for slug in ["housing", "homes"] {
        make(slug).await.expect_problem(409, "slug_taken");
    }
    boss.delete(&format!("{whole}?permanent=true"))
        .await
        .expect(204);
    let anyone = app.anonymous();
    anyone
        .get("/v1/posts/homes?lang=en")
        .await
        .expect_problem(410, "gone");
    for slug in ["housing", "homes"] {
        make(slug).await.expect(201);
    }
    // The post is known to have existed.
    let gone = anyone.get(&format!("/v1/posts/{id}")).await;
    gone.expect_problem(410, "gone");
});

on_both!(a_body_beside_from_is_validated, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = format!("{}?from=en", translation(&id, "fr"));
    let body = json!({ "title": "Logement" });
    let refused = ada.post(&address, body).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("", "unexpected_body")]);
    let spelled = ada.request(Method::POST, &address).set_payload("title=x");
    let refused = ada.send(spelled).await;
    refused.expect_problem(422, "invalid_body");
    let missing = ada.get(&translation(&id, "fr")).await;
    missing.expect_problem(404, "not_found");
    // An empty object means the same as no body.
    let empty = ada.post(&address, json!({})).await.expect(201);
    assert_eq!(empty.text("/data/title"), "Housing");
    let bare = address.replace("/fr?", "/es?");
    let bare = ada.send(ada.request(Method::POST, &bare)).await;
    bare.expect(201);
});
