//! Requests with keys.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{KEYS, key, new};
use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, TAGS, named, post, translation};

async fn with_header(client: &Client, secret: &str, path: &str) -> Answer {
    let request = client.request(Method::GET, path);
    client
        .send(request.insert_header(("x-api-key", secret)))
        .await
}

on_both!(
    a_key_works_in_either_header_and_a_bad_one_nowhere,
    async |app| {
        let (partner, _) = key(&app, new(&["content:read"])).await;
        let secret = partner.token.clone().unwrap();
        let nobody = app.anonymous();
        for path in ["/v1/posts", TAGS, POSTS, "/v1/key"] {
            partner.get(path).await.expect(200);
            with_header(&nobody, &secret, path).await.expect(200);
            let misspelt = format!("{}0", &secret[..secret.len() - 1]);
            let other = tribuna::accounts::api_keys::secret::KeySecret::random()
                .unwrap()
                .into_text();
            for bad in [misspelt, other, "nonsense".to_owned()] {
                with_header(&nobody, &bad, path)
                    .await
                    .expect_problem(401, "invalid_key");
            }
        }
        nobody
            .get("/v1/key")
            .await
            .expect_problem(401, "unauthenticated");
        let ada = app.editor("ada").await;
        ada.get("/v1/key")
            .await
            .expect_problem(401, "unauthenticated");
    }
);

on_both!(a_key_needs_the_scope_to_read_what_is_public, async |app| {
    let app = app.keeping().await;
    app.anonymous().get("/v1/posts").await.expect(200);
    let (hooks, _) = key(&app, new(&["webhooks:manage"])).await;
    hooks
        .get("/v1/posts")
        .await
        .expect_problem(403, "forbidden");
    hooks.get("/v1/key").await.expect(200);
    hooks.get(TAGS).await.expect_problem(403, "forbidden");
});

on_both!(
    a_known_key_is_answered_from_memory_without_the_database,
    async |app| {
        let app = app.keeping().await;
        let (partner, _) = key(&app, new(&["delivery:read"])).await;
        let first = partner.get("/v1/tags").await.expect(200);
        assert_eq!(first.header("cache-status"), "tribuna; fwd=miss; stored");
        let (hit, statements) = app.watched(partner.get("/v1/tags")).await;
        assert_eq!(hit.header("cache-status"), "tribuna; hit");
        assert_eq!(statements, Vec::<String>::new());
        assert_eq!(hit.header("cache-control"), "private, no-cache");
        assert_eq!(hit.header("vary"), "accept-encoding");
        assert!(hit.headers.contains_key("ratelimit"));
        assert_eq!(hit.header("etag"), first.header("etag"));
        let nobody = app.anonymous().get("/v1/tags").await;
        assert_eq!(nobody.header("cache-status"), "tribuna; hit");
        assert!(nobody.header("cache-control").starts_with("public"));
        assert!(!nobody.headers.contains_key("ratelimit"));
    }
);

on_both!(a_key_is_an_actor_of_its_own, async |app| {
    let (machine, id) = key(&app, new(&["content:publish"])).await;
    let made = machine
        .post(POSTS, post("en", "Written by a machine"))
        .await
        .expect(201);
    assert_eq!(made.at("/data/created_by"), &Value::Null);
    let address = format!("{}/publication", translation(&made.id(), "en"));
    machine.put(&address, json!({})).await.expect(200);
    let boss = app.admin("boss").await;
    let log = boss
        .get(&format!("/v1/admin/audit?actor={id}"))
        .await
        .expect(200);
    assert!(log.items().len() >= 3);
    assert_eq!(
        log.at("/data/0/actor"),
        &json!({ "kind": "key", "id": id, "name": "City Network" })
    );
    // The keys of idempotency are those of the API key.
    let once = machine
        .request(Method::POST, TAGS)
        .insert_header(("idempotency-key", "a"));
    let once = machine
        .send(once.set_json(named("en", "Rent")))
        .await
        .expect(201);
    let again = machine
        .request(Method::POST, TAGS)
        .insert_header(("idempotency-key", "a"));
    let again = machine
        .send(again.set_json(named("en", "Rent")))
        .await
        .expect(201);
    assert_eq!(once.id(), again.id());
    let stale = boss.request(Method::PATCH, &format!("{TAGS}/{}", once.id()));
    let stale = stale
        .insert_header(("if-match", "\"v9\""))
        .set_json(json!({}));
    let stale = boss.send(stale.insert_header(("content-type", "application/merge-patch+json")));
    assert_eq!(stale.await.expect(412).json["changed_by"], Value::Null);
});

on_both!(a_key_works_in_a_batch, async |app| {
    let (machine, _) = key(&app, new(&["content:publish"])).await;
    let operations = json!({ "operations": [
        { "method": "GET", "path": TAGS },
        { "method": "POST", "path": TAGS, "body": named("en", "Rent") },
        { "method": "GET", "path": "/v1/admin/users" },
    ] });
    let done = machine
        .post("/v1/admin/batch", operations)
        .await
        .expect(200);
    let statuses: Vec<_> = done
        .at("/data/results")
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_u64())
        .collect();
    assert_eq!(statuses, [Some(200), Some(201), Some(403)]);
});

on_both!(own_posts_of_a_key_are_those_that_it_created, async |app| {
    let ada = app.editor("ada").await;
    ada.makes(POSTS, post("en", "By ada")).await;
    let (machine, _) = key(&app, new(&["content:write"])).await;
    let (other, _) = key(&app, new(&["content:write"])).await;
    let made = machine.makes(POSTS, post("en", "By a machine")).await;
    other.makes(POSTS, post("en", "By another")).await;
    let own = machine.get(&format!("{POSTS}?own=true")).await.expect(200);
    assert_eq!(own.column("id"), [&*made]);
    assert_eq!(machine.get(POSTS).await.items().len(), 3);
});

on_both!(
    copies_elsewhere_are_kept_with_a_key_or_without_one,
    async |app| {
        let app = app.keeping().await;
        let ada = app.editor("ada").await;
        let made = ada.makes(POSTS, post("en", "Public")).await;
        ada.publishes(&made, "en").await;
        let mut limited = new(&["delivery:read"]);
        limited["languages"] = json!(["fr"]);
        let (partner, id) = key(&app, limited).await;
        let (hooks, _) = key(&app, new(&["webhooks:manage"])).await;
        let paths = ["/v1/sync?initial=true", "/v1/snapshot.ndjson"];
        for path in paths {
            let seen = partner.get(path).await.expect(200);
            assert!(
                seen.body
                    .windows(made.len())
                    .any(|part| part == made.as_bytes()),
                "{path}"
            );
            hooks.get(path).await.expect_problem(403, "forbidden");
        }
        hooks
            .get("/v1/events")
            .await
            .expect_problem(403, "forbidden");
        app.admin("boss")
            .await
            .delete(&format!("{KEYS}/{id}"))
            .await
            .expect(204);
        for path in [paths[0], paths[1], "/v1/events"] {
            partner.get(path).await.expect_problem(401, "invalid_key");
        }
    }
);
