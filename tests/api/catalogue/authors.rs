//! Authors: their life cycle, bios by language, refusals, and the public view.

use actix_web::http::Method;
use actix_web::http::header::IF_NONE_MATCH;
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::published::Published;

const ALL: &str = "/v1/admin/authors";

/// Creates an author and returns the id.
async fn author(editor: &Client, body: Value) -> String {
    editor.post(ALL, body).await.expect(201).id()
}

async fn organization(editor: &Client, name: &str) -> String {
    let made = editor
        .post("/v1/admin/organizations", json!({ "name": name }))
        .await;
    made.expect(201).id()
}

on_both!(an_author_is_made_and_read_back_the_same, async |app| {
    let ada = app.editor("ada").await;
    let lagos = organization(&ada, "Lagos").await;
    let body = json!({ "name": "Mariam Diallo", "slug": "mariam", "organization": lagos,
        "bio": { "pt-BR": "Escreve.", "fr": "Écrit.", "en": "Writes." },
        "links": [{ "rel": "mastodon", "url": "https://m.example/@mariam" }] });
    let made = ada.post(ALL, body.clone()).await.expect(201);
    let address = format!("{ALL}/{}", made.id());
    assert_eq!(made.header("location"), address);
    assert_eq!(made.header("etag"), "\"v1\"");
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(made.at(&format!("/data/{name}")), value);
    }
    let langs: Vec<&String> = made.at("/data/bio").as_object().unwrap().keys().collect();
    assert_eq!(langs, ["pt-BR", "fr", "en"]);
    assert_eq!(ada.get(&address).await.expect(200).body, made.body);
    let least = ada
        .post(ALL, json!({ "name": "Лев Толстой" }))
        .await
        .expect(201);
    assert_eq!(least.text("/data/slug"), "lev-tolstoi");
    assert_eq!(least.at("/data/bio"), &json!({}));
    assert_eq!(least.at("/data/links"), &json!([]));
});

on_both!(each_error_in_an_author_is_named, async |app| {
    let ada = app.editor("ada").await;
    let link = |url: &str| json!({ "rel": "web", "url": url });
    let cases = [
        (json!({}), "/name", "required"),
        (json!({ "name": "" , "id": 1 }), "/id", "unknown_field"),
        (
            json!({ "name": "A", "organization": "lagos" }),
            "/organization",
            "wrong_format",
        ),
        (
            json!({ "name": "A", "organization": "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11" }),
            "/organization",
            "unknown_reference",
        ),
        (
            json!({ "name": "A", "bio": { "e_n": "x" } }),
            "/bio/e_n",
            "wrong_format",
        ),
        (
            json!({ "name": "A", "bio": { "en-a": "x" } }),
            "/bio/en-a",
            "wrong_format",
        ),
        (
            json!({ "name": "A", "bio": { "en": "x", "EN": "y" } }),
            "/bio/EN",
            "invalid",
        ),
        (
            json!({ "name": "A", "bio": { "en": "x".repeat(5001) } }),
            "/bio/en",
            "too_long",
        ),
        (
            json!({ "name": "A", "bio": { "en": null } }),
            "/bio/en",
            "wrong_type",
        ),
        (
            json!({ "name": "A", "links": [link("javascript:alert(1)")] }),
            "/links/0/url",
            "wrong_format",
        ),
        (
            json!({ "name": "A", "links": vec![link("https://a.example/"); 21] }),
            "/links",
            "too_many",
        ),
        (
            json!({ "name": "A", "links": [{ "rel": "me" }] }),
            "/links/0/url",
            "required",
        ),
    ];
    for (body, place, code) in cases {
        let refused = ada.post(ALL, body.clone()).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert!(
            refused.faults().contains(&(place, code)),
            "{body}: {refused}"
        );
    }
    assert!(ada.get(ALL).await.expect(200).items().is_empty());
});

on_both!(a_patch_changes_a_bio_language_by_language, async |app| {
    let ada = app.editor("ada").await;
    let lagos = organization(&ada, "Lagos").await;
    let link = json!([{ "rel": "web", "url": "https://l.example/" }]);
    let body = json!({ "name": "Lin", "organization": lagos, "bio": { "en": "Writes.", "fr": "Écrit." }, "links": link });
    let address = format!("{ALL}/{}", author(&ada, body).await);
    let patched = ada
        .patch(&address, json!({ "bio": { "fr": null, "es": "Escribe." } }))
        .await
        .expect(200);
    assert_eq!(
        patched.at("/data/bio"),
        &json!({ "en": "Writes.", "es": "Escribe." })
    );
    assert_eq!(patched.at("/data/links"), &link);
    assert_eq!(patched.text("/data/organization"), lagos);
    let patched = ada
        .patch(
            &address,
            json!({ "bio": null, "links": null, "organization": null }),
        )
        .await
        .expect(200);
    assert_eq!(patched.at("/data/bio"), &json!({}));
    assert_eq!(patched.at("/data/links"), &json!([]));
    assert_eq!(patched.at("/data/organization"), &Value::Null);
    let put = json!({ "name": "Lin Wei", "bio": { "zh": "作家" } });
    let put = ada.put(&address, put).await.expect(200);
    assert_eq!(put.at("/data/bio"), &json!({ "zh": "作家" }));
    assert_eq!(put.text("/data/slug"), "lin");
    assert_eq!(ada.get(&address).await.expect(200).body, put.body);
    let codes =
        (0..200_u8).map(|n| format!("{}{}", (b'a' + n / 26) as char, (b'a' + n % 26) as char));
    let many: serde_json::Map<String, Value> = codes.map(|lang| (lang, json!("x"))).collect();
    assert!(!many.contains_key("zh"));
    let refused = ada
        .patch(&address, json!({ "bio": many }))
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(refused.faults(), [("/bio", "too_many")]);
});

on_both!(an_author_with_bylines_cannot_be_deleted, async |app| {
    let ada = app.editor("ada").await;
    let id = author(&ada, json!({ "name": "Lin" })).await;
    let address = format!("{ALL}/{id}");
    app.publish(&Published {
        langs: &["en", "fr"],
        authors: &[&id],
        ..Default::default()
    });
    let refused = ada.delete(&address).await.expect_problem(409, "in_use");
    let held_by = json!([{ "kind": "posts", "count": 1 }, { "kind": "publications", "count": 2 }]);
    assert_eq!(refused.at("/held_by"), &held_by);
    let free = author(&ada, json!({ "name": "Free" })).await;
    ada.delete(&format!("{ALL}/{free}")).await.expect(204);
    app.anonymous()
        .get("/v1/authors/free")
        .await
        .expect_problem(404, "not_found");
    let carl = app.contributor("carl").await;
    carl.get(&address).await.expect(200);
    carl.delete(&address).await.expect_problem(403, "forbidden");
    app.anonymous()
        .get(&address)
        .await
        .expect_problem(401, "unauthenticated");
});

on_both!(
    the_public_reads_an_author_in_the_language_chosen,
    async |app| {
        let (ada, reader) = (app.editor("ada").await, app.anonymous());
        let lagos = organization(&ada, "Lagos").await;
        let body = json!({ "name": "Lin", "organization": lagos, "bio": { "fr": "Écrit.", "en": "Writes." } });
        let id = author(&ada, body).await;
        app.publish(&Published {
            langs: &["en", "fr"],
            authors: &[&id],
            ..Default::default()
        });
        app.publish(&Published {
            langs: &["fr"],
            from: Some("2026-05-03T00:00:00Z"),
            authors: &[&id],
            ..Default::default()
        });
        let cases = [
            ("", Some("fr"), 1),
            ("?lang=en", Some("en"), 1),
            ("?lang=es", None, 0),
            ("?lang=es&fallback=pt,en", Some("en"), 1),
            ("?lang=es&fallback=original", Some("fr"), 1),
        ];
        for (query, lang, posts) in cases {
            let read = reader
                .get(&format!("/v1/authors/lin{query}"))
                .await
                .expect(200);
            assert_eq!(read.at("/data/lang").as_str(), lang, "{query}");
            assert_eq!(read.at("/data/bio").is_null(), lang.is_none(), "{query}");
            assert_eq!(read.at("/data/post_count"), posts, "{query}");
            assert_eq!(read.text("/data/organization/name"), "Lagos");
            let header = read
                .headers
                .get("content-language")
                .map(|value| value.to_str().unwrap());
            assert_eq!(header, lang);
            let list = reader.get(&format!("/v1/authors{query}")).await.expect(200);
            assert_eq!(list.items(), [read.at("/data").clone()]);
        }
        app.set_time("2026-05-03T00:00:00Z");
        assert_eq!(
            reader.get("/v1/authors/lin").await.at("/data/post_count"),
            2
        );
        ada.patch(&format!("{ALL}/{id}"), json!({ "slug": "lin-wei" }))
            .await
            .expect(200);
        let moved = reader.get("/v1/authors/lin?lang=en").await.expect(308);
        assert_eq!(moved.header("location"), "/v1/authors/lin-wei?lang=en");
        assert_eq!(
            reader
                .get(&format!("/v1/authors/{id}"))
                .await
                .expect(200)
                .id(),
            id
        );
    }
);

on_both!(the_public_view_of_an_author_is_cacheable, async |app| {
    let (ada, reader) = (app.editor("ada").await, app.anonymous());
    author(&ada, json!({ "name": "Lin" })).await;
    for path in ["/v1/authors", "/v1/authors/lin"] {
        let read = reader.get(path).await.expect(200);
        assert!(read.header("cache-control").starts_with("public, max-age="));
        let again = reader
            .request(Method::GET, path)
            .insert_header((IF_NONE_MATCH, read.header("etag")));
        reader.send(again).await.expect(304);
    }
});

on_both!(
    the_public_lists_authors_in_any_order_there_and_back,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let list = "/v1/authors";
        let made = ["Özil", "ozon", "Zoë", "Zoe", "zoe", "Лев", "Ada"];
        let mut ids = Vec::new();
        for name in made {
            ids.push(author(&ada, json!({ "name": name })).await);
            app.pass(60);
        }
        anyone.finds_in_order(list, "created_at", &made).await;
        let sorted = ["Ada", "Özil", "ozon", "zoe", "Zoe", "Zoë", "Лев"];
        anyone.finds_in_order(list, "name", &sorted).await;
        anyone
            .finds_in_order("/v1/authors?q=oe&lang=fr", "name", &["zoe", "Zoe"])
            .await;
        // A replacement changes the place in the order by name and in the order of changes.
        ada.put(&format!("{ALL}/{}", ids[1]), json!({ "name": "Yun" }))
            .await
            .expect(200);
        let sorted = ["Ada", "Özil", "Yun", "zoe", "Zoe", "Zoë", "Лев"];
        anyone.finds_in_order(list, "name", &sorted).await;
        let updated = ["Özil", "Zoë", "Zoe", "zoe", "Лев", "Ada", "Yun"];
        anyone.finds_in_order(list, "updated_at", &updated).await;
        for (query, expected) in [
            ("updated_after=2026-05-01T08:06:00Z", &["Yun", "Ada"][..]),
            ("updated_after=2026-05-01T08:06:00.001Z", &["Yun"]),
            ("updated_before=2026-05-01T08:02:00Z", &["Özil"]),
            ("updated_before=2026-05-01", &[]),
        ] {
            let list = format!("{list}?sort=-updated_at&count=true&{query}");
            let list = anyone.get(&list).await.expect(200);
            assert_eq!(list.column("name"), expected, "{query}");
            assert_eq!(list.at("/page/total"), expected.len(), "{query}");
        }
    }
);

on_both!(
    an_author_is_answered_with_the_fields_asked_for,
    async |app| {
        let (ada, anyone) = (app.editor("ada").await, app.anonymous());
        let lagos = organization(&ada, "Lagos").await;
        let body = json!({ "name": "Lin", "organization": lagos, "bio": { "fr": "Écrit." },
            "links": [{ "rel": "web", "url": "https://l.example/" }] });
        author(&ada, body).await;
        for path in ["/v1/authors", "/v1/authors/lin"] {
            for (fields, expected) in [
                ("name", json!({ "name": "Lin" })),
                (
                    "organization.name,post_count",
                    json!({ "organization": { "name": "Lagos" }, "post_count": 0 }),
                ),
                (
                    "links.rel,bio",
                    json!({ "bio": "Écrit.", "links": [{ "rel": "web" }] }),
                ),
            ] {
                let path = format!("{path}?fields={fields}");
                let read = anyone.get(&path).await.expect(200);
                let item = read.json.pointer("/data/0").unwrap_or(read.at("/data"));
                assert_eq!(item, &expected, "{path}");
            }
        }
        let list = anyone.get("/v1/authors").await.expect(200);
        assert_eq!(list.header("content-language"), "fr");
        // An author without a bio has no language.
        let list = anyone.get("/v1/authors?lang=es").await.expect(200);
        assert!(list.headers.get("content-language").is_none());
    }
);
