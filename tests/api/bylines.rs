//! Bylines in languages: organizations and roles are named for the reader, and each translation credits its translators.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, post, post_with, text, translation,
};

/// An organization with names in three languages.
fn council() -> Value {
    json!({ "name": "City Council", "lang": "en", "names": { "fr": "Mairie", "es": "Ayuntamiento" } })
}

/// Creates authors and returns their ids.
async fn authors<const N: usize>(ada: &Client, names: [&str; N]) -> [String; N] {
    let mut ids = names.map(str::to_owned);
    for id in &mut ids {
        *id = ada.makes(AUTHORS, json!({ "name": id.as_str() })).await;
    }
    ids
}

/// The member of each item of a list in the answer.
fn column(answer: &Answer, list: &str, name: &str) -> Vec<String> {
    let items = answer.at(list).as_array().unwrap().iter();
    items
        .map(|one| one[name].as_str().unwrap_or("(none)").to_owned())
        .collect()
}

on_both!(
    an_organization_is_named_for_its_reader_wherever_it_is_shown,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let council = ada.makes(ORGANIZATIONS, council()).await;
        let lin = json!({ "name": "Lin", "organization": council });
        let lin = ada.makes(AUTHORS, lin).await;
        let more = json!({ "authors": [{ "author": lin }] });
        let id = ada.issues_with("en", "Housing", more).await;
        ada.translates(&id, "fr", "Logement").await;
        ada.publishes(&id, "fr").await;
        for (query, name, lang) in [
            ("", "City Council", "en"),
            ("?lang=fr", "Mairie", "fr"),
            ("?lang=de", "City Council", "en"),
            ("?lang=de&fallback=es-MX,fr", "Ayuntamiento", "es"),
            ("?lang=de&fallback=original,fr", "City Council", "en"),
            ("?lang=en&fallback=fr", "City Council", "en"),
        ] {
            let one = format!("/v1/organizations/city-council{query}");
            let one = anyone.get(&one).await.expect(200);
            let list = anyone.get(&format!("/v1/organizations{query}")).await;
            let list = list.expect(200);
            let author = anyone.get(&format!("/v1/authors/lin{query}")).await;
            let author = author.expect(200);
            let facets = anyone.get(&format!("/v1/posts/facets{query}")).await;
            let facets = facets.expect(200);
            let mut found = vec![
                (one.at("/data").clone(), "one"),
                (list.at("/data/0").clone(), "list"),
                (author.at("/data/organization").clone(), "author"),
            ];
            if query != "?lang=de" {
                found.push((facets.at("/data/organizations/0").clone(), "facets"));
            }
            for (found, place) in found {
                assert_eq!(found["name"], name, "{place}{query}");
                assert_eq!(found["lang"], lang, "{place}{query}");
            }
            assert_eq!(one.header("content-language"), lang);
            assert_eq!(list.header("content-language"), lang);
        }
        // On a post, the language in which it is shown comes first.
        for (query, name) in [
            ("", "City Council"),
            ("?lang=fr", "Mairie"),
            ("?lang=es&fallback=fr", "Mairie"),
            ("?lang=es&fallback=original", "City Council"),
        ] {
            let path = format!("/v1/posts/{id}{query}");
            let read = anyone.get(&path).await.expect(200);
            let shown = read.at("/data/authors/0/organization");
            assert_eq!(shown["name"], name, "{query}");
        }
    }
);

on_both!(
    names_of_organizations_are_written_and_checked,
    async |app| {
        let ada = app.editor("ada").await;
        let made = ada.post(ORGANIZATIONS, council()).await.expect(201);
        let address = format!("{ORGANIZATIONS}/{}", made.id());
        let names = |answer: &Answer| answer.at("/data/names").clone();
        assert_eq!(
            names(&made),
            json!({ "fr": "Mairie", "es": "Ayuntamiento" })
        );
        let patch = json!({ "names": { "fr": " Conseil\u{3000}", "es": null, "de": "Rat" } });
        let patched = ada.patch(&address, patch).await.expect(200);
        assert_eq!(names(&patched), json!({ "fr": "Conseil", "de": "Rat" }));
        assert_eq!(ada.get(&address).await.expect(200).json, patched.json);
        for (patch, pointer, code) in [
            (
                json!({ "names": { "EN": "Council" } }),
                "/names/en",
                "duplicate",
            ),
            (json!({ "lang": "fr" }), "/names/fr", "duplicate"),
            (json!({ "names": { "fr": " " } }), "/names/fr", "blank"),
            (
                json!({ "names": { "fr": "x".repeat(201) } }),
                "/names/fr",
                "too_long",
            ),
            (json!({ "lang": "no language" }), "/lang", "wrong_format"),
        ] {
            let refused = ada.patch(&address, patch.clone()).await;
            let refused = refused.expect_problem(422, "invalid_body");
            let (at, found) = refused.faults()[0];
            assert_eq!(at, pointer, "{patch}");
            assert!(found == code || code == "blank", "{patch}: {found}");
        }
        let both = json!({ "name": "Council", "lang": "fr", "names": { "fr": "Conseil" } });
        let refused = ada.post(ORGANIZATIONS, both.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/names/fr", "duplicate")]);
        assert!(refused.text("/errors/0/detail").contains("official name"));
        // A replacement clears the names, and keeps the language and the slug.
        let replaced = ada.put(&address, json!({ "name": "Board" })).await;
        let replaced = replaced.expect(200);
        assert_eq!(names(&replaced), json!({}));
        assert_eq!(replaced.text("/data/lang"), "en");
        assert_eq!(replaced.text("/data/slug"), "city-council");
        let cleared = ada.patch(&address, json!({ "lang": null, "names": null }));
        assert_eq!(cleared.await.expect(200).at("/data/lang"), &Value::Null);
    }
);

on_both!(
    a_new_organization_is_named_in_the_language_of_the_site,
    async |app| {
        let (ada, eve) = (app.editor("ada").await, app.admin("eve").await);
        let lang = async |body| {
            let made = ada.post(ORGANIZATIONS, body).await.expect(201);
            made.at("/data/lang").clone()
        };
        assert_eq!(lang(json!({ "name": "One" })).await, Value::Null);
        let anyone = app.anonymous();
        let one = anyone
            .get("/v1/organizations/one?lang=fr")
            .await
            .expect(200);
        assert_eq!(one.at("/data/lang"), &Value::Null);
        assert!(!one.headers.contains_key("content-language"));
        let site = json!({ "languages": [{ "code": "fr" }, { "code": "en" }] });
        eve.put("/v1/admin/site", site).await.expect(200);
        assert_eq!(lang(json!({ "name": "Deux" })).await, "fr");
        assert_eq!(lang(json!({ "name": "Three", "lang": "en" })).await, "en");
    }
);

on_both!(
    organizations_are_found_by_any_name_and_sorted_by_the_official_one,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        ada.makes(ORGANIZATIONS, council()).await;
        let other =
            json!({ "name": "Bank", "lang": "en", "names": { "fr": "Zone d’épargne \"$[1]\"" } });
        ada.makes(ORGANIZATIONS, other).await;
        for (query, expected) in [
            ("q=MAIRIE", vec!["city-council"]),
            ("q=council", vec!["city-council"]),
            ("q=%C3%89pargne", vec!["bank"]),
            ("q=%22%24[1]", vec!["bank"]),
            ("q=fr", vec![]),
            ("sort=name&lang=fr", vec!["bank", "city-council"]),
        ] {
            for list in ["/v1/organizations", ORGANIZATIONS] {
                let query = match list {
                    ORGANIZATIONS => query.replace("&lang=fr", ""),
                    _ => query.to_owned(),
                };
                let path = format!("{list}?{query}");
                let found = anyone_or(&ada, &anyone, list).get(&path).await.expect(200);
                assert_eq!(found.column("slug"), expected, "{query}");
            }
        }
    }
);

fn anyone_or<'a>(ada: &'a Client, anyone: &'a Client, list: &str) -> &'a Client {
    if list == ORGANIZATIONS { ada } else { anyone }
}

on_both!(a_role_is_shown_in_the_language_of_the_post, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let [lin, bo] = authors(&ada, ["Lin", "Bo"]).await;
    let lines = json!({ "authors": [
        { "author": lin, "role": "Mayor", "roles": { "fr": "Maire", "ar": "عمدة" } }, { "author": bo } ] });
    let id = ada.issues_with("en", "Housing", lines.clone()).await;
    for (lang, title) in [("fr", "Logement"), ("es", "Vivienda")] {
        ada.translates(&id, lang, title).await;
        ada.publishes(&id, lang).await;
    }
    for (query, role, lang) in [
        ("", "Mayor", "en"),
        ("?lang=fr", "Maire", "fr"),
        ("?lang=es", "Mayor", "en"),
        ("?lang=de&fallback=es,fr", "Maire", "fr"),
        ("?lang=de&fallback=es,original,fr", "Mayor", "en"),
    ] {
        let path = format!("/v1/posts/{id}{query}");
        let read = anyone.get(&path).await.expect(200);
        assert_eq!(
            column(&read, "/data/authors", "role"),
            [role, "(none)"],
            "{query}"
        );
        let langs = column(&read, "/data/authors", "role_lang");
        assert_eq!(langs, [lang, "(none)"], "{query}");
    }
    let list = anyone.get("/v1/posts?lang=fr&fields=authors.role").await;
    assert_eq!(
        column(&list.expect(200), "/data/0/authors", "role"),
        ["Maire", "(none)"]
    );
    // Editors see all of them, now and in the revision.
    let read = ada.get(&format!("{POSTS}/{id}")).await.expect(200);
    assert_eq!(
        read.at("/data/authors/0/roles"),
        &lines["authors"][0]["roles"]
    );
    assert_eq!(read.at("/data/authors/1/roles"), &json!({}));
    let list = ada.get(POSTS).await.expect(200);
    assert_eq!(list.at("/data/0/authors"), read.at("/data/authors"));
    let then = ada
        .get(&format!("{}/revisions/1", translation(&id, "en")))
        .await;
    assert_eq!(
        then.expect(200).at("/data/snapshot/authors"),
        read.at("/data/authors")
    );
});

on_both!(roles_in_other_languages_are_checked, async |app| {
    let ada = app.editor("ada").await;
    let [lin, bo] = authors(&ada, ["Lin", "Bo"]).await;
    let line = |more: Value| {
        let mut line = more;
        line["author"] = json!(lin);
        json!({ "authors": [{ "author": bo }, line] })
    };
    let id = ada
        .makes(
            POSTS,
            post_with("en", "Housing", line(json!({ "role": "Mayor" }))),
        )
        .await;
    let address = format!("{POSTS}/{id}");
    let own = json!({ "role": "Mayor", "roles": { "en": "Mayor" } });
    let alone = json!({ "roles": { "fr": "Maire" } });
    for (more, pointer, code) in [
        (own.clone(), "/authors/1/roles/en", "duplicate"),
        (alone.clone(), "/authors/1/roles", "needs_role"),
    ] {
        for refused in [
            ada.patch(&address, line(more.clone())).await,
            ada.put(&address, post_with("en", "Housing", line(more.clone())))
                .await,
            ada.post(POSTS, post_with("en", "Housing", line(more.clone())))
                .await,
        ] {
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(refused.faults(), [(pointer, code)]);
        }
    }
    // The same holds for a single byline, whose absent members stay.
    let single = format!("{address}/authors/lin");
    let refused = ada
        .put(&single, own)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/roles/en", "duplicate")]);
    let refused = ada
        .put(&format!("{address}/authors/bo"), alone.clone())
        .await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/roles", "needs_role")]);
    let saved = ada.put(&single, alone).await.expect(200);
    assert_eq!(saved.text("/data/authors/1/role"), "Mayor");
    assert_eq!(saved.at("/data/authors/1/roles"), &json!({ "fr": "Maire" }));
    let saved = ada
        .put(&single, json!({ "organization": null }))
        .await
        .expect(200);
    assert_eq!(saved.at("/data/authors/1/roles"), &json!({ "fr": "Maire" }));
    let saved = ada.put(&single, json!({ "role": null })).await.expect(200);
    assert_eq!(saved.at("/data/authors/1/roles"), &json!({}));
});

on_both!(
    what_languages_share_is_published_with_roles_and_without_translators,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let [lin, mo] = authors(&ada, ["Lin", "Mo"]).await;
        let id = ada.issues("en", "Housing").await;
        let mut fr = text("Logement");
        fr["translators"] = json!(["mo"]);
        ada.put(&translation(&id, "fr"), fr).await.expect(201);
        ada.publishes(&id, "fr").await;
        ada.patch(&translation(&id, "fr"), json!({ "translators": [lin] }))
            .await
            .expect(200);
        let lines =
            json!({ "authors": [{ "author": lin, "role": "Mayor", "roles": { "fr": "Maire" } }] });
        let switch = format!("{POSTS}/{id}?publish=shared");
        ada.patch(&switch, lines).await.expect(200);
        let read = anyone
            .get(&format!("/v1/posts/{id}?lang=fr"))
            .await
            .expect(200);
        assert_eq!(column(&read, "/data/authors", "role"), ["Maire"]);
        assert_eq!(column(&read, "/data/translators", "id"), [mo]);
    }
);

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
