//! Posts: their life cycle, authors, slugs, the trash, and the resources that they protect from deletion.

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
        for (method, body) in [
            (Method::PUT, post("en", "X")),
            (Method::DELETE, Value::Null),
        ] {
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
    slugs_are_derived_numbered_and_never_shared_in_a_language,
    async |app| {
        let ada = app.editor("ada").await;
        let mut slugs = Vec::new();
        for title in ["Größe", "Grosse", "GRÖSSE!", "東京", "القاهرة", "???"] {
            let made = ada.post(POSTS, post("de", title)).await.expect(201);
            slugs.push(made.text("/data/translation/slug").to_owned());
        }
        assert_eq!(slugs[..3], ["grosse", "grosse-2", "grosse-3"]);
        assert!(slugs.iter().all(|slug| !slug.is_empty()), "{slugs:?}");
        let elsewhere = ada.post(POSTS, post("fr", "Grosse")).await.expect(201);
        assert_eq!(elsewhere.text("/data/translation/slug"), "grosse");
        let mut taken = post("de", "Other");
        taken["translation"]["slug"] = "grosse".into();
        let taken = ada.post(POSTS, taken).await;
        let taken = taken.expect_problem(409, "slug_taken");
        assert_eq!(taken.faults(), [("/translation/slug", "slug_taken")]);
    }
);

on_both!(
    an_old_slug_of_a_live_post_redirects_once_the_new_is_public,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let id = ada.issues("en", "Housing").await;
        let renamed = json!({ "slug": "homes" });
        ada.patch(&translation(&id, "en"), renamed)
            .await
            .expect(200);
        anyone.get("/v1/posts/housing").await.expect(200);
        anyone
            .get("/v1/posts/homes")
            .await
            .expect_problem(404, "not_found");
        ada.publishes(&id, "en").await;
        let old = anyone.get("/v1/posts/housing").await.expect(308);
        assert_eq!(old.header("location"), "/v1/posts/homes?lang=en");
        let old = anyone
            .get("/v1/posts/housing?lang=fr&fallback=en")
            .await
            .expect(308);
        assert_eq!(
            old.header("location"),
            "/v1/posts/homes?lang=fr&fallback=en"
        );
        let new = anyone.get("/v1/posts/homes").await.expect(200);
        assert_eq!(new.text("/data/id"), id);
        let mut other = post("en", "A band");
        other["translation"]["slug"] = "housing".into();
        ada.post(POSTS, other)
            .await
            .expect_problem(409, "slug_taken");
        ada.patch(&translation(&id, "en"), json!({ "slug": "housing" }))
            .await
            .expect(200);
        ada.publishes(&id, "en").await;
        let turned = anyone.get("/v1/posts/homes").await.expect(308);
        assert_eq!(turned.header("location"), "/v1/posts/housing?lang=en");
    }
);

on_both!(a_slug_that_was_never_public_is_free, async |app| {
    let ada = app.editor("ada").await;
    let take = async |slug: &str, status: u16| {
        let mut other = post("en", "Other");
        other["translation"]["slug"] = slug.into();
        ada.post(POSTS, other).await.expect(status);
    };
    // A draft gives its slug up.
    let id = ada.writes("en", "Draft").await;
    take("draft", 409).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "renamed" }))
        .await
        .expect(200);
    take("draft", 201).await;
    // A publication that never began gives its slug up.
    let id = ada.writes("en", "Planned").await;
    let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&id, "en", later).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "replanned" }))
        .await
        .expect(200);
    take("planned", 409).await;
    ada.delete(&publication(&id, "en")).await.expect(204);
    take("planned", 201).await;
    // In the trash, a publication that never began gives its slug up; the working copy keeps its slug.
    let id = ada.writes("en", "Wish").await;
    let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
    ada.schedules(&id, "en", later).await;
    ada.patch(&translation(&id, "en"), json!({ "slug": "hope" }))
        .await
        .expect(200);
    ada.delete(&format!("{POSTS}/{id}")).await.expect(204);
    take("wish", 201).await;
    take("hope", 409).await;
});

on_both!(
    a_410_is_for_what_was_public_and_a_404_for_what_never_was,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let live = ada.issues("en", "Live").await;
        ada.delete(&publication(&live, "en")).await.expect(204);
        let planned = ada.writes("en", "Planned").await;
        let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
        ada.schedules(&planned, "en", later).await;
        let expect = async |id: &str, slug: &str, status: u16| {
            for address in [
                format!("/v1/posts/{slug}"),
                format!("/v1/posts/{id}"),
                format!("/v1/posts/{id}?lang=en"),
                format!("/v1/posts/{slug}?lang=fr&fallback=en"),
            ] {
                let answer = anyone.get(&address).await;
                assert_eq!(answer.status, status, "{answer}");
            }
        };
        expect(&live, "live", 410).await;
        expect(&planned, "planned", 404).await;
        ada.delete(&publication(&planned, "en")).await.expect(204);
        app.set_time("2026-07-01T08:00:00Z");
        expect(&planned, "planned", 404).await;
        let unknown = Id::new().to_string();
        for nothing in [&*unknown, "nothing", "%00", "..%2f"] {
            let answer = anyone.get(&format!("/v1/posts/{nothing}")).await;
            answer.expect_problem(404, "not_found");
        }
    }
);

on_both!(
    a_slug_that_one_post_lost_and_another_has_in_its_language_reads_the_other,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let first = ada.issues("en", "Radio").await;
        ada.delete(&publication(&first, "en")).await.expect(204);
        let second = ada.issues("fr", "Radio").await;
        let read = anyone.get("/v1/posts/radio").await.expect(200);
        assert_eq!(read.text("/data/id"), second);
        let read = anyone.get("/v1/posts/radio?lang=en").await;
        read.expect_problem(410, "gone");
    }
);

on_both!(
    a_slug_that_one_post_has_and_another_had_reads_the_one_that_has_it,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let first = ada.issues("en", "Sun").await;
        let second = ada.issues("fr", "Moon").await;
        for (id, lang, slug) in [(&first, "en", "moon"), (&second, "fr", "sun")] {
            let renamed = json!({ "slug": slug });
            ada.patch(&translation(id, lang), renamed).await.expect(200);
            ada.publishes(id, lang).await;
        }
        for (slug, id) in [("moon", &first), ("sun", &second)] {
            let read = anyone.get(&format!("/v1/posts/{slug}")).await.expect(200);
            assert_eq!(read.text("/data/id"), *id, "{slug}");
        }
        let led = anyone.get("/v1/posts/sun?lang=en").await.expect(308);
        assert_eq!(led.header("location"), "/v1/posts/moon?lang=en");
    }
);

on_both!(a_byline_keeps_the_affiliation_of_its_time, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let lagos = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let accra = ada.makes(ORGANIZATIONS, json!({ "name": "Accra" })).await;
    let moves = json!({ "name": "Lin", "organization": lagos });
    let lin = ada.makes(AUTHORS, moves).await;
    let joins = ada.makes(AUTHORS, json!({ "name": "Kofi" })).await;
    let bylines = json!({ "authors": [{ "author": lin }, { "author": joins }] });
    let id = ada.issues_with("en", "Housing", bylines).await;
    for author in [&lin, &joins] {
        let moved = json!({ "organization": accra });
        ada.patch(&format!("{AUTHORS}/{author}"), moved)
            .await
            .expect(200);
    }
    let address = format!("{POSTS}/{id}");
    // Later changes of other members keep the affiliation, and so does sending the byline back.
    let sent_back = ada.get(&address).await.at("/data/authors").clone();
    for patch in [
        json!({ "featured": true }),
        json!({ "authors": [{ "author": lin }, { "author": joins }] }),
        json!({ "authors": sent_back }),
    ] {
        ada.patch(&address, patch).await.expect(200);
        ada.publishes(&id, "en").await;
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.text("/data/authors/0/organization"), lagos);
        assert_eq!(read.at("/data/authors/1/organization"), &Value::Null);
        let read = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
        assert_eq!(read.text("/data/authors/0/organization/name"), "Lagos");
        assert_eq!(read.at("/data/authors/1/organization"), &Value::Null);
    }
    let new = post_with("en", "New", json!({ "authors": [{ "author": lin }] }));
    let new = ada.post(POSTS, new).await.expect(201);
    assert_eq!(new.text("/data/authors/0/organization"), accra);
    let alone = json!({ "authors": [{ "author": lin, "organization": null }] });
    let alone = ada.post(POSTS, post_with("en", "Alone", alone)).await;
    let alone = alone.expect(201);
    assert_eq!(alone.at("/data/authors/0/organization"), &Value::Null);
});

on_both!(what_posts_refer_to_cannot_be_deleted, async |app| {
    let ada = app.editor("ada").await;
    let organization = ada.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    let category = ada.makes(CATEGORIES, named("en", "Housing")).await;
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let more = json!({
        "authors": [{ "author": author, "organization": organization }],
        "categories": [category], "tags": [tag]
    });
    let id = ada.issues_with("en", "Housing", more).await;
    let things = [
        (ORGANIZATIONS, &organization),
        (AUTHORS, &author),
        (CATEGORIES, &category),
        (TAGS, &tag),
    ];
    for (list, thing) in things {
        let refused = ada.delete(&format!("{list}/{thing}")).await;
        let refused = refused.expect_problem(409, "in_use");
        let both = json!([{ "kind": "posts", "count": 1 }, { "kind": "publications", "count": 1 }]);
        assert_eq!(refused.at("/held_by"), &both, "{list}");
    }
    // The working copy has no references any more; the publication still protects them.
    let nothing = json!({ "authors": [], "categories": [], "tags": [] });
    ada.patch(&format!("{POSTS}/{id}"), nothing)
        .await
        .expect(200);
    for (list, thing) in things {
        let refused = ada.delete(&format!("{list}/{thing}")).await;
        let refused = refused.expect_problem(409, "in_use");
        let held_by = json!([{ "kind": "publications", "count": 1 }]);
        assert_eq!(refused.at("/held_by"), &held_by, "{list}");
    }
    ada.publishes(&id, "en").await;
    for (list, thing) in things.into_iter().rev() {
        ada.delete(&format!("{list}/{thing}")).await.expect(204);
    }
});

on_both!(
    merging_terms_moves_posts_and_publications_and_old_names_redirect,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for (list, member) in [(TAGS, "tags"), (CATEGORIES, "categories")] {
            let old = ada.makes(list, named("en", &format!("Old {member}"))).await;
            let new = ada.makes(list, named("en", &format!("New {member}"))).await;
            let only = json!({ member: [old] });
            let only = ada.issues_with("en", &format!("Only {member}"), only).await;
            let both = json!({ member: [old, new] });
            let both = ada.issues_with("en", &format!("Both {member}"), both).await;
            let merge = format!("{list}/{old}/merge");
            let merged = ada.post(&merge, json!({ "into": new })).await;
            merged.expect(200);
            for id in [&only, &both] {
                let copy = ada.get(&format!("{POSTS}/{id}")).await;
                assert_eq!(copy.at(&format!("/data/{member}")), &json!([new]));
                let public = anyone.get(&format!("/v1/posts/{id}")).await.expect(200);
                let terms = public.at(&format!("/data/{member}")).as_array().unwrap();
                assert_eq!(terms.len(), 1);
                assert_eq!(terms[0]["id"], *new);
            }
            let filter = if member == "tags" { "tag" } else { "category" };
            let slug = format!("old-{member}");
            for name in [&old, &slug, &new, &old.to_uppercase()] {
                let list = anyone.get(&format!("/v1/posts?{filter}={name}")).await;
                assert_eq!(list.column("id"), [&*both, &*only], "{name}");
                if name != &new {
                    let led = anyone.get(&format!("/v1/{member}/{name}")).await;
                    let led = led.expect(308);
                    let target = format!("/v1/{member}/new-{member}?lang=en");
                    assert_eq!(led.header("location"), target);
                }
            }
            let refused = json!({ member: [old] });
            let refused = ada.post(POSTS, post_with("en", "X", refused)).await;
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(
                refused.faults(),
                [(&*format!("/{member}/0"), "unknown_reference")]
            );
        }
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
