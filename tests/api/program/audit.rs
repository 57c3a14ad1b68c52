//! The audit trail: who did what, when and from where, with the values before and after, and without any secret.

use actix_web::http::Method;
use actix_web::http::header::ACCEPT;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, publication, text, translation,
};

const AUDIT: &str = "/v1/admin/audit";
const USERS: &str = "/v1/admin/users";
const PASSWORD: &str = "correct horse battery";

/// Returns `operation kind` of each entry, newest first.
fn summaries(list: &Answer) -> Vec<String> {
    let items = list.items().iter();
    let told = items.map(|one| format!("{} {}", one["operation"], one["kind"]).replace('"', ""));
    told.collect()
}

/// Returns the newest entry that matches the filters.
async fn newest(boss: &Client, filters: &str) -> Value {
    let list = boss.get(&format!("{AUDIT}?limit=1&{filters}")).await;
    list.expect(200).items()[0].clone()
}

on_both!(
    an_entry_says_who_did_what_when_and_from_where,
    async |app| {
        let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
        let request = ada
            .request(Method::POST, TAGS)
            .set_json(named("en", "Rent"))
            .insert_header(("X-Request-Id", "a-request-of-ada"))
            .peer_addr("203.0.113.7:4711".parse().unwrap());
        let tag = ada.send(request).await.expect(201).id();
        let entry = newest(&boss, "").await;
        assert_eq!(entry["at"], "2026-05-01T08:00:00.000Z");
        let id = ada.user.unwrap().to_string();
        let actor = json!({ "kind": "user", "id": id, "name": "ada" });
        assert_eq!(entry["actor"], actor);
        assert_eq!(entry["address"], "203.0.113.7");
        assert_eq!(entry["request_id"], "a-request-of-ada");
        assert_eq!(
            (&entry["kind"], &entry["operation"]),
            (&json!("tag"), &json!("create"))
        );
        assert_eq!(entry["entity"], tag);
        assert_eq!(entry["before"], Value::Null);
        let names = json!({ "en": { "name": "Rent", "slug": "rent", "description": null } });
        assert_eq!(entry["after"], json!({ "translations": names }));
    }
);

on_both!(before_and_after_hold_only_the_changes, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    let new = json!({ "name": "Lagos", "country": "NG" });
    let id = ada.makes(ORGANIZATIONS, new).await;
    let address = format!("{ORGANIZATIONS}/{id}");
    let edit = json!({ "name": "City of Lagos", "country": "NG" });
    ada.patch(&address, edit).await.expect(200);
    let entry = newest(&boss, "kind=organization").await;
    assert_eq!(entry["before"], json!({ "name": "Lagos" }));
    assert_eq!(entry["after"], json!({ "name": "City of Lagos" }));
    ada.delete(&address).await.expect(204);
    let entry = newest(&boss, "kind=organization").await;
    assert_eq!(entry["before"]["slug"], "lagos");
    assert_eq!(entry["after"], Value::Null);
    let author = ada.makes(AUTHORS, json!({ "name": "Lin" })).await;
    ada.patch(
        &format!("{AUTHORS}/{author}"),
        json!({ "bio": { "en": "A mayor." } }),
    )
    .await
    .expect(200);
    let entry = newest(&boss, "kind=author").await;
    assert_eq!(entry["before"], json!({ "bio": {} }));
    let [one, other] = [
        ada.makes(CATEGORIES, named("en", "One")).await,
        ada.makes(CATEGORIES, named("en", "Other")).await,
    ];
    let merge = format!("{CATEGORIES}/{one}/merge");
    ada.post(&merge, json!({ "into": other })).await.expect(200);
    let entry = newest(&boss, "operation=merge").await;
    assert_eq!(entry["before"]["translations"]["en"]["name"], "One");
    assert_eq!(entry["after"], json!({ "into": other }));
});

on_both!(members_have_the_same_order_on_every_database, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    let new = json!({ "name": "Lagos", "url": "https://example.org", "country": "NG" });
    ada.makes(ORGANIZATIONS, new).await;
    let entry = newest(&boss, "kind=organization").await;
    let names: Vec<&String> = entry["after"].as_object().unwrap().keys().collect();
    assert!(names.len() > 2 && names.is_sorted(), "{names:?}");
});

on_both!(
    moving_to_the_trash_and_restoring_stand_in_the_trail,
    async |app| {
        let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
        let id = ada.issues("en", "Housing").await;
        ada.translates(&id, "fr", "Logement").await;
        let post = format!("{POSTS}/{id}");
        ada.delete(&post).await.expect(204);
        let at = "2026-05-01T08:00:00.000Z";
        let gone = newest(&boss, "kind=post&operation=delete").await;
        assert_eq!(gone["before"], json!({ "deleted_at": null }));
        let after = json!({ "deleted_at": at, "taken_down": ["en"] });
        assert_eq!(gone["after"], after);
        ada.post(&format!("{post}/restoration"), Value::Null)
            .await
            .expect(200);
        let back = newest(&boss, "kind=post&operation=restore").await;
        assert_eq!(back["before"], json!({ "deleted_at": at }));
        assert_eq!(back["after"], json!({ "deleted_at": null }));
    }
);

on_both!(the_trail_has_only_hashes_of_texts, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    let id = ada.writes("en", "Housing").await;
    let edit = json!({ "title": "Homes", "body": { "source": "Zanzibar" } });
    ada.patch(&translation(&id, "en"), edit).await.expect(200);
    let entry = newest(&boss, "kind=translation&lang=en").await;
    assert_eq!(entry["before"]["title"], "Housing");
    assert_eq!(entry["after"]["title"], "Homes");
    let sha256 = "33438fa4d94325fda8db0ada08177d38f063bf758ce183dc20c7a70b1506cf6d";
    let body = json!({ "format": "markdown", "sha256": sha256 });
    assert_eq!(entry["after"]["body"], body);
    assert!(!entry.to_string().contains("Zanzibar"));
    ada.publishes(&id, "en").await;
    let entry = newest(&boss, &format!("kind=publication&entity={id}")).await;
    assert_eq!(entry["after"]["slug"], "housing");
    ada.delete(&publication(&id, "en")).await.expect(204);
    let entry = newest(&boss, &format!("kind=publication&entity={id}")).await;
    assert_eq!(
        (&entry["operation"], &entry["before"]["slug"]),
        (&json!("unpublish"), &json!("housing"))
    );
});

/// Signs in and returns the answer.
async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post("/v1/auth/login", body).await
}

async fn user(boss: &Client, name: &str) -> String {
    let email = format!("{name}@example.org");
    let new = json!({ "email": email, "password": PASSWORD, "role": "editor" });
    boss.makes(USERS, new).await
}

on_both!(signing_in_and_out_stands_in_the_trail, async |app| {
    let boss = app.admin("boss").await;
    let id = user(&boss, "ada").await;
    sign_in(&app, "ada@example.org", "wrong but long enough")
        .await
        .expect(401);
    sign_in(&app, "nobody@example.org", PASSWORD)
        .await
        .expect(401);
    // The password was typed into the field for the e-mail address.
    sign_in(&app, PASSWORD, PASSWORD).await.expect(401);
    let tokens = sign_in(&app, "ada@example.org", PASSWORD).await.expect(200);
    let (access, refresh) = (tokens.text("/access_token"), tokens.text("/refresh_token"));
    app.bearer(access)
        .post("/v1/auth/logout", Value::Null)
        .await
        .expect(204);
    let list = boss.get(&format!("{AUDIT}?kind=session")).await.expect(200);
    let failed = "sign_in_failed session";
    assert_eq!(
        summaries(&list),
        [
            "sign_out session",
            "sign_in session",
            failed,
            failed,
            failed
        ]
    );
    let [out, signed_in, garbled, unknown, wrong] = list.items() else {
        panic!("{list}");
    };
    for entry in [out, signed_in] {
        assert_eq!(
            entry["actor"],
            json!({ "kind": "user", "id": id, "name": "ada" })
        );
        assert_eq!(entry["entity"], id);
    }
    for entry in [garbled, unknown, wrong] {
        assert_eq!(
            entry["actor"],
            json!({ "kind": "nobody", "id": null, "name": null })
        );
    }
    assert_eq!(wrong["entity"], id);
    assert_eq!(wrong["after"]["email"], "ada@example.org");
    assert_eq!(
        (&unknown["entity"], &unknown["after"]["email"]),
        (&Value::Null, &json!("nobody@example.org"))
    );
    assert_eq!(garbled["after"], json!({ "throttled": false }));
    let all = boss.get(&format!("{AUDIT}.ndjson")).await.expect(200);
    let all = String::from_utf8(all.body.to_vec()).unwrap();
    for secret in [PASSWORD, access, refresh, "argon2"] {
        assert!(!all.contains(secret), "{secret} is in the trail");
    }
});

on_both!(throttled_attempts_are_logged_once, async |app| {
    let boss = app.admin("boss").await;
    user(&boss, "ada").await;
    let failures = async || {
        let filters = "kind=session&operation=sign_in_failed&count=true";
        let list = boss.get(&format!("{AUDIT}?{filters}")).await.expect(200);
        list.at("/page/total").as_i64().unwrap()
    };
    for _ in 0..10 {
        sign_in(&app, "ada@example.org", "wrong but long enough")
            .await
            .expect(401);
    }
    assert_eq!(failures().await, 10);
    for _ in 0..3 {
        sign_in(&app, "ada@example.org", PASSWORD).await.expect(429);
    }
    assert_eq!(failures().await, 11);
    let entry = newest(&boss, "operation=sign_in_failed").await;
    assert_eq!(entry["after"]["throttled"], true);
    app.set_time("2026-05-01T09:00:00Z");
    sign_in(&app, "ada@example.org", PASSWORD).await.expect(200);
});

on_both!(
    ending_the_sessions_of_another_is_logged_with_the_reason,
    async |app| {
        let boss = app.admin("boss").await;
        let id = user(&boss, "ada").await;
        let address = format!("{USERS}/{id}");
        sign_in(&app, "ada@example.org", PASSWORD).await.expect(200);
        let password = json!({ "password": "another long password" });
        boss.patch(&address, password).await.expect(200);
        let entry = newest(&boss, "kind=user").await;
        assert_eq!(entry["after"], json!({ "password": "changed" }));
        let entry = newest(&boss, "kind=session").await;
        assert_eq!(entry["operation"], "revoke");
        assert_eq!(
            entry["after"],
            json!({ "sessions": 1, "reason": "new_password" })
        );
        assert_eq!(entry["actor"]["id"], boss.user.unwrap().to_string());
        let tokens = sign_in(&app, "ada@example.org", "another long password").await;
        let first = tokens.expect(200).text("/refresh_token").to_owned();
        let refresh = json!({ "refresh_token": first });
        let anyone = app.anonymous();
        anyone
            .post("/v1/auth/refresh", refresh.clone())
            .await
            .expect(200);
        app.set_time("2026-05-01T08:05:00Z");
        anyone.post("/v1/auth/refresh", refresh).await.expect(401);
        let entry = newest(&boss, "kind=session").await;
        assert_eq!(entry["after"]["reason"], "refresh_token_reused");
        assert_eq!(entry["entity"], id);
        boss.patch(&address, json!({ "role": "author" }))
            .await
            .expect(200);
        let entry = newest(&boss, "kind=user").await;
        assert_eq!(
            (&entry["before"], &entry["after"]),
            (&json!({ "role": "editor" }), &json!({ "role": "author" }))
        );
    }
);

on_both!(filters_combine_and_pages_miss_nothing, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    let id = ada.writes("en", "Housing").await;
    ada.translates(&id, "fr", "Logement").await;
    app.set_time("2026-05-02T08:00:00Z");
    ada.put(&translation(&id, "fr"), text("Habitat"))
        .await
        .expect(200);
    boss.makes(TAGS, named("en", "Rent")).await;
    let ask = async |filters: &str| {
        let list = boss.get(&format!("{AUDIT}?{filters}")).await.expect(200);
        summaries(&list)
    };
    let all = [
        "create tag",
        "update translation",
        "create translation",
        "create translation",
        "create post",
    ];
    assert_eq!(ask("").await, all);
    let ada_id = ada.user.unwrap();
    assert_eq!(ask(&format!("actor={ada_id}")).await, all[1..]);
    assert_eq!(
        ask("lang=fr&operation=create").await,
        ["create translation"]
    );
    assert_eq!(
        ask("after=2026-05-02&kind=translation").await,
        ["update translation"]
    );
    assert_eq!(ask("before=2026-05-02").await, all[2..]);
    assert_eq!(
        ask(&format!("entity={id}&kind=post")).await,
        ["create post"]
    );
    assert_eq!(ask("address=198.51.100.1").await, [""; 0]);
    assert_eq!(ask("request_id=unheard-of").await, [""; 0]);
    for wrong in [
        "address=here",
        "kind=cake",
        "operation=bake",
        "actor=x",
        "after=soon",
        "since=x",
    ] {
        let refused = boss.get(&format!("{AUDIT}?{wrong}")).await;
        refused.expect_problem(400, "invalid_parameter");
    }
    let first = boss
        .get(&format!("{AUDIT}?limit=2&count=true"))
        .await
        .expect(200);
    assert_eq!(first.at("/page/total"), 5);
    // An entry added between two pages does not shift the second.
    boss.makes(TAGS, named("en", "Other")).await;
    let second = boss.get(first.text("/page/next")).await.expect(200);
    assert_eq!(summaries(&second), all[2..4]);
    let back = boss.get(second.text("/page/prev")).await.expect(200);
    assert_eq!(summaries(&back), all[..2]);
});

on_both!(the_export_is_the_whole_trail_oldest_first, async |app| {
    let (boss, ada) = (app.admin("boss").await, app.editor("ada").await);
    // More entries than one batch of the export reads.
    for number in 0..520 {
        let by =
            tribuna::changes::actor::By::new(tribuna::changes::actor::Actor::Cli, app.clock.now());
        let write = |conn: &mut _| {
            use tribuna::changes::{Facts, Operation, append_unnamed};
            use tribuna::kind::Kind;
            append_unnamed(
                conn,
                by,
                Kind::SigningKey,
                Operation::Rotate,
                Facts::none().with("n", number),
            )
        };
        app.state.db.write_now(write).unwrap();
    }
    let tag = ada.makes(TAGS, named("en", "Rent")).await;
    let read = boss.get(&format!("{AUDIT}.ndjson")).await.expect(200);
    assert_eq!(read.header("content-type"), "application/x-ndjson");
    assert_eq!(read.header("cache-control"), "no-store");
    let lines = |answer: &Answer| -> Vec<Value> {
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    };
    let all = lines(&read);
    assert_eq!(all.len(), 521);
    assert!(
        all.windows(2)
            .all(|two| two[0]["seq"].as_i64() < two[1]["seq"].as_i64())
    );
    assert_eq!(all[520], newest(&boss, "").await);
    let one = boss
        .get(&format!("{AUDIT}.ndjson?entity={tag}"))
        .await
        .expect(200);
    assert_eq!(lines(&one).len(), 1);
    let none = boss
        .get(&format!("{AUDIT}.ndjson?lang=fr"))
        .await
        .expect(200);
    assert!(none.body.is_empty());
    let asked = boss.request(Method::GET, &format!("{AUDIT}.ndjson?lang=fr"));
    boss.send(asked.insert_header((ACCEPT, "application/x-ndjson")))
        .await
        .expect(200);
    let asked = boss.request(Method::GET, AUDIT);
    let refused = boss
        .send(asked.insert_header((ACCEPT, "application/x-ndjson")))
        .await;
    refused.expect_problem(406, "not_acceptable");
    ada.get(AUDIT).await.expect_problem(403, "forbidden");
    ada.get(POSTS).await.expect(200);
});
