//! Keys as admins manage them, and how soon a change applies.

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{KEYS, key, new};
use crate::support::client::Answer;
use crate::support::content::{CATEGORIES, ORGANIZATIONS, named, translation};
use crate::support::passwords::USERS;

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

on_both!(
    a_submission_and_a_preview_link_belong_to_the_key_that_made_them,
    async |app| {
        let (ada, boss) = (app.editor("ada").await, app.admin("boss").await);
        let (writer, id) = key(&app, new(&["content:write"])).await;
        let (other, _) = key(&app, new(&["content:write"])).await;
        let (publisher, _) = key(&app, new(&["content:publish"])).await;
        let text = translation(&ada.writes("en", "Housing").await, "en");
        let noun = |noun: &str| format!("{text}/{noun}");
        let (submission, review) = (noun("submission"), noun("review"));
        let withdraws = |answer: &Answer| {
            let actions = answer.at("/data/allowed_actions").as_array().unwrap();
            actions.contains(&json!("withdraw"))
        };
        let submitted = writer.put(&submission, json!({})).await.expect(200);
        assert!(withdraws(&submitted));
        assert!(!withdraws(&other.get(&submission).await.expect(200)));
        other
            .delete(&submission)
            .await
            .expect_problem(403, "forbidden");
        writer.delete(&submission).await.expect(204);
        writer.put(&submission, json!({})).await.expect(200);
        let approval = json!({ "verdict": "approved" });
        let changes = json!({ "verdict": "changes_requested", "note": "Which?" });
        let waiting = publisher.get("/v1/admin/tasks?kind=review").await;
        assert_eq!(waiting.expect(200).items().len(), 1);
        publisher.put(&review, changes).await.expect(200);
        for (key, tasks) in [(&writer, 1), (&other, 0)] {
            let correct = key.get("/v1/admin/tasks?kind=correct").await.expect(200);
            assert_eq!(correct.items().len(), tasks);
        }
        publisher.put(&submission, json!({})).await.expect(200);
        let waiting = publisher.get("/v1/admin/tasks?kind=review").await;
        assert!(waiting.expect(200).items().is_empty());
        let refused = publisher.put(&review, approval.clone()).await;
        refused.expect_problem(403, "own_submission");
        ada.put(&review, approval).await.expect(200);

        // The submission of a deleted user, or of a deleted key, is nobody's.
        let ben = app.editor("ben").await;
        ben.delete(&submission).await.expect(204);
        ben.put(&submission, json!({})).await.expect(200);
        let user = format!("{USERS}/{}", ben.user.unwrap());
        boss.delete(&user).await.expect(204);
        other.delete(&submission).await.expect(403);
        ada.delete(&submission).await.expect(204);
        writer.put(&submission, json!({})).await.expect(200);
        let link = writer.post(&noun("preview-links"), json!({})).await;
        let preview = link.expect(201).text("/data/url").to_owned();
        let nobody = app.anonymous();
        nobody.get(&preview).await.expect(200);
        boss.delete(&format!("{KEYS}/{id}")).await.expect(204);
        nobody.get(&preview).await.expect(404);
        other.delete(&submission).await.expect(403);
    }
);
