//! Posts: their life cycle, the trash, and the list for editors.

mod relations;
mod slugs;

use actix_web::http::{Method, header::IF_MATCH};
use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, post_with, publication, text,
    translation,
};

on_both!(a_post_is_made_and_read_back_the_same, async |app| {
    let ada = app.editor("ada").await;
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let body = json!({
        "translation": {
            "lang": "pt-br", "title": "O direito", "slug": "o-direito", "subtitle": "À cidade", "excerpt": "Breve.",
            "body": { "format": "html", "source": "<p>Texto</p>" },
            "seo": { "title": "Direito", "description": "Sobre." }, "translators": [author]
        },
        "authors": [{ "author": author, "organization": organization, "role": "Prefeita", "roles": { "en": "Mayor" } }],
        "categories": [category], "tags": [tag],
        "featured": true, "licence": "CC-BY-4.0", "canonical_url": "https://elsewhere.example/a"
    });
    let made = ada.post(POSTS, body.clone()).await.expect(201);
    let address = format!("{POSTS}/{}", made.id());
    assert_eq!(made.header("location"), address);
    for name in [
        "authors",
        "categories",
        "tags",
        "featured",
        "licence",
        "canonical_url",
    ] {
        assert_eq!(made.at(&format!("/data/{name}")), &body[name], "{name}");
    }
    for name in [
        "title",
        "slug",
        "subtitle",
        "excerpt",
        "body",
        "seo",
        "translators",
    ] {
        let read = made.at(&format!("/data/translation/{name}"));
        assert_eq!(read, &body["translation"][name], "{name}");
    }
    assert_eq!(made.text("/data/original_lang"), "pt-BR");
    assert_eq!(made.text("/data/translation/lang"), "pt-BR");
    assert_eq!(made.text("/data/translation/status"), "draft");
    assert_eq!(made.at("/data/translation/publication"), &Value::Null);
    assert_eq!(
        made.at("/data/created_by"),
        &json!({ "id": ada.user.unwrap().to_string(), "name": "ada" })
    );
    assert_eq!(made.text("/data/created_at"), "2026-05-01T08:00:00.000Z");
    let read = ada.get(&address).await.expect(200);
    assert_eq!(read.json["data"], made.json["data"]);
    assert_eq!(read.header("etag"), made.header("etag"));
    assert_eq!(read.header("cache-control"), "no-store");
});

on_both!(omitted_members_have_their_defaults, async |app| {
    let ada = app.editor("ada").await;
    let made = ada.post(POSTS, post("en", "Housing")).await.expect(201);
    for (name, default) in [
        ("authors", json!([])),
        ("categories", json!([])),
        ("tags", json!([])),
        ("featured", json!(false)),
        ("licence", Value::Null),
        ("canonical_url", Value::Null),
        ("deleted_at", Value::Null),
        ("translation/subtitle", Value::Null),
        ("translation/excerpt", Value::Null),
        (
            "translation/seo",
            json!({ "title": null, "description": null }),
        ),
        ("translation/revision", json!(1)),
    ] {
        assert_eq!(made.at(&format!("/data/{name}")), &default, "{name}");
    }
});

on_both!(a_patch_keeps_what_it_does_not_name, async |app| {
    let ada = app.editor("ada").await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let more = json!({ "tags": [tag], "licence": "CC0-1.0", "featured": true });
    let id = ada.makes(POSTS, post_with("en", "Housing", more)).await;
    let address = format!("{POSTS}/{id}");
    app.set_time("2026-05-02T10:00:00Z");
    let patch = json!({ "licence": null, "canonical_url": "https://x.example/" });
    let patched = ada.patch(&address, patch).await.expect(200);
    assert_eq!(patched.at("/data/licence"), &Value::Null);
    assert_eq!(patched.text("/data/canonical_url"), "https://x.example/");
    assert_eq!(patched.at("/data/featured"), true);
    assert_eq!(patched.at("/data/tags"), &json!([tag]));
    assert_eq!(patched.text("/data/translation/title"), "Housing");
    assert_eq!(patched.text("/data/updated_at"), "2026-05-02T10:00:00.000Z");
    assert_eq!(ada.get(&address).await.json, patched.json);
    let refused = ada
        .patch(&address, json!({ "tags": null, "featured": null }))
        .await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/featured", "wrong_type"), ("/tags", "wrong_type")]
    );
});

on_both!(
    a_put_clears_what_it_does_not_name_but_other_languages,
    async |app| {
        let ada = app.editor("ada").await;
        let more = json!({ "licence": "CC0-1.0", "featured": true });
        let id = ada.makes(POSTS, post_with("en", "Housing", more)).await;
        ada.translates(&id, "fr", "Le logement").await;
        let address = format!("{POSTS}/{id}");
        let replaced = ada.put(&address, post("en", "Homes")).await.expect(200);
        assert_eq!(replaced.at("/data/licence"), &Value::Null);
        assert_eq!(replaced.at("/data/featured"), false);
        assert_eq!(replaced.text("/data/translation/title"), "Homes");
        assert_eq!(replaced.text("/data/translation/slug"), "housing");
        let langs = replaced.at("/data/translations").as_array().unwrap();
        assert_eq!(langs.len(), 2);
        assert_eq!(ada.get(&address).await.json["data"], replaced.json["data"]);
    }
);

on_both!(
    a_write_on_an_old_version_is_refused_with_the_current_one,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = format!("{POSTS}/{id}");
        let made = ada.get(&address).await.header("etag").to_owned();
        let patch = async |tag: &str| {
            let request = ada.request(Method::PATCH, &address);
            let request = request.insert_header((IF_MATCH, tag));
            ada.send(request.set_json(json!({ "featured": true })))
                .await
        };
        let now = patch(&made).await.expect(200).header("etag").to_owned();
        assert_ne!(now, made);
        let refused = patch(&made).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_eq!(refused.header("etag"), now);
        for (method, body) in [(Method::PUT, post("en", "X")), (Method::DELETE, json!({}))] {
            let request = ada.request(method, &address).set_json(body);
            let refused = ada.send(request.insert_header((IF_MATCH, &*made))).await;
            let refused = refused.expect_problem(412, "precondition_failed");
            assert_eq!(refused.header("etag"), now);
        }
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/translation/title"), "Housing");
    }
);

on_both!(
    writing_a_translation_makes_the_post_a_new_version,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let address = format!("{POSTS}/{id}");
        let before = ada.get(&address).await.header("etag").to_owned();
        ada.translates(&id, "fr", "Le logement").await;
        assert_ne!(ada.get(&address).await.header("etag"), before);
    }
);

on_both!(
    a_trashed_post_can_be_restored_unpublished_and_keeps_its_slug,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let address = format!("{POSTS}/{id}");
        ada.delete(&address).await.expect(204);
        let gone = anyone.get("/v1/posts/housing").await;
        gone.expect_problem(410, "gone");
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/deleted_at"), "2026-05-01T08:00:00.000Z");
        assert_eq!(ada.get(POSTS).await.items().len(), 0);
        let trash = ada.get(&format!("{POSTS}?trashed=true")).await;
        assert_eq!(trash.column("id"), [&*id]);
        let second = ada.post(POSTS, post("en", "Housing")).await.expect(201);
        assert_eq!(second.text("/data/translation/slug"), "housing-2");
        for refused in [
            ada.patch(&address, json!({ "featured": true })).await,
            ada.put(&translation(&id, "fr"), text("X")).await,
            ada.put(&publication(&id, "en"), json!({})).await,
            ada.delete(&address).await,
        ] {
            refused.expect_problem(409, "post_in_trash");
        }
        let restoration = format!("{address}/restoration");
        let restored = ada.post(&restoration, Value::Null).await.expect(200);
        assert_eq!(restored.at("/data/deleted_at"), &Value::Null);
        assert_eq!(restored.text("/data/translation/status"), "draft");
        assert_eq!(restored.text("/data/translation/slug"), "housing");
        let again = ada.post(&restoration, Value::Null).await;
        again.expect_problem(409, "not_in_trash");
        anyone
            .get("/v1/posts/housing")
            .await
            .expect_problem(410, "gone");
        ada.publishes(&id, "en").await;
        anyone.get("/v1/posts/housing").await.expect(200);
    }
);

on_both!(
    only_an_admin_purges_and_the_public_slug_is_gone_afterwards,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let live = ada.issues("en", "Housing").await;
        let draft = ada.writes("en", "Secret").await;
        let boss = app.admin("boss").await;
        for id in [&live, &draft] {
            let address = format!("{POSTS}/{id}?permanent=true");
            ada.delete(&address).await.expect_problem(403, "forbidden");
            boss.delete(&address).await.expect(204);
            boss.delete(&address).await.expect_problem(404, "not_found");
            let read = boss.get(&format!("{POSTS}/{id}")).await;
            read.expect_problem(404, "not_found");
        }
        anyone
            .get("/v1/posts/housing")
            .await
            .expect_problem(410, "gone");
        anyone
            .get("/v1/posts/secret")
            .await
            .expect_problem(404, "not_found");
        let by_id = anyone.get(&format!("/v1/posts/{live}")).await;
        by_id.expect_problem(410, "gone");
        let taken = json!({ "translation": { "lang": "en", "title": "Other", "slug": "housing", "body": { "format": "html", "source": "x" } } });
        let taken = ada.post(POSTS, taken).await;
        taken.expect_problem(409, "slug_taken");
        let free = ada.post(POSTS, post("en", "Secret")).await.expect(201);
        assert_eq!(free.text("/data/translation/slug"), "secret");
    }
);

on_both!(
    the_list_of_posts_has_the_filters_that_editors_need,
    async |app| {
        let ada = app.editor("ada").await;
        let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let more = json!({ "authors": [{ "author": author }], "tags": [tag] });
        let draft = ada.makes(POSTS, post_with("en", "Ébauche", more)).await;
        let live = ada.issues("en", "Live").await;
        ada.translates(&live, "fr", "En direct").await;
        let planned = ada.writes("fr", "Prévu").await;
        let times = json!({ "publish_at": "2026-06-01T00:00:00Z" });
        ada.schedules(&planned, "fr", times).await;
        let over = ada.writes("en", "Over").await;
        let times = json!({ "unpublish_at": "2026-05-01T09:00:00Z" });
        ada.schedules(&over, "en", times).await;
        app.set_time("2026-05-01T09:00:00Z");
        for (query, expected) in [
            ("", vec![&over, &planned, &live, &draft]),
            ("status=draft", vec![&live, &draft]),
            ("status=draft&lang=en", vec![&draft]),
            ("status=scheduled", vec![&planned]),
            ("status=published", vec![&live]),
            ("status=expired", vec![&over]),
            ("lang=fr", vec![&planned, &live]),
            ("q=%C3%A9BAUCHE", vec![&draft]),
            ("q=direct&lang=en", vec![]),
            (&format!("tag={tag}"), vec![&draft]),
            (&format!("author={author}"), vec![&draft]),
            (&format!("category={}", Id::new()), vec![]),
        ] {
            let found = ada.get(&format!("{POSTS}?{query}")).await.expect(200);
            assert_eq!(found.column("id"), expected, "{query}");
        }
        let first = ada.get(&format!("{POSTS}?limit=3&count=true")).await;
        assert_eq!(first.at("/page/total"), 4);
        let rest = ada.get(first.text("/page/next")).await.expect(200);
        assert_eq!(rest.column("id"), [&*draft]);
    }
);

on_both!(a_licence_is_one_of_the_list_in_its_own_case, async |app| {
    let ada = app.editor("ada").await;
    let with = |licence: &str| post_with("en", "Homes", json!({ "licence": licence }));
    for (written, kept) in [
        ("cc-by-4.0", "CC-BY-4.0"),
        ("licenseref-Town", "LicenseRef-Town"),
        ("https://example.org/Licence", "https://example.org/Licence"),
    ] {
        let made = ada.post(POSTS, with(written)).await.expect(201);
        assert_eq!(made.text("/data/licence"), kept);
        let address = format!("{POSTS}/{}", made.id());
        let same = ada.patch(&address, json!({ "licence": written })).await;
        assert_eq!(same.expect(200).header("etag"), made.header("etag"));
    }
    for (written, meant) in [
        ("CC-BY-4", "; did you mean CC-BY-4.0?"),
        ("WTFPL-XX", "; did you mean WTFPL?"),
        ("x", "nor a LicenseRef-"),
    ] {
        let refused = ada.post(POSTS, with(written)).await.expect(422);
        assert_eq!(refused.faults(), [("/licence", "not_allowed")]);
        assert!(refused.text("/detail").contains(meant), "{refused}");
        let id = ada.writes("en", "Homes").await;
        let patch = json!({ "licence": written });
        let refused = ada.patch(&format!("{POSTS}/{id}"), patch).await;
        assert_eq!(refused.expect(422).faults(), [("/licence", "not_allowed")]);
    }
});
