//! Tags: names and slugs by language, every refusal, merging, and what the public reads of terms in general.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use diesel::prelude::*;
use serde_json::{Value, json};
use tribuna::db::Conn;
use tribuna::schema::{changes, post_terms, publication_terms};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::published::Published;

const ALL: &str = "/v1/admin/tags";

/// The id of a new tag, called so in each language.
async fn tag(editor: &Client, names: &[(&str, &str)]) -> String {
    let name = |(lang, name): &(&str, &str)| (lang.to_string(), json!({ "name": name }));
    let translations: Value = Value::Object(names.iter().map(name).collect());
    let made = editor
        .post(ALL, json!({ "translations": translations }))
        .await;
    made.expect(201).id()
}

/// The languages of a tag, in order.
fn langs(answer: &Answer) -> Vec<&str> {
    let translations = answer.at("/data/translations").as_object().unwrap();
    translations.keys().map(String::as_str).collect()
}

/// How many links of posts and of publications name each of the terms.
fn links(app: &TestApp, id: &str) -> (i64, i64) {
    let id: tribuna::id::Id = id.parse().unwrap();
    let count = |conn: &mut Conn| {
        let posts = post_terms::table.filter(post_terms::term_id.eq(id)).count();
        let live = publication_terms::table.filter(publication_terms::term_id.eq(id));
        Ok(match conn {
            Conn::Sqlite(conn) => (posts.get_result(conn)?, live.count().get_result(conn)?),
            Conn::Postgres(conn) => (posts.get_result(conn)?, live.count().get_result(conn)?),
        })
    };
    app.state.db.read_now(count).unwrap()
}

on_both!(a_tag_is_made_and_read_back_the_same, async |app| {
    let ada = app.editor("ada").await;
    let body = json!({ "translations": {
        "pt-br": { "name": "Habitação", "slug": "casa" },
        "en": { "name": "Housing", "description": "Homes" },
        "ar": { "name": "السكن" },
    } });
    let made = ada.post(ALL, body).await.expect(201);
    let address = format!("{ALL}/{}", made.id());
    assert_eq!(made.header("location"), address);
    assert_eq!(made.header("etag"), "\"v1\"");
    assert_eq!(langs(&made), ["pt-BR", "en", "ar"]);
    assert_eq!(made.text("/data/translations/pt-BR/slug"), "casa");
    assert_eq!(made.text("/data/translations/en/slug"), "housing");
    assert_eq!(made.text("/data/translations/en/description"), "Homes");
    assert_eq!(made.at("/data/translations/ar/description"), &Value::Null);
    let read = ada.get(&address).await.expect(200);
    assert_eq!(read.body, made.body);
});

on_both!(what_is_wrong_with_a_tag_is_named, async |app| {
    let ada = app.editor("ada").await;
    let long = "x".repeat(201);
    let cases = [
        (json!({}), "/translations", "required"),
        (json!({ "translations": {} }), "/translations", "too_few"),
        (
            json!({ "translations": null }),
            "/translations",
            "wrong_type",
        ),
        (
            json!({ "translations": { "e_n": { "name": "A" } } }),
            "/translations/e_n",
            "wrong_format",
        ),
        (
            json!({ "translations": { "a/b": { "name": "A" } } }),
            "/translations/a~1b",
            "wrong_format",
        ),
        (
            json!({ "translations": { "en-a": { "name": "A" } } }),
            "/translations/en-a",
            "wrong_format",
        ),
        (
            json!({ "translations": { "pt-BR": { "name": "A" }, "pt-br": { "name": "B" } } }),
            "/translations/pt-br",
            "invalid",
        ),
        (
            json!({ "translations": { "en": {} } }),
            "/translations/en/name",
            "required",
        ),
        (
            json!({ "translations": { "en": { "name": null } } }),
            "/translations/en/name",
            "wrong_type",
        ),
        (
            json!({ "translations": { "en": { "name": " " } } }),
            "/translations/en/name",
            "blank",
        ),
        (
            json!({ "translations": { "en": { "name": long } } }),
            "/translations/en/name",
            "too_long",
        ),
        (
            json!({ "translations": { "en": { "name": "A", "slug": "a b" } } }),
            "/translations/en/slug",
            "wrong_format",
        ),
        (
            json!({ "translations": { "en": { "name": "A", "colour": 1 } } }),
            "/translations/en/colour",
            "unknown_field",
        ),
        (
            json!({ "translations": { "en": { "name": "A" } }, "parent": null }),
            "/parent",
            "unknown_field",
        ),
    ];
    for (body, place, code) in cases {
        let refused = ada.post(ALL, body.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [(place, code)], "{body}");
    }
    let many: serde_json::Map<String, Value> = (0..201)
        .map(|n| format!("{}{}", (b'a' + n / 26) as char, (b'a' + n % 26) as char))
        .map(|lang| (lang, json!({ "name": "A" })))
        .collect();
    let refused = ada.post(ALL, json!({ "translations": many })).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/translations", "too_many")]);
    assert!(ada.get(ALL).await.expect(200).items().is_empty());
});

on_both!(
    a_slug_is_one_tags_in_its_language_and_numbered_when_taken,
    async |app| {
        let ada = app.editor("ada").await;
        tag(&ada, &[("en", "Culture"), ("fr", "Culture")]).await;
        let second = ada
            .post(
                ALL,
                json!({ "translations": { "en": { "name": "Culture" } } }),
            )
            .await
            .expect(201);
        assert_eq!(second.text("/data/translations/en/slug"), "culture-2");
        let free = json!({ "translations": { "es": { "name": "Cultura", "slug": "culture" } } });
        ada.post(ALL, free).await.expect(201);
        let category =
            json!({ "translations": { "en": { "name": "Culture", "slug": "culture" } } });
        ada.post("/v1/admin/categories", category).await.expect(201);
        let taken = json!({ "translations": { "de": { "name": "Kultur" }, "en": { "name": "C", "slug": "culture" } } });
        let refused = ada.post(ALL, taken).await.expect_problem(409, "slug_taken");
        assert_eq!(refused.faults(), [("/translations/en/slug", "slug_taken")]);
        let all = ada.get(&format!("{ALL}?count=true")).await.expect(200);
        assert_eq!(all.at("/page/total"), 3);
    }
);

on_both!(a_patch_changes_languages_member_by_member, async |app| {
    let ada = app.editor("ada").await;
    let id = tag(
        &ada,
        &[("en", "Housing"), ("fr", "Logement"), ("es", "Vivienda")],
    )
    .await;
    let address = format!("{ALL}/{id}");
    let patch = json!({ "translations": {
            "en": { "description": "Homes" },
            "fr": null,
            "pt": { "name": "Habitação" },
            "es": { "name": "La vivienda" },
        } });
    let patched = ada.patch(&address, patch).await.expect(200);
    assert_eq!(langs(&patched), ["en", "es", "pt"]);
    assert_eq!(patched.text("/data/translations/en/name"), "Housing");
    assert_eq!(patched.text("/data/translations/en/description"), "Homes");
    assert_eq!(patched.text("/data/translations/es/name"), "La vivienda");
    assert_eq!(patched.text("/data/translations/es/slug"), "vivienda");
    assert_eq!(patched.at("/data/version"), 2);
    assert_eq!(ada.get(&address).await.expect(200).body, patched.body);
    let cleared = json!({ "translations": { "en": { "description": null } } });
    let cleared = ada.patch(&address, cleared).await.expect(200);
    assert_eq!(
        cleared.at("/data/translations/en/description"),
        &Value::Null
    );
    ada.patch(&address, json!({})).await.expect(200);
    let none = json!({ "translations": { "en": null, "es": null, "pt": null } });
    let refused = ada
        .patch(&address, none)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/translations", "too_few")]);
    let nameless = json!({ "translations": { "de": { "slug": "wohnen" }, "it": {} } });
    let refused = ada
        .patch(&address, nameless)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [
            ("/translations/de/name", "required"),
            ("/translations/it/name", "required")
        ]
    );
    let nameless = json!({ "translations": { "en": { "name": null } } });
    let refused = ada
        .patch(&address, nameless)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/translations/en/name", "wrong_type")]);
    assert_eq!(ada.get(&address).await.at("/data/version"), 4);
});

on_both!(
    a_put_replaces_the_languages_and_keeps_their_slugs,
    async |app| {
        let ada = app.editor("ada").await;
        let id = tag(&ada, &[("en", "Housing"), ("fr", "Logement")]).await;
        let address = format!("{ALL}/{id}");
        let body =
            json!({ "translations": { "de": { "name": "Wohnen" }, "en": { "name": "Homes" } } });
        let put = ada.put(&address, body).await.expect(200);
        assert_eq!(langs(&put), ["de", "en"]);
        assert_eq!(put.text("/data/translations/en/slug"), "housing");
        let stale = ada
            .request(Method::PUT, &address)
            .insert_header((IF_MATCH, "\"v1\""))
            .set_json(json!({ "translations": { "en": { "name": "Old" } } }));
        let stale = ada
            .send(stale)
            .await
            .expect_problem(412, "precondition_failed");
        assert_eq!(stale.header("etag"), "\"v2\"");
    }
);

on_both!(
    a_slug_in_any_language_leads_to_the_tag_and_a_former_one_redirects,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let id = tag(
            &ada,
            &[("en", "Housing"), ("fr", "Logement"), ("es", "Vivienda")],
        )
        .await;
        for found in ["housing", "logement", "vivienda", &id] {
            let read = reader
                .get(&format!("/v1/tags/{found}?lang=fr"))
                .await
                .expect(200);
            assert_eq!(read.id(), id);
            assert_eq!(read.text("/data/slug"), "logement");
        }
        let patch = json!({ "translations": { "en": { "slug": "homes" }, "fr": null } });
        ada.patch(&format!("{ALL}/{id}"), patch).await.expect(200);
        let moved = reader
            .get("/v1/tags/housing?lang=es&fallback=original")
            .await
            .expect(308);
        assert_eq!(
            moved.header("location"),
            "/v1/tags/homes?lang=es&fallback=original"
        );
        assert_eq!(moved.header("cache-control"), "public, no-cache");
        let removed = reader.get("/v1/tags/logement").await.expect(308);
        assert_eq!(removed.header("location"), "/v1/tags/homes?lang=en");
        let removed = reader.get("/v1/tags/logement?lang=es").await.expect(308);
        assert_eq!(removed.header("location"), "/v1/tags/vivienda?lang=es");
        reader
            .get("/v1/categories/homes")
            .await
            .expect_problem(404, "not_found");
        reader
            .get(&format!("/v1/categories/{id}"))
            .await
            .expect_problem(404, "not_found");
        ada.get(&format!("/v1/admin/categories/{id}"))
            .await
            .expect_problem(404, "not_found");
        // Another tag is called so now, in another language: a present name goes before a former one.
        let other = tag(&ada, &[("de", "Logement")]).await;
        assert_eq!(
            reader.get("/v1/tags/logement").await.expect(200).id(),
            other
        );
        // Taken back, it is the present one again.
        let patch = json!({ "translations": { "en": { "slug": "housing" } } });
        ada.patch(&format!("{ALL}/{id}"), patch).await.expect(200);
        reader.get("/v1/tags/housing").await.expect(200);
        reader.get("/v1/tags/homes").await.expect(308);
    }
);

on_both!(a_tag_is_shown_in_the_language_chosen, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let id = tag(
        &ada,
        &[("fr", "Logement"), ("en", "Housing"), ("es", "Vivienda")],
    )
    .await;
    let cases = [
        ("", "fr", false),
        ("?lang=en", "en", false),
        ("?lang=EN", "en", false),
        ("?lang=de", "fr", true),
        ("?lang=de&fallback=pt,es,en", "es", true),
        ("?lang=de&fallback=original,es", "fr", true),
    ];
    for (query, lang, is_fallback) in cases {
        let read = reader
            .get(&format!("/v1/tags/{id}{query}"))
            .await
            .expect(200);
        assert_eq!(read.text("/data/lang"), lang, "{query}");
        assert_eq!(read.at("/data/is_fallback"), is_fallback, "{query}");
        assert_eq!(read.at("/data/requested_lang").is_null(), query.is_empty());
        assert_eq!(read.header("content-language"), lang);
        let list = reader.get(&format!("/v1/tags{query}")).await.expect(200);
        assert_eq!(list.items()[0], *read.at("/data"));
    }
    let all = reader.get(&format!("/v1/tags/{id}")).await.expect(200);
    let names: Vec<&str> = all
        .at("/data/translations")
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name["lang"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["fr", "en", "es"]);
    for (query, parameter) in [
        ("?fallback=en", "fallback"),
        ("?lang=en&fallback=e_n", "fallback"),
        ("?lang=e_n", "lang"),
        ("?lang=en-a", "lang"),
        ("?langs=en", "langs"),
    ] {
        let refused = reader.get(&format!("/v1/tags/{id}{query}")).await;
        let refused = refused.expect_problem(400, "invalid_parameter");
        assert_eq!(refused.faults()[0].0, parameter, "{query}");
    }
});

on_both!(only_posts_that_are_live_now_are_counted, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    let id = tag(&ada, &[("en", "Housing")]).await;
    let terms: &[&str] = &[&id];
    app.publish(&Published {
        langs: &["en", "fr", "es"],
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["fr"],
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["en"],
        from: Some("2026-05-01T09:00:00Z"),
        terms,
        ..Default::default()
    });
    app.publish(&Published {
        langs: &["en"],
        until: Some("2026-05-01T10:00:00Z"),
        terms,
        ..Default::default()
    });
    let address = format!("/v1/tags/{id}");
    let count = async |query: &str| {
        let read = reader.get(&format!("{address}{query}")).await.expect(200);
        let list = reader.get(&format!("/v1/tags{query}")).await.expect(200);
        assert_eq!(list.items()[0]["post_count"], *read.at("/data/post_count"));
        read.at("/data/post_count").as_i64().unwrap()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count("?lang=en").await, 2);
    assert_eq!(count("?lang=es").await, 1);
    assert_eq!(count("?lang=pt").await, 0);
    assert_eq!(count("?lang=es&fallback=fr").await, 2);
    assert_eq!(count("?lang=es&fallback=original").await, 3);
    app.set_time("2026-05-01T08:59:30Z");
    let soon = reader.get(&address).await.expect(200);
    assert_eq!(soon.header("cache-control"), "public, max-age=30");
    app.set_time("2026-05-01T09:00:00Z");
    assert_eq!(count("").await, 4);
    app.set_time("2026-05-01T10:00:00Z");
    assert_eq!(count("").await, 3);
});

on_both!(
    a_tag_in_use_cannot_be_deleted_and_says_what_holds_it,
    async |app| {
        let ada = app.editor("ada").await;
        let id = tag(&ada, &[("en", "Housing")]).await;
        app.publish(&Published {
            langs: &["en", "fr"],
            terms: &[&id],
            ..Default::default()
        });
        let address = format!("{ALL}/{id}");
        let refused = ada.delete(&address).await.expect_problem(409, "in_use");
        let held_by =
            json!([{ "kind": "posts", "count": 1 }, { "kind": "publications", "count": 2 }]);
        assert_eq!(refused.at("/held_by"), &held_by);
        let unused = tag(&ada, &[("en", "Unused")]).await;
        ada.delete(&format!("{ALL}/{unused}")).await.expect(204);
        ada.delete(&format!("{ALL}/{unused}"))
            .await
            .expect_problem(404, "not_found");
        app.anonymous()
            .get("/v1/tags/unused")
            .await
            .expect_problem(404, "not_found");
        let again = ada
            .post(
                ALL,
                json!({ "translations": { "en": { "name": "Unused" } } }),
            )
            .await;
        assert_eq!(
            again.expect(201).text("/data/translations/en/slug"),
            "unused"
        );
    }
);

on_both!(
    a_merged_tags_posts_slugs_and_id_lead_to_the_survivor,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let oldest = tag(&ada, &[("en", "Dwelling")]).await;
        let loser = tag(&ada, &[("en", "Homes"), ("fr", "Foyers")]).await;
        let survivor = tag(&ada, &[("en", "Housing")]).await;
        app.publish(&Published {
            langs: &["en"],
            terms: &[&loser],
            ..Default::default()
        });
        app.publish(&Published {
            langs: &["en", "fr"],
            terms: &[&loser, &survivor],
            ..Default::default()
        });
        app.publish(&Published {
            langs: &["en"],
            terms: &[&oldest],
            ..Default::default()
        });
        app.set_time("2026-05-02T08:00:00Z");
        let merge = |id: &str| format!("{ALL}/{id}/merge");
        ada.post(&merge(&oldest), json!({ "into": loser }))
            .await
            .expect(200);
        let merged = ada
            .post(&merge(&loser), json!({ "into": survivor }))
            .await
            .expect(200);
        assert_eq!(merged.id(), survivor);
        assert_eq!(langs(&merged), ["en"]);
        assert_eq!(merged.at("/data/version"), 2);
        assert_eq!(links(&app, &survivor), (3, 4));
        assert_eq!(links(&app, &loser), (0, 0));
        ada.get(&format!("{ALL}/{loser}"))
            .await
            .expect_problem(404, "not_found");
        for former in [
            "homes",
            "foyers",
            "dwelling",
            &loser,
            &oldest,
            &loser.to_uppercase(),
        ] {
            let moved = reader.get(&format!("/v1/tags/{former}")).await.expect(308);
            assert_eq!(moved.header("location"), "/v1/tags/housing?lang=en");
        }
        let read = reader.get("/v1/tags/housing").await.expect(200);
        assert_eq!(read.at("/data/post_count"), 3);
        assert_eq!(log(&app, &loser), ["create", "update", "merge"]);
        assert_eq!(log(&app, &survivor), ["create", "update"]);
    }
);

/// What happened to a thing, in order.
fn log(app: &TestApp, id: &str) -> Vec<String> {
    let id: tribuna::id::Id = id.parse().unwrap();
    let rows = changes::table
        .filter(changes::entity_id.eq(id))
        .order(changes::seq)
        .select(changes::operation);
    let read = |conn: &mut Conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => rows.load(conn)?,
            Conn::Postgres(conn) => rows.load(conn)?,
        })
    };
    app.state.db.read_now(read).unwrap()
}

on_both!(a_tag_merges_only_into_another_tag, async |app| {
    let ada = app.editor("ada").await;
    let id = tag(&ada, &[("en", "Housing")]).await;
    let category = json!({ "translations": { "en": { "name": "Housing" } } });
    let category = ada
        .post("/v1/admin/categories", category)
        .await
        .expect(201)
        .id();
    let address = format!("{ALL}/{id}/merge");
    let unknown = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11";
    for (into, code) in [
        (id.as_str(), "same"),
        (unknown, "unknown_reference"),
        (&category, "unknown_reference"),
    ] {
        let refused = ada.post(&address, json!({ "into": into })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/into", code)]);
    }
    let refused = ada.post(&address, json!({ "into": "housing" })).await;
    assert_eq!(
        refused.expect_problem(422, "invalid_body").faults(),
        [("/into", "wrong_format")]
    );
    let refused = ada
        .post(&format!("{ALL}/{unknown}/merge"), json!({ "into": id }))
        .await;
    refused.expect_problem(404, "not_found");
    let contributor = app.contributor("carl").await;
    contributor
        .post(&address, json!({ "into": id }))
        .await
        .expect_problem(403, "forbidden");
});

on_both!(a_walk_over_tags_meets_each_once, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    for number in 0..5 {
        tag(
            &ada,
            &[
                ("en", &format!("Tag {number}")),
                ("el", &format!("ΕΤΙΚΈΤΑ {number}")),
            ],
        )
        .await;
    }
    for list in ["/v1/tags", ALL] {
        let mut next = Some(format!("{list}?limit=2&count=true"));
        let mut met = Vec::new();
        while let Some(url) = next {
            let page = ada.get(&url).await.expect(200);
            assert_eq!(page.at("/page/total"), 5);
            met.extend(page.column("id").into_iter().map(str::to_owned));
            next = page.at("/page/next").as_str().map(str::to_owned);
        }
        assert!(met.is_sorted_by(|a, b| a > b) && met.len() == 5, "{met:?}");
        let found = ada
            .get(&format!(
                "{list}?q=%CE%B5%CF%84%CE%B9%CE%BA%CE%AD%CF%84%CE%B1%203"
            ))
            .await;
        assert_eq!(found.expect(200).items().len(), 1);
        let found = ada.get(&format!("{list}?q=%25")).await.expect(200);
        assert!(found.items().is_empty());
    }
    let refused = reader.get("/v1/tags?limit=101").await;
    assert_eq!(
        refused.expect_problem(400, "invalid_parameter").faults(),
        [("limit", "too_large")]
    );
});

on_both!(
    the_public_lists_tags_by_the_names_that_are_shown,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        for names in [
            &[("fr", "École"), ("en", "academy")][..],
            &[("en", "apple")],
            &[("fr", "eau"), ("pt", "água")],
            &[("pt", "Zebra"), ("en", "élan"), ("de", "Ziege")],
            &[("en", "Eau"), ("pt-BR", "fonte")],
        ] {
            tag(&ada, names).await;
        }
        for (query, expected) in [
            ("", ["apple", "eau", "Eau", "École", "Zebra"]),
            ("lang=en", ["academy", "apple", "eau", "Eau", "élan"]),
            ("lang=pt", ["água", "apple", "Eau", "École", "Zebra"]),
            ("lang=pt-BR", ["apple", "eau", "École", "fonte", "Zebra"]),
            (
                "lang=pt-BR&fallback=en",
                ["academy", "água", "apple", "fonte", "Zebra"],
            ),
            (
                "lang=de&fallback=original,en",
                ["apple", "eau", "Eau", "École", "Ziege"],
            ),
            (
                "lang=de&fallback=fr,en",
                ["apple", "eau", "Eau", "École", "Ziege"],
            ),
            (
                "lang=es-MX&fallback=en-GB",
                ["academy", "apple", "eau", "Eau", "élan"],
            ),
        ] {
            let list = format!("/v1/tags?{query}");
            anyone.finds_in_order(&list, "name", &expected).await;
        }
    }
);

on_both!(
    the_public_lists_tags_in_the_order_of_their_making_and_of_their_change,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three", "Four", "Five"] {
            ids.push(tag(&ada, &[("en", name)]).await);
            app.clock.set(app.clock.now().plus_seconds(60));
        }
        let list = "/v1/tags?q=o";
        anyone
            .finds_in_order(list, "created_at", &["One", "Two", "Four"])
            .await;
        let renamed = json!({ "translations": { "en": { "name": "Once" } } });
        ada.patch(&format!("{ALL}/{}", ids[0]), renamed)
            .await
            .expect(200);
        app.clock.set(app.clock.now().plus_seconds(60));
        // The one that stays is changed by a merger.
        ada.post(
            &format!("{ALL}/{}/merge", ids[4]),
            json!({ "into": ids[1] }),
        )
        .await
        .expect(200);
        for (sort, expected) in [
            ("created_at", ["Once", "Two", "Three", "Four"]),
            ("updated_at", ["Three", "Four", "Once", "Two"]),
            ("name", ["Four", "Once", "Three", "Two"]),
        ] {
            anyone.finds_in_order("/v1/tags", sort, &expected).await;
        }
        for (query, expected) in [
            ("updated_after=2026-05-01T08:05:00Z", &["Two", "Once"][..]),
            ("updated_after=2026-05-01T08:05:00.001Z", &["Two"]),
            ("updated_before=2026-05-01T08:03:00Z", &["Three"]),
            ("updated_after=2026-05-02", &[]),
        ] {
            let list = format!("/v1/tags?sort=-updated_at&count=true&{query}");
            let list = anyone.get(&list).await.expect(200);
            assert_eq!(list.column("name"), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(a_tag_is_answered_with_the_fields_asked_for, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    tag(&ada, &[("fr", "Loyer"), ("en", "Rent")]).await;
    let langs = json!({ "translations": [{ "lang": "fr" }, { "lang": "en" }] });
    for path in ["/v1/tags?lang=en", "/v1/tags/rent?lang=en"] {
        for (fields, expected) in [
            ("name", json!({ "name": "Rent" })),
            ("translations.lang", langs.clone()),
            (
                "is_fallback,post_count",
                json!({ "is_fallback": false, "post_count": 0 }),
            ),
        ] {
            let path = format!("{path}&fields={fields}");
            let read = anyone.get(&path).await.expect(200);
            let item = read.json.pointer("/data/0").unwrap_or(read.at("/data"));
            assert_eq!(item, &expected, "{path}");
            assert_eq!(read.header("content-language"), "en");
        }
    }
    let list = anyone.get("/v1/tags?lang=es&q=nothing").await.expect(200);
    assert!(list.headers.get("content-language").is_none());
    tag(&ada, &[("es", "Vivienda")]).await;
    let list = anyone.get("/v1/tags?lang=en").await.expect(200);
    assert_eq!(list.header("content-language"), "es, en");
});
