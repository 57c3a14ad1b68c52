//! Tags for editors: names and slugs by language, every refusal, and the list.

mod delivery;
mod merge;

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::{Value, json};

use crate::support::client::{Answer, Client};
use crate::support::published::Published;

const ALL: &str = "/v1/admin/tags";

/// Creates a tag with a name in each language. Returns its id.
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

on_both!(each_error_in_a_tag_is_named, async |app| {
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
    a_slug_is_unique_in_its_language_and_numbered_when_taken,
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
    assert_eq!(ada.get(&address).await.at("/data/version"), 3);
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
    a_tag_in_use_cannot_be_deleted_and_its_uses_are_named,
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

on_both!(paging_returns_each_tag_once, async |app| {
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
