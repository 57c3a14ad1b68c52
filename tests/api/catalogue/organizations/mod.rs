//! Organizations: how editors create, change and delete them, and every refusal.

mod delivery;
mod list;

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use diesel::prelude::*;
use serde_json::{Value, json};
use tribuna::accounts::users::model::Role;
use tribuna::collation::CollationKey;
use tribuna::db::Conn;
use tribuna::db::sql_types::Json;
use tribuna::id::Id;
use tribuna::schema::authors;

use crate::support::TestApp;
use crate::support::client::Client;

const ALL: &str = "/v1/admin/organizations";

/// Creates an organization and returns its address.
async fn made(editor: &Client, body: Value) -> String {
    let answer = editor.post(ALL, body).await.expect(201);
    answer.header("location").to_owned()
}

/// Inserts an author with this affiliation into the database.
fn employ_author(app: &TestApp, organization: Id) {
    let now = app.clock.now();
    let row = (
        authors::id.eq(Id::new()),
        authors::slug.eq("lin"),
        authors::name.eq("Lin"),
        authors::name_key.eq(CollationKey::new("Lin").unwrap()),
        authors::organization_id.eq(organization),
        authors::bio.eq(Json(json!([]))),
        authors::links.eq(Json(json!([]))),
        authors::version.eq(1),
        authors::created_at.eq(now),
        authors::updated_at.eq(now),
    );
    let insert = diesel::insert_into(authors::table).values(row);
    let inserted = app.state.db.write_now(|conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => insert.execute(conn)?,
            Conn::Postgres(conn) => insert.execute(conn)?,
        })
    });
    assert_eq!(inserted.unwrap(), 1);
}

on_both!(
    an_organization_is_made_and_read_back_the_same,
    async |app| {
        let ada = app.editor("ada").await;
        let body = json!({ "name": "City of Granollers", "slug": "granollers", "url": "https://g.example/", "country": "ES" });
        let made = ada.post(ALL, body.clone()).await.expect(201);
        let address = format!("{ALL}/{}", made.id());
        assert_eq!(made.header("location"), address);
        assert_eq!(made.header("etag"), "\"v1\"");
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(made.at(&format!("/data/{name}")), value);
        }
        assert_eq!(made.text("/data/created_at"), "2026-05-01T08:00:00.000Z");
        let read = ada.get(&address).await.expect(200);
        assert_eq!(read.json, made.json);
        assert_eq!(read.header("etag"), "\"v1\"");
        assert_eq!(read.header("cache-control"), "no-store");
    }
);

on_both!(a_patch_changes_what_it_names_and_null_clears, async |app| {
    let ada = app.editor("ada").await;
    let address = made(
        &ada,
        json!({ "name": "Lagos", "url": "https://l.example/", "country": "NG" }),
    )
    .await;
    app.set_time("2026-05-02T10:00:00Z");
    let patched = ada
        .patch(&address, json!({ "url": null }))
        .await
        .expect(200);
    assert_eq!(patched.at("/data/url"), &Value::Null);
    assert_eq!(patched.text("/data/name"), "Lagos");
    assert_eq!(patched.text("/data/country"), "NG");
    assert_eq!(patched.at("/data/version"), 2);
    assert_eq!(patched.header("etag"), "\"v2\"");
    assert_eq!(patched.text("/data/updated_at"), "2026-05-02T10:00:00.000Z");
    assert_eq!(patched.text("/data/created_at"), "2026-05-01T08:00:00.000Z");
    assert_eq!(ada.get(&address).await.expect(200).json, patched.json);
    let refused = ada.patch(&address, json!({ "name": null, "slug": null }));
    let refused = refused.await.expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/name", "wrong_type"), ("/slug", "wrong_type")]
    );
});

on_both!(
    an_empty_patch_changes_nothing_but_the_version,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos", "country": "NG" })).await;
        let patched = ada.patch(&address, json!({})).await.expect(200);
        assert_eq!(patched.text("/data/country"), "NG");
        assert_eq!(patched.text("/data/slug"), "lagos");
    }
);

on_both!(
    a_put_clears_what_it_does_not_name_but_the_slug,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(
            &ada,
            json!({ "name": "Lagos", "slug": "eko", "country": "NG" }),
        )
        .await;
        let replaced = ada.put(&address, json!({ "name": "Lagos State" })).await;
        let replaced = replaced.expect(200);
        assert_eq!(replaced.text("/data/name"), "Lagos State");
        assert_eq!(replaced.at("/data/country"), &Value::Null);
        assert_eq!(replaced.text("/data/slug"), "eko");
        let refused = ada.put(&address, json!({ "country": "NG" })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [("/name", "required")]);
    }
);

on_both!(
    a_deleted_organization_is_gone_and_its_slug_free,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos" })).await;
        let deleted = ada.delete(&address).await.expect(204);
        assert!(deleted.body.is_empty());
        ada.get(&address).await.expect_problem(404, "not_found");
        ada.delete(&address).await.expect_problem(404, "not_found");
        let read = app.anonymous().get("/v1/organizations/lagos").await;
        read.expect_problem(404, "not_found");
        let again = ada.post(ALL, json!({ "name": "Lagos" })).await.expect(201);
        assert_eq!(again.text("/data/slug"), "lagos");
    }
);

on_both!(slugs_are_derived_numbered_and_never_shared, async |app| {
    let ada = app.editor("ada").await;
    let mut slugs = Vec::new();
    for name in ["Zürich", "Zurich", "ZÜRICH!", "東京", "القاهرة", "???"] {
        let made = ada.post(ALL, json!({ "name": name })).await.expect(201);
        slugs.push(made.text("/data/slug").to_owned());
    }
    assert_eq!(slugs[..3], ["zurich", "zurich-2", "zurich-3"]);
    assert!(slugs.iter().all(|slug| !slug.is_empty()), "{slugs:?}");
    let taken = ada.post(ALL, json!({ "name": "Other", "slug": "zurich" }));
    let taken = taken.await.expect_problem(409, "slug_taken");
    assert_eq!(taken.faults(), [("/slug", "slug_taken")]);
    let address = made(&ada, json!({ "name": "Bern" })).await;
    let taken = ada.patch(&address, json!({ "slug": "zurich-2" })).await;
    taken.expect_problem(409, "slug_taken");
    let read = ada.get(&address).await.expect(200);
    assert_eq!(read.text("/data/slug"), "bern");
    assert_eq!(read.at("/data/version"), 1);
});

on_both!(an_old_slug_redirects_and_stays_taken, async |app| {
    let (ada, anyone) = (app.editor("ada").await, app.anonymous());
    let address = made(&ada, json!({ "name": "Constantinople" })).await;
    let renamed = json!({ "name": "Istanbul", "slug": "istanbul" });
    ada.patch(&address, renamed).await.expect(200);
    let old = anyone
        .get("/v1/organizations/constantinople")
        .await
        .expect(308);
    assert_eq!(old.header("location"), "/v1/organizations/istanbul");
    let new = anyone.get("/v1/organizations/istanbul").await.expect(200);
    assert_eq!(new.text("/data/name"), "Istanbul");
    let other = json!({ "name": "A band", "slug": "constantinople" });
    ada.post(ALL, other).await.expect_problem(409, "slug_taken");
    let back = ada
        .patch(&address, json!({ "slug": "constantinople" }))
        .await;
    back.expect(200);
    let turned = anyone.get("/v1/organizations/istanbul").await.expect(308);
    assert_eq!(
        turned.header("location"),
        "/v1/organizations/constantinople"
    );
});

on_both!(all_errors_in_a_body_are_told_at_once, async |app| {
    let ada = app.editor("ada").await;
    let body = json!({ "name": "", "slug": "no slug/", "url": "gopher://x", "country": "es", "colour": "red", "a/b~c": 1 });
    let refused = ada
        .post(ALL, body)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [
            ("/a~1b~0c", "unknown_field"),
            ("/colour", "unknown_field"),
            ("/country", "wrong_format"),
            ("/name", "blank"),
            ("/name", "too_short"),
            ("/slug", "wrong_format"),
        ]
    );
    let long = json!({ "name": "x".repeat(201), "url": 7 });
    let refused = ada
        .post(ALL, long)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.faults(),
        [("/name", "too_long"), ("/url", "wrong_type")]
    );
    for url in [
        "javascript:alert(1)",
        "/relative",
        "https://",
        "mailto:a@b.example",
    ] {
        let refused = ada.post(ALL, json!({ "name": "x", "url": url })).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.faults().len(), 1, "{url}: {refused}");
        assert_eq!(refused.faults()[0].0, "/url", "{url}");
    }
    let refused = ada.post(ALL, json!(["a list"])).await;
    refused.expect_problem(422, "invalid_body");
    let refused = ada.post(ALL, Value::Null).await;
    refused.expect_problem(422, "invalid_body");
    let list = ada.get(&format!("{ALL}?count=true")).await.expect(200);
    assert_eq!(list.at("/page/total"), 0, "nothing must be stored");
});

on_both!(a_name_is_measured_in_characters, async |app| {
    let ada = app.editor("ada").await;
    let name = "東".repeat(200);
    let made = ada.post(ALL, json!({ "name": name })).await.expect(201);
    assert_eq!(made.text("/data/name"), name);
    let refused = ada.post(ALL, json!({ "name": "東".repeat(201) })).await;
    refused.expect_problem(422, "invalid_body");
});

on_both!(
    only_editors_and_admins_write_and_everybody_signed_in_reads,
    async |app| {
        let address = made(&app.editor("ada").await, json!({ "name": "Lagos" })).await;
        let body = || json!({ "name": "Other" });
        for role in [Role::Contributor, Role::Author, Role::Moderator] {
            let other = app.person(role.as_str(), role).await;
            let refused = [
                other.post(ALL, body()).await,
                other.put(&address, body()).await,
                other.patch(&address, body()).await,
                other.delete(&address).await,
            ];
            for refused in refused {
                let refused = refused.expect_problem(403, "forbidden");
                assert!(
                    refused
                        .header("www-authenticate")
                        .contains("insufficient_scope")
                );
            }
            other.get(ALL).await.expect(200);
            other.get(&address).await.expect(200);
        }
        let nobody = app.anonymous();
        let refused = [
            nobody.get(ALL).await,
            nobody.post(ALL, body()).await,
            nobody.get(&address).await,
            nobody.put(&address, body()).await,
            nobody.patch(&address, body()).await,
            nobody.delete(&address).await,
        ];
        for refused in refused {
            let refused = refused.expect_problem(401, "unauthenticated");
            assert_eq!(
                refused.header("www-authenticate"),
                "Bearer realm=\"tribuna\""
            );
        }
        let boss = app.admin("boss").await;
        boss.patch(&address, body()).await.expect(200);
        boss.delete(&address).await.expect(204);
    }
);

on_both!(an_unknown_or_invalid_id_is_not_found, async |app| {
    let ada = app.editor("ada").await;
    let unknown = Id::new().to_string();
    for id in [
        unknown.as_str(),
        "lagos",
        "1",
        "%00",
        "..%2f..",
        "0192f0c12f6b7c1e9c520b6f3f0e7a11",
    ] {
        let address = format!("{ALL}/{id}");
        let answers = [
            ada.get(&address).await,
            ada.put(&address, json!({ "name": "x" })).await,
            ada.patch(&address, json!({ "name": "x" })).await,
            ada.delete(&address).await,
        ];
        for answer in answers {
            answer.expect_problem(404, "not_found");
        }
    }
});

on_both!(
    an_organization_in_use_cannot_be_deleted_and_names_uses,
    async |app| {
        let ada = app.editor("ada").await;
        let address = made(&ada, json!({ "name": "Lagos" })).await;
        let id = ada.get(&address).await.id().parse().unwrap();
        employ_author(&app, id);
        let refused = ada.delete(&address).await.expect_problem(409, "in_use");
        assert_eq!(
            refused.at("/held_by"),
            &json!([{ "kind": "authors", "count": 1 }])
        );
        ada.get(&address).await.expect(200);
        let read = app.anonymous().get("/v1/organizations/lagos").await;
        read.expect(200);
    }
);

on_both!(a_write_on_an_old_version_is_refused, async |app| {
    let ada = app.editor("ada").await;
    let address = made(&ada, json!({ "name": "One" })).await;
    let write = async |method: Method, tag: &str, name: &str| {
        let request = ada.request(method, &address).insert_header((IF_MATCH, tag));
        ada.send(request.set_json(json!({ "name": name }))).await
    };
    write(Method::PATCH, "\"v1\"", "Two").await.expect(200);
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        for tag in ["\"v1\"", "W/\"v2\"", "\"nonsense\""] {
            let refused = write(method.clone(), tag, "Three").await;
            let refused = refused.expect_problem(412, "precondition_failed");
            assert_eq!(refused.header("etag"), "\"v2\"");
        }
    }
    let put = write(Method::PUT, "\"v9\", \"v2\"", "Three").await;
    put.expect(200);
    write(Method::PATCH, "*", "Four").await.expect(200);
    write(Method::DELETE, "\"v4\"", "Four").await.expect(204);
});
