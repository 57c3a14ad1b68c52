//! API keys: their management, what they may do, and how soon a change applies.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, post_with, text, translation,
};

const KEYS: &str = "/v1/admin/keys";

fn new(scopes: &[&str]) -> Value {
    json!({ "name": "City Network", "scopes": scopes })
}

/// A key with these members, as the client that has it, and its id.
async fn key(app: &TestApp, new: Value) -> (Client, String) {
    let boss = app.admin("boss").await;
    let made = boss.post(KEYS, new).await.expect(201);
    (app.bearer(made.text("/data/secret")), made.id())
}

async fn with_header(client: &Client, secret: &str, path: &str) -> Answer {
    let request = client.request(Method::GET, path);
    client
        .send(request.insert_header(("x-api-key", secret)))
        .await
}

on_both!(a_key_is_made_read_changed_and_deleted, async |app| {
    let boss = app.admin("boss").await;
    let organization = boss.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let category = boss.makes(CATEGORIES, named("en", "Housing")).await;
    let whole = json!({
        "name": " City Network ", "organization": organization, "scopes": ["content:read", "delivery:read"],
        "languages": ["fr", "en", "fr"], "categories": [category], "expires_at": "2030-01-01T00:00:00Z",
        "quota": { "per_minute": 600, "burst": 100 }
    });
    let made = boss.post(KEYS, whole).await.expect(201);
    let (id, secret) = (made.id(), made.text("/data/secret").to_owned());
    assert_eq!(made.header("location"), format!("{KEYS}/{id}"));
    assert!(secret.starts_with(made.text("/data/prefix")));
    assert_eq!(made.text("/data/name"), "City Network");
    assert_eq!(made.at("/data/languages"), &json!(["en", "fr"]));
    assert_eq!(
        made.at("/data/scopes"),
        &json!(["delivery:read", "content:read"])
    );
    assert_eq!(made.text("/data/created_by/name"), "boss");
    let address = format!("{KEYS}/{id}");
    let read = boss.get(&address).await.expect(200);
    assert!(read.json["data"].get("secret").is_none());
    assert_eq!(
        read.at("/data/quota"),
        &json!({ "per_minute": 600, "burst": 100 })
    );
    let change = json!({ "quota": { "burst": 50 }, "languages": null, "organization": null });
    let changed = boss.patch(&address, change).await.expect(200);
    assert_eq!(
        changed.at("/data/quota"),
        &json!({ "per_minute": 600, "burst": 50 })
    );
    assert_eq!(changed.at("/data/languages"), &json!([]));
    assert_eq!(changed.at("/data/organization"), &Value::Null);
    assert_eq!(changed.header("etag"), "\"v2\"");
    let stale = boss
        .request(Method::DELETE, &address)
        .insert_header(("if-match", "\"v1\""));
    boss.send(stale)
        .await
        .expect_problem(412, "precondition_failed");
    let replaced = boss
        .put(&address, new(&["content:write"]))
        .await
        .expect(200);
    assert_eq!(replaced.at("/data/quota"), &Value::Null);
    assert_eq!(
        boss.get(&format!("{KEYS}?q=network")).await.column("id"),
        [&*id]
    );
    boss.delete(&address).await.expect(204);
    boss.get(&address).await.expect(404);
    let log = boss.get("/v1/admin/audit?kind=api_key").await.expect(200);
    assert_eq!(
        log.column("operation"),
        ["delete", "update", "update", "create"]
    );
    assert!(!log.json.to_string().contains(&secret));
});

on_both!(what_a_key_cannot_be_is_refused, async |app| {
    let boss = app.admin("boss").await;
    let nobody = "01900000-0000-7000-8000-000000000000";
    for (wrong, fault) in [
        (
            json!({ "organization": nobody }),
            ("/organization", "unknown_reference"),
        ),
        (
            json!({ "categories": [nobody] }),
            ("/categories/0", "unknown_reference"),
        ),
        (
            json!({ "expires_at": "2026-01-01T00:00:00Z" }),
            ("/expires_at", "past"),
        ),
    ] {
        let mut body = new(&["delivery:read"]);
        body.as_object_mut()
            .unwrap()
            .extend(wrong.as_object().unwrap().clone());
        let refused = boss
            .post(KEYS, body)
            .await
            .expect_problem(422, "invalid_body");
        assert_eq!(refused.faults(), [fault]);
    }
    for scopes in [&[][..], &["everything"]] {
        boss.post(KEYS, new(scopes)).await.expect(422);
    }
    let id = boss.makes(KEYS, new(&["delivery:read"])).await;
    let half = json!({ "quota": { "burst": 5 } });
    let refused = boss.patch(&format!("{KEYS}/{id}"), half).await.expect(422);
    assert_eq!(refused.faults(), [("/quota/per_minute", "required")]);
});

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

on_both!(
    a_deleted_key_stops_working_at_once_everywhere,
    async |app| {
        let (one, other) = (app.keeping().await, app.keeping().await);
        let (partner, id) = key(&one, new(&["delivery:read"])).await;
        other.catches_up().await;
        let there = other.bearer(partner.token.as_ref().unwrap());
        for _ in 0..2 {
            partner.get("/v1/tags").await.expect(200);
            there.get("/v1/tags").await.expect(200);
        }
        let boss = one.admin("boss").await;
        let change = json!({ "scopes": ["webhooks:manage"] });
        boss.patch(&format!("{KEYS}/{id}"), change)
            .await
            .expect(200);
        partner.get("/v1/tags").await.expect(403);
        other.catches_up().await;
        there.get("/v1/tags").await.expect(403);
        boss.delete(&format!("{KEYS}/{id}")).await.expect(204);
        partner
            .get("/v1/tags")
            .await
            .expect_problem(401, "invalid_key");
        other.catches_up().await;
        there
            .get("/v1/tags")
            .await
            .expect_problem(401, "invalid_key");
    }
);

on_both!(a_key_ends_by_itself, async |app| {
    let app = app.keeping().await;
    let mut ends = new(&["delivery:read"]);
    ends["expires_at"] = "2026-05-01T09:00:00Z".into();
    let (partner, _) = key(&app, ends).await;
    partner.get("/v1/tags").await.expect(200);
    app.set_time("2026-05-01T09:00:00Z");
    app.catches_up().await;
    partner
        .get("/v1/tags")
        .await
        .expect_problem(401, "invalid_key");
});

on_both!(two_secrets_work_during_a_rotation, async |app| {
    let app = app.keeping().await;
    let (old, id) = key(&app, new(&["delivery:read"])).await;
    let boss = app.admin("boss").await;
    let rotation = format!("{KEYS}/{id}/rotation");
    let late = json!({ "old_expires_at": "2026-06-01T08:00:00Z" });
    let late = boss.post(&rotation, late).await.expect(422);
    assert_eq!(late.faults(), [("/old_expires_at", "too_late")]);
    let rotated = boss.post(&rotation, json!({})).await.expect(201);
    assert_eq!(
        rotated.text("/data/rotation/old_expires_at"),
        "2026-05-02T08:00:00.000Z"
    );
    let current = app.bearer(rotated.text("/data/secret"));
    for client in [&old, &current] {
        client.get("/v1/key").await.expect(200);
    }
    let told = old.get("/v1/key").await;
    assert_eq!(
        told.text("/data/secret_expires_at"),
        "2026-05-02T08:00:00.000Z"
    );
    app.set_time("2026-05-02T08:00:00Z");
    app.catches_up().await;
    old.get("/v1/key").await.expect_problem(401, "invalid_key");
    current.get("/v1/key").await.expect(200);
    let boss_again = app.admin("boss").await;
    assert_eq!(
        boss_again
            .get(&format!("{KEYS}/{id}"))
            .await
            .at("/data/rotation"),
        &Value::Null
    );
    let again = boss_again.post(&rotation, json!({})).await.expect(201);
    let newest = app.bearer(again.text("/data/secret"));
    boss_again.delete(&rotation).await.expect(204);
    current
        .get("/v1/key")
        .await
        .expect_problem(401, "invalid_key");
    newest.get("/v1/key").await.expect(200);
    boss_again.delete(&rotation).await.expect(404);
});

on_both!(a_partner_learns_of_its_own_key, async |app| {
    let boss = app.admin("boss").await;
    let organization = boss.makes(ORGANIZATIONS, json!({ "name": "Lagos" })).await;
    let mut whole = new(&["delivery:read"]);
    whole["organization"] = organization.into();
    whole["quota"] = json!({ "per_minute": 60, "burst": 2 });
    let (partner, id) = key(&app, whole).await;
    let told = partner.get("/v1/key").await.expect(200);
    assert_eq!(told.text("/data/organization/name"), "Lagos");
    assert_eq!(
        told.at("/data/quota"),
        &json!({ "per_minute": 60, "burst": 2, "remaining": 1, "reset": 1 })
    );
    assert_eq!(told.at("/data/requests"), &json!(1));
    assert_eq!(told.header("ratelimit"), r#""default";r=1;t=1"#);
    assert_eq!(told.header("ratelimit-policy"), r#""default";q=2;w=2"#);
    partner.get("/v1/tags").await.expect(200);
    partner
        .get("/v1/tags")
        .await
        .expect_problem(429, "quota_exceeded");
    app.anonymous().get("/v1/tags").await.expect(200);
    app.instance.keys.usage().store(&app.state.db).unwrap();
    let stored = boss.get(&format!("{KEYS}/{id}")).await.expect(200);
    assert_eq!(stored.at("/data/requests"), &json!(3));
    assert_eq!(stored.text("/data/last_used_at"), crate::support::START);
    assert_eq!(stored.header("etag"), "\"v1\"");
});

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

/// Posts in English and French: one in Housing, one below it, one elsewhere; and one in English only.
struct Shelf {
    housing: String,
    other: String,
    inside: String,
    below: String,
    outside: String,
    english: String,
}

impl Shelf {
    async fn filled(ada: &Client) -> Self {
        let housing = ada.makes(CATEGORIES, named("en", "Housing")).await;
        let mut child = named("en", "Rent");
        child["parent"] = housing.clone().into();
        let child = ada.makes(CATEGORIES, child).await;
        let other = ada.makes(CATEGORIES, named("en", "Water")).await;
        let mut posts = Vec::new();
        for (title, category) in [("Inside", &housing), ("Below", &child), ("Outside", &other)] {
            let body = post_with("en", title, json!({ "categories": [category] }));
            let id = ada.makes(POSTS, body).await;
            ada.translates(&id, "fr", &format!("{title} fr")).await;
            posts.push(id);
        }
        let body = post_with("en", "English", json!({ "categories": [housing] }));
        let english = ada.makes(POSTS, body).await;
        let [inside, below, outside] = posts.try_into().unwrap();
        Self {
            housing,
            other,
            inside,
            below,
            outside,
            english,
        }
    }
}

on_both!(
    a_key_sees_and_writes_only_inside_of_its_categories,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        let mut limited = new(&["content:publish"]);
        limited["categories"] = json!([shelf.housing]);
        let (machine, id) = key(&app, limited).await;
        let seen = machine.get(POSTS).await.expect(200);
        assert_eq!(
            seen.column("id"),
            [&*shelf.english, &*shelf.below, &*shelf.inside]
        );
        let work = machine
            .get("/v1/admin/translations?state=draft")
            .await
            .expect(200);
        assert!(!work.column("post").contains(&&*shelf.outside));
        for path in [
            "",
            "/history",
            "/translations/en",
            "/translations/en/revisions",
        ] {
            machine
                .get(&format!("{POSTS}/{}{path}", shelf.inside))
                .await
                .expect(200);
            machine
                .get(&format!("{POSTS}/{}{path}", shelf.outside))
                .await
                .expect(404);
        }
        machine
            .patch(&translation(&shelf.outside, "en"), json!({ "title": "X" }))
            .await
            .expect(404);
        let moved = json!({ "categories": [shelf.other] });
        let inside = format!("{POSTS}/{}", shelf.inside);
        let refused = machine
            .patch(&inside, moved.clone())
            .await
            .expect_problem(403, "beyond_key_limit");
        assert!(refused.text("/detail").contains("categories"));
        let both = json!({ "categories": [shelf.other, shelf.housing] });
        machine.patch(&inside, both).await.expect(200);
        machine
            .post(POSTS, post("en", "New"))
            .await
            .expect_problem(403, "beyond_key_limit");
        machine
            .post(POSTS, post_with("en", "New", moved))
            .await
            .expect(403);
        let right = post_with("en", "New", json!({ "categories": [shelf.housing] }));
        machine.post(POSTS, right).await.expect(201);
        // The category stays as long as a key is limited to it, and a merge takes the limit along.
        let target = ada.makes(CATEGORIES, named("en", "Homes")).await;
        let merge = format!("{CATEGORIES}/{}/merge", shelf.housing);
        ada.post(&merge, json!({ "into": target }))
            .await
            .expect(200);
        let boss = app.admin("boss").await;
        assert_eq!(
            boss.get(&format!("{KEYS}/{id}"))
                .await
                .at("/data/categories"),
            &json!([target])
        );
        let held = ada
            .delete(&format!("{CATEGORIES}/{target}"))
            .await
            .expect_problem(409, "in_use");
        assert!(held.text("/detail").contains("1 key."));
    }
);

on_both!(a_key_sees_and_writes_only_in_its_languages, async |app| {
    let ada = app.editor("ada").await;
    let shelf = Shelf::filled(&ada).await;
    let mut limited = new(&["content:publish"]);
    limited["languages"] = json!(["fr"]);
    let (machine, _) = key(&app, limited).await;
    let seen = machine.get(POSTS).await.expect(200);
    assert_eq!(
        seen.column("id"),
        [&*shelf.outside, &*shelf.below, &*shelf.inside]
    );
    let langs = |answer: &Answer, at: &str| {
        let lines = answer.at(at).as_array().unwrap().clone();
        lines
            .iter()
            .map(|line| line["lang"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(langs(&seen, "/data/0/translations"), ["fr"]);
    let one = machine
        .get(&format!("{POSTS}/{}", shelf.inside))
        .await
        .expect(200);
    assert_eq!(langs(&one, "/data/translations"), ["fr"]);
    machine
        .get(&format!("{POSTS}/{}", shelf.english))
        .await
        .expect(404);
    for path in ["", "/revisions", "/revisions/1", "/steps", "/preview-links"] {
        machine
            .get(&format!("{}{path}", translation(&shelf.inside, "fr")))
            .await
            .expect(200);
        machine
            .get(&format!("{}{path}", translation(&shelf.inside, "en")))
            .await
            .expect(404);
    }
    machine
        .patch(&translation(&shelf.inside, "fr"), json!({ "title": "X" }))
        .await
        .expect(200);
    for lang in ["en", "de"] {
        let refused = machine
            .put(&translation(&shelf.inside, lang), text("X"))
            .await;
        let refused = refused.expect_problem(403, "beyond_key_limit");
        assert!(refused.text("/detail").ends_with("(`languages`): fr."));
    }
    machine
        .post(POSTS, post("en", "New"))
        .await
        .expect_problem(403, "beyond_key_limit");
    machine.post(POSTS, post("fr", "Nouveau")).await.expect(201);
    machine
        .delete(&format!("{POSTS}/{}", shelf.inside))
        .await
        .expect(403);
    let matrix = machine
        .get("/v1/admin/translation-matrix")
        .await
        .expect(200);
    assert_eq!(langs(&matrix, "/data"), ["fr"]);
    // What is public is everybody's.
    ada.publishes(&shelf.inside, "en").await;
    assert_eq!(machine.get("/v1/posts").await.expect(200).items().len(), 1);
});

on_both!(
    a_key_publishes_what_all_languages_share_only_within_its_languages,
    async |app| {
        let ada = app.editor("ada").await;
        let shelf = Shelf::filled(&ada).await;
        for lang in ["en", "fr"] {
            ada.publishes(&shelf.inside, lang).await;
        }
        let tag = ada.makes(TAGS, named("en", "Rent")).await;
        let mut limited = new(&["content:publish"]);
        limited["languages"] = json!(["fr"]);
        let (machine, _) = key(&app, limited).await;
        let inside = format!("{POSTS}/{}", shelf.inside);
        let tags = json!({ "tags": [tag] });
        let one = format!("{inside}/tags/{tag}?publish=shared");
        let refused = [
            machine
                .patch(&format!("{inside}?publish=shared"), tags.clone())
                .await,
            machine.send(machine.request(Method::PUT, &one)).await,
            machine
                .send(machine.request(Method::PUT, &format!("{inside}/publication")))
                .await,
        ];
        for refused in refused {
            refused.expect_problem(403, "beyond_key_limit");
        }
        let changed = machine.patch(&inside, tags).await.expect(200);
        assert_eq!(changed.text("/data/translation/lang"), "fr");
        assert_eq!(changed.json.pointer("/data/translations/1"), None);
        machine
            .delete(&one)
            .await
            .expect_problem(403, "beyond_key_limit");
        let removed = machine.delete(&format!("{inside}/tags/{tag}")).await;
        assert!(removed.expect(204).headers.contains_key("etag"));
        let french = translation(&shelf.inside, "fr");
        let named = machine.get(&format!("{french}?include=translators")).await;
        named.expect(200);
        let english = translation(&shelf.inside, "en");
        for path in [
            format!("{english}?include=translators"),
            format!("{inside}/history?lang=en"),
        ] {
            machine.get(&path).await.expect(404);
        }
        let takedown = json!({ "reason": "error" });
        let request = machine.request(Method::DELETE, &format!("{english}/publication"));
        let refused = machine.send(request.set_json(takedown)).await;
        refused.expect_problem(403, "beyond_key_limit");
    }
);

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
