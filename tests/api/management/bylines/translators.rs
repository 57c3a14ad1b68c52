//! Translators: credited for their language, refused, recorded, and protected from deletion.

use serde_json::{Value, json};

use super::{authors, column, council};
use crate::support::TestApp;
use crate::support::client::Answer;
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, post, post_with, text, translation,
};

on_both!(translators_are_credited_for_their_language, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let [lin, mo, zoe] = authors(&ada, ["Lin", "Mo", "Zoe"]).await;
    let id = ada
        .issues_with("en", "Housing", json!({ "authors": [{ "author": lin }] }))
        .await;
    let mut fr = text("Logement");
    fr["translators"] = json!(["zoe", mo]);
    let made = ada
        .put(&translation(&id, "fr"), fr.clone())
        .await
        .expect(201);
    assert_eq!(made.at("/data/translators"), &json!([zoe, mo]));
    ada.publishes(&id, "fr").await;
    let read = anyone
        .get(&format!("/v1/posts/{id}?lang=fr"))
        .await
        .expect(200);
    let expected = json!([{ "id": zoe, "slug": "zoe", "name": "Zoe" }, { "id": mo, "slug": "mo", "name": "Mo" }]);
    assert_eq!(read.at("/data/translators"), &expected);
    let original = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
    assert_eq!(original.at("/data/translators"), &json!([]));
    let list = anyone.get("/v1/posts?lang=fr").await.expect(200);
    assert_eq!(list.at("/data/0/translators"), &expected);
    let names = anyone
        .get("/v1/posts?lang=fr&fields=translators.name")
        .await
        .expect(200);
    assert_eq!(
        names.at("/data/0"),
        &json!({ "translators": [{ "name": "Zoe" }, { "name": "Mo" }] })
    );
    // They are credits, and no filter.
    let count = anyone.get("/v1/authors/zoe").await.expect(200);
    assert_eq!(count.at("/data/post_count"), 0);
    let path = "/v1/posts?lang=fr&author=zoe";
    assert!(anyone.get(path).await.expect(200).items().is_empty());
    // The same list changes nothing; an absent one clears in a PUT and stays in a PATCH.
    let again = ada.put(&translation(&id, "fr"), fr).await.expect(200);
    assert_eq!(again.at("/data/revision"), 1);
    let patched = ada
        .patch(&translation(&id, "fr"), json!({ "subtitle": "A" }))
        .await;
    assert_eq!(
        patched.expect(200).at("/data/translators"),
        &json!([zoe, mo])
    );
    let cleared = ada.put(&translation(&id, "fr"), text("Logement")).await;
    assert_eq!(cleared.expect(200).at("/data/translators"), &json!([]));
});

on_both!(
    translators_are_named_in_any_case_and_by_their_names,
    async |app| {
        let ada = app.editor("ada").await;
        let [zoe, mo] = authors(&ada, ["Zoe", "Mo"]).await;
        let id = ada.writes("en", "Housing").await;
        let copy = translation(&id, "en");
        let empty = ada.get(&format!("{copy}?include=translators")).await;
        let none = json!({ "translators": [] });
        assert_eq!(empty.expect(200).at("/data/included"), &none);
        let names = json!({ "translators": ["ZOE", mo.to_uppercase()] });
        let saved = ada.patch(&copy, names).await.expect(200);
        assert_eq!(saved.at("/data/translators"), &json!([zoe, mo]));
        let again = json!({ "translators": ["Zoe", "MO"] });
        let again = ada.patch(&copy, again).await.expect(200);
        assert_eq!(again.header("etag"), saved.header("etag"));
        let twice = json!({ "translators": ["Zoe", "zoe"] });
        let twice = ada.patch(&copy, twice).await;
        let twice = twice.expect_problem(422, "invalid_body");
        assert_eq!(twice.faults(), [("/translators/1", "duplicate")]);
        let read = ada.get(&format!("{copy}?include=translators")).await;
        let read = read.expect(200);
        let expected = json!([{ "id": zoe, "slug": "zoe", "name": "Zoe" }, { "id": mo, "slug": "mo", "name": "Mo" }]);
        assert_eq!(read.at("/data/included/translators"), &expected);
        assert_eq!(read.header("etag"), saved.header("etag"));
        let plain = ada.get(&copy).await.expect(200);
        assert!(plain.at("/data").get("included").is_none(), "{plain}");
        ada.get(&format!("{copy}?include=authors"))
            .await
            .expect_problem(400, "invalid_parameter");
    }
);

on_both!(translators_that_nobody_knows_are_refused, async |app| {
    let ada = app.editor("ada").await;
    let [lin] = authors(&ada, ["Lin"]).await;
    let id = ada.writes("en", "Housing").await;
    let unknown = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
    for (list, faults) in [
        (
            json!(["lin", unknown]),
            vec![("/translators/1", "unknown_reference")],
        ),
        (
            json!(["nobody", "lin"]),
            vec![("/translators/0", "unknown_reference")],
        ),
        (json!(["lin", lin]), vec![("/translators/1", "duplicate")]),
        (
            json!(["Not a slug!"]),
            vec![("/translators/0", "wrong_format")],
        ),
    ] {
        let patch = json!({ "translators": list });
        let refused = ada.patch(&translation(&id, "en"), patch.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), faults, "{patch}");
        let mut body = post("en", "Homes");
        body["translation"]["translators"] = list;
        let refused = ada
            .post(POSTS, body)
            .await
            .expect_problem(422, "invalid_body");
        let (pointer, code) = refused.faults()[0];
        assert_eq!(
            (pointer, code),
            (&*format!("/translation{}", faults[0].0), faults[0].1)
        );
    }
    let many = vec![lin.as_str(); 51];
    let patch = json!({ "translators": many });
    let refused = ada.patch(&translation(&id, "en"), patch).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/translators", "too_many")]);
});

on_both!(translators_have_a_history, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let [lin, mo] = authors(&ada, ["Lin", "Mo"]).await;
    let id = ada.issues("en", "Housing").await;
    let address = translation(&id, "en");
    let credit = async |names: Value| {
        let saved = ada.patch(&address, json!({ "translators": names })).await;
        saved.expect(200)
    };
    let saved = credit(json!(["lin", "mo"])).await;
    assert_eq!(saved.at("/data/revision"), 2);
    assert_eq!(saved.at("/data/has_unpublished_changes"), true);
    assert_eq!(credit(json!(["mo"])).await.at("/data/revision"), 3);
    let changes = ada.get(&format!("{address}/revisions/3/diff?from=2")).await;
    let changes = changes.expect(200);
    assert_eq!(
        changes.at("/data/changes"),
        &json!([{ "field": "translators", "from": [lin, mo], "to": [mo] }])
    );
    // A deleted translator is left out of what is published, previewed and restored of an old text.
    credit(json!([])).await;
    ada.delete(&format!("{AUTHORS}/{lin}")).await.expect(204);
    let link = ada
        .post(
            &format!("{address}/preview-links"),
            json!({ "revision": 2 }),
        )
        .await;
    let preview = anyone
        .get(link.expect(201).text("/data/url"))
        .await
        .expect(200);
    assert_eq!(column(&preview, "/data/translators", "name"), ["Mo"]);
    let publication = format!("{address}/publication");
    ada.put(&publication, json!({ "revision": 2 }))
        .await
        .expect(200);
    let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
    assert_eq!(
        column(&read, "/data/translators", "id"),
        std::slice::from_ref(&mo)
    );
    let restored = ada
        .post(&format!("{address}/revisions/2/restoration"), json!({}))
        .await;
    assert_eq!(restored.expect(200).at("/data/translators"), &json!([mo]));
});

on_both!(an_author_who_translated_cannot_be_deleted, async |app| {
    let ada = app.editor("ada").await;
    let [lin] = authors(&ada, ["Lin"]).await;
    let id = ada.issues("en", "Housing").await;
    let (address, author) = (translation(&id, "en"), format!("{AUTHORS}/{lin}"));
    let held = async || {
        let refused = ada.delete(&author).await.expect_problem(409, "in_use");
        refused.at("/held_by").clone()
    };
    ada.patch(&address, json!({ "translators": ["lin"] }))
        .await
        .expect(200);
    assert_eq!(
        held().await,
        json!([{ "kind": "translations", "count": 1 }])
    );
    ada.publishes(&id, "en").await;
    let both =
        json!([{ "kind": "translations", "count": 1 }, { "kind": "publications", "count": 1 }]);
    assert_eq!(held().await, both);
    ada.patch(&address, json!({ "translators": null }))
        .await
        .expect(200);
    assert_eq!(
        held().await,
        json!([{ "kind": "publications", "count": 1 }])
    );
    ada.publishes(&id, "en").await;
    ada.delete(&author).await.expect(204);
});

on_both!(
    copies_keep_translators_and_new_languages_have_none,
    async |app| {
        let ada = app.editor("ada").await;
        let [mo] = authors(&ada, ["Mo"]).await;
        let id = ada.writes("en", "Housing").await;
        let mut fr = text("Logement");
        fr["translators"] = json!(["mo"]);
        ada.put(&translation(&id, "fr"), fr).await.expect(201);
        let copy = ada
            .post(&format!("{POSTS}/{id}/copies"), json!({}))
            .await
            .expect(201)
            .id();
        let copied = ada.get(&translation(&copy, "fr")).await.expect(200);
        assert_eq!(copied.at("/data/translators"), &json!([mo]));
        let begun = ada
            .post(&format!("{}?from=fr", translation(&id, "es")), json!({}))
            .await;
        assert_eq!(begun.expect(201).at("/data/translators"), &json!([]));
    }
);

/// Reads an answer twice. Returns the second one, which is from memory.
async fn cached(app: &TestApp, path: &str) -> Answer {
    let anyone = app.anonymous();
    anyone.get(path).await.expect(200);
    anyone.get(path).await.expect(200)
}

on_both!(
    new_names_of_translators_and_organizations_are_seen_at_once,
    async |app| {
        let app = app.keeping().await;
        let ada = app.editor("ada").await;
        let council = ada.makes(ORGANIZATIONS, council()).await;
        ada.makes(
            CATEGORIES,
            json!({ "translations": { "en": { "name": "City" } } }),
        )
        .await;
        let [lin, mo] = authors(&ada, ["Lin", "Mo"]).await;
        let lines = json!({ "authors": [{ "author": lin, "organization": council }] });
        let id = ada.makes(POSTS, post_with("fr", "Logement", lines)).await;
        ada.patch(&translation(&id, "fr"), json!({ "translators": [mo] }))
            .await
            .expect(200);
        ada.publishes(&id, "fr").await;
        let paths = [format!("/v1/posts/{id}"), "/v1/posts?lang=fr".to_owned()];
        for path in &paths {
            cached(&app, path).await;
        }
        ada.patch(&format!("{AUTHORS}/{mo}"), json!({ "name": "Maud" }))
            .await
            .expect(200);
        let names = json!({ "names": { "fr": "Hôtel de ville" } });
        ada.patch(&format!("{ORGANIZATIONS}/{council}"), names)
            .await
            .expect(200);
        for path in &paths {
            let read = cached(&app, path).await;
            let post = if path.contains('?') {
                "/data/0"
            } else {
                "/data"
            };
            assert_eq!(read.text(&format!("{post}/translators/0/name")), "Maud");
            let place = format!("{post}/authors/0/organization/name");
            assert_eq!(read.text(&place), "Hôtel de ville");
        }
        let organization = cached(&app, "/v1/organizations/city-council?lang=fr").await;
        assert_eq!(organization.text("/data/name"), "Hôtel de ville");
    }
);
