//! Bylines in languages: organizations and roles are named for the reader.

mod translators;

use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::content::{AUTHORS, ORGANIZATIONS, POSTS, post_with, text, translation};

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
