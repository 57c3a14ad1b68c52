//! Lost updates: `If-Match`, `If-None-Match`, the last writer, and servers that require preconditions.

use actix_web::http::Method;
use actix_web::http::header::{HeaderValue, IF_MATCH, IF_NONE_MATCH};
use serde_json::{Value, json};
use tribuna::id::Id;

use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post, publication, text, translation};
use crate::support::passwords::{ADA, PASSWORD};

async fn write_if(
    client: &Client,
    method: Method,
    address: &str,
    condition: (&str, &str),
    body: Value,
) -> Answer {
    let request = client.request(method, address).insert_header(condition);
    client.send(request.set_json(body)).await
}

#[track_caller]
fn assert_changed(refused: &Answer, by: &Client, at: &str) {
    let by = by.user.map(|id| id.to_string());
    assert_eq!(refused.at("/changed_by")["id"].as_str(), by.as_deref());
    assert_eq!(refused.text("/changed_at"), at);
}

on_both!(
    a_refused_stale_write_names_the_last_writer_and_the_time,
    async |app| {
        let (ada, bob) = (app.editor("ada").await, app.editor("bob").await);
        let tag = format!("{TAGS}/{}", ada.makes(TAGS, named("en", "Housing")).await);
        let id = ada.writes("en", "Housing").await;
        ada.translates(&id, "fr", "Logement").await;
        app.set_time("2026-05-01T09:00:00Z");
        bob.patch(
            &tag,
            json!({ "translations": { "en": { "name": "Homes" } } }),
        )
        .await
        .expect(200);
        bob.patch(&translation(&id, "fr"), json!({ "title": "Logements" }))
            .await
            .expect(200);
        app.set_time("2026-05-01T10:00:00Z");
        let old = ("if-match", "\"v1\"");
        let refused = write_if(&ada, Method::PATCH, &tag, old, json!({})).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_changed(&refused, &bob, "2026-05-01T09:00:00.000Z");
        let french = translation(&id, "fr");
        let refused = write_if(&ada, Method::PATCH, &french, old, json!({})).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_changed(&refused, &bob, "2026-05-01T09:00:00.000Z");
        // The English translation has another last writer than the French one.
        let english = translation(&id, "en");
        let refused = write_if(&bob, Method::PATCH, &english, old, json!({})).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_changed(&refused, &ada, "2026-05-01T08:00:00.000Z");
        // Publishing changes the version too.
        ada.publishes(&id, "en").await;
        let refused = write_if(&bob, Method::PUT, &publication(&id, "en"), old, json!({})).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        assert_changed(&refused, &ada, "2026-05-01T10:00:00.000Z");
    }
);

on_both!(a_change_without_a_user_has_no_name, async |app| {
    let ada = app.admin("ada").await;
    let bob = app.contributor("bob").await;
    let address = format!("/v1/admin/users/{}", bob.user.unwrap());
    let body = json!({ "role": "author" });
    let refused = write_if(&ada, Method::PATCH, &address, ("if-match", "\"v9\""), body).await;
    // Bob was created before the first entry of the log.
    let refused = refused.expect_problem(412, "precondition_failed");
    assert!(refused.json.get("changed_at").is_none(), "{refused}");
});

on_both!(
    a_condition_that_is_no_entity_tag_is_malformed_and_changes_nothing,
    async |app| {
        let ada = app.editor("ada").await;
        let tag = format!("{TAGS}/{}", ada.makes(TAGS, named("en", "Housing")).await);
        let body = || json!({ "translations": { "en": { "name": "Homes" } } });
        for name in ["if-match", "if-none-match"] {
            for value in [
                "v1",
                "",
                "'v1'",
                "\"v1",
                "\"v1\", v2",
                "*, \"v1\"",
                "w/\"v1\"",
            ] {
                let refused = write_if(&ada, Method::PATCH, &tag, (name, value), body()).await;
                let refused = refused.expect_problem(400, "bad_request");
                let fault = refused.at("/errors/0");
                assert!(
                    fault["header"].as_str().unwrap().eq_ignore_ascii_case(name),
                    "{refused}"
                );
                assert_eq!(fault["code"], "wrong_format");
            }
        }
        assert_eq!(ada.get(&tag).await.at("/data/version"), 1);
        let quoted = ("if-match", "\"v1\"");
        write_if(&ada, Method::PATCH, &tag, quoted, body())
            .await
            .expect(200);
        let operation = json!({ "method": "DELETE", "path": tag, "if_match": "v2" });
        let batch = json!({ "operations": [operation] });
        let answer = ada.post("/v1/admin/batch", batch).await.expect(200);
        assert_eq!(answer.at("/data/results/0/status"), 400, "{answer}");
    }
);

on_both!(if_none_match_creates_and_never_replaces, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let french = translation(&id, "fr");
    let new = ("if-none-match", "*");
    let made = write_if(&ada, Method::PUT, &french, new, text("Logement")).await;
    let made = made.expect(201);
    let refused = write_if(&ada, Method::PUT, &french, new, text("Autre")).await;
    let refused = refused.expect_problem(412, "precondition_failed");
    assert_eq!(refused.header("etag"), made.header("etag"));
    assert_changed(&refused, &ada, "2026-05-01T08:00:00.000Z");
    assert_eq!(ada.get(&french).await.text("/data/title"), "Logement");
    let known = ("if-none-match", made.header("etag"));
    let refused = write_if(&ada, Method::PUT, &french, known, text("Autre")).await;
    refused.expect_problem(412, "precondition_failed");
});

on_both!(
    a_translation_that_is_created_again_has_a_new_version,
    async |app| {
        let ada = app.editor("ada").await;
        let id = ada.writes("en", "Housing").await;
        let french = translation(&id, "fr");
        let mut seen = Vec::new();
        for round in 0..3 {
            let made = ada.put(&french, text("Logement")).await.expect(201);
            seen.push(made.header("etag").to_owned());
            for save in 0..round {
                let title = json!({ "title": format!("Logement {save}") });
                let saved = ada.patch(&french, title).await.expect(200);
                seen.push(saved.header("etag").to_owned());
            }
            ada.delete(&french).await.expect(204);
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{seen:?}");
    }
);

on_both!(restoring_a_post_checks_its_version, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = format!("{POSTS}/{id}");
    let seen = ada.get(&address).await.header("etag").to_owned();
    ada.delete(&address).await.expect(204);
    let restoration = format!("{address}/restoration");
    let restore = async |seen: &str| {
        let request = ada.request(Method::POST, &restoration);
        ada.send(request.insert_header((IF_MATCH, seen))).await
    };
    let refused = restore(&seen).await;
    let refused = refused.expect_problem(412, "precondition_failed");
    let current = refused.header("etag").to_owned();
    restore(&current).await.expect(200);
});

on_both!(an_entity_tag_may_have_bytes_above_ascii, async |app| {
    let ada = app.editor("ada").await;
    let id = ada.writes("en", "Housing").await;
    let address = format!("{POSTS}/{id}");
    let read = ada.get(&address).await.expect(200);
    let with_current = [b"\"\xe9\", ", read.header("etag").as_bytes()].concat();
    for (name, tags, status) in [
        (IF_MATCH, &b"\"\xe9,\xe9\""[..], 412),
        (IF_MATCH, b"\"\x80\xff\", *", 400),
        (IF_NONE_MATCH, b"W/\"\xc3\"", 200),
        (IF_NONE_MATCH, &with_current, 412),
    ] {
        let tags = HeaderValue::from_bytes(tags).unwrap();
        let request = ada.request(Method::PATCH, &address).set_json(json!({}));
        let answer = ada.send(request.insert_header((name, tags))).await;
        answer.expect(status);
    }
});

on_both!(a_server_may_insist_on_preconditions, async |app| {
    let app = app.another(&[("TRIBUNA_REQUIRE_IF_MATCH", "true")]).await;
    let (ada, anyone) = (app.admin("ada").await, app.anonymous());
    let insisted = conditional_operations();
    for (method, path) in &insisted {
        let path = path
            .replace("{id}", &Id::new().to_string())
            .replace("{link}", &Id::new().to_string())
            .replace("{lang}", "fr")
            .replace("{number}", "1");
        let call = |client: &Client| client.request(method.clone(), &path).set_json(json!({}));
        let refused = ada.send(call(&ada)).await;
        refused.expect_problem(428, "precondition_required");
        // Anonymous clients get a `401`.
        let refused = anyone.send(call(&anyone)).await;
        refused.expect_problem(401, "unauthenticated");
        let asked = call(&ada).insert_header((IF_MATCH, "\"v1\""));
        let asked = ada.send(asked).await;
        assert_ne!(asked.status, 428, "{asked}");
        // A condition that always holds is no precondition.
        let idle = call(&ada).insert_header((IF_NONE_MATCH, "\"v9\""));
        let idle = ada.send(idle).await;
        let idle = idle.expect_problem(428, "precondition_required");
        let detail = idle.text("/detail");
        let creates = method == Method::PUT && path.ends_with("/translations/fr");
        assert_eq!(
            detail.contains("`If-None-Match: *`"),
            creates,
            "{path}: {detail}"
        );
    }
    assert!(insisted.len() >= 25, "{insisted:?}");
    let id = ada
        .post(POSTS, post("en", "Housing"))
        .await
        .expect(201)
        .id();
    let french = ada.request(Method::PUT, &translation(&id, "fr"));
    let french = french.insert_header((IF_NONE_MATCH, "*"));
    let made = ada.send(french.set_json(text("Logement"))).await;
    made.expect(201);
});

/// The method and the path of every operation that is documented to take `If-Match`.
fn conditional_operations() -> Vec<(Method, String)> {
    let management = tribuna::app::contract().unwrap().management;
    let mut found = Vec::new();
    for (path, item) in management["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["responses"].get("428").is_some() {
                let method = method.to_uppercase().parse().unwrap();
                found.push((method, path.clone()));
            }
        }
    }
    found
}

on_both!(users_change_their_own_account_as_they_saw_it, async |app| {
    app.add_first_admin();
    let (me, own) = ("/v1/auth/me", "/v1/auth/password");
    let root = app.signs_in(ADA).await;
    let seen = root.get(me).await.expect(200).header("etag").to_owned();
    let name = |name: &str| json!({ "name": name });
    let named = write_if(&root, Method::PATCH, me, ("if-match", &seen), name("Ada")).await;
    let now = named.expect(200).header("etag").to_owned();
    assert_ne!(now, seen);
    let refused = write_if(&root, Method::PATCH, me, ("if-match", &seen), name("Bo")).await;
    let refused = refused.expect_problem(412, "precondition_failed");
    assert_eq!(refused.header("etag"), now);
    let password =
        json!({ "current_password": PASSWORD, "new_password": "another walk by the sea" });
    let refused = write_if(
        &root,
        Method::PUT,
        own,
        ("if-match", &seen),
        password.clone(),
    )
    .await;
    refused.expect_problem(412, "precondition_failed");
    for (method, path, body) in [
        (Method::PATCH, me, name("Bo")),
        (Method::PUT, own, password.clone()),
    ] {
        let refused = write_if(&root, method, path, ("if-match", "v1"), body).await;
        refused.expect_problem(400, "bad_request");
    }
    assert_eq!(root.get(me).await.at("/data/name"), "Ada");
    let changed = write_if(&root, Method::PUT, own, ("if-match", &now), password).await;
    changed.expect(204);
});
