//! Users: only admins create, read, change and list them, and there is always an admin.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::json;
use tribuna::accounts::users::model::Role;
use tribuna::id::Id;

use crate::support::passwords::{ADA, PASSWORD, USERS};

on_both!(
    users_are_made_read_changed_and_replaced_and_a_password_is_never_shown,
    async |app| {
        let ada = app.admin("ada").await;
        let body = json!({ "email": " Bob@Example.org ", "password": PASSWORD, "role": "author" });
        let made = ada.post(USERS, body).await.expect(201);
        let path = made.header("location").to_owned();
        assert_eq!(made.text("/data/email"), "bob@example.org");
        assert_eq!(made.header("etag"), "\"v1\"");
        let members = [
            "id",
            "email",
            "name",
            "role",
            "author",
            "active",
            "languages",
            "version",
            "created_at",
            "updated_at",
        ];
        assert_eq!(made.members("/data"), members);
        let read = ada.get(&path).await.expect(200);
        assert_eq!(read.body, made.body);
        app.pass(1);
        let patched = ada.patch(&path, json!({ "role": "editor" })).await;
        let patched = patched.expect(200);
        assert_eq!(patched.text("/data/role"), "editor");
        assert_eq!(patched.at("/data/version"), 2);
        assert_ne!(
            patched.text("/data/updated_at"),
            read.text("/data/updated_at")
        );
        let new = json!({ "email": "robert@example.org", "role": "moderator" });
        let replaced = ada.put(&path, new).await.expect(200);
        assert_eq!(replaced.text("/data/email"), "robert@example.org");
        app.login("robert@example.org", PASSWORD).await.expect(200);
        let nothing = ada.patch(&path, json!({})).await.expect(200);
        assert_eq!(nothing.text("/data/role"), "moderator");
    }
);

on_both!(
    users_are_listed_by_text_role_and_state_page_by_page,
    async |app| {
        let ada = app.admin("ada").await;
        for (email, role) in [
            ("bob@example.org", "author"),
            ("bo_@example.org", "editor"),
            ("eve@example.org", "editor"),
        ] {
            ada.adds_user(email, role).await;
        }
        let list = async |query: &str| ada.get(&format!("{USERS}?{query}")).await;
        let editors = list("role=editor").await.expect(200);
        assert_eq!(
            editors.column("email"),
            ["eve@example.org", "bo_@example.org"]
        );
        let found = list("q=BO_").await.expect(200);
        assert_eq!(found.column("email"), ["bo_@example.org"]);
        assert!(list("active=false").await.expect(200).items().is_empty());
        let first = list("limit=3&count=true").await.expect(200);
        assert_eq!(first.at("/page/total"), 4);
        assert_eq!(first.items().len(), 3);
        let next = ada.get(first.text("/page/next")).await.expect(200);
        assert_eq!(next.column("email"), [ADA]);
        let bad = list("role=king&limt=3").await.expect(400);
        assert_eq!(bad.faults().len(), 2, "{bad}");
    }
);

on_both!(
    a_user_that_breaks_rules_is_refused_with_the_place_and_nothing_is_stored,
    async |app| {
        let ada = app.admin("ada").await;
        let good = json!({ "email": "bob@example.org", "password": PASSWORD, "role": "author" });
        for (member, value, status, pointer) in [
            ("email", json!("no address"), 422, "/email"),
            ("email", json!("a@b@c.org"), 422, "/email"),
            ("email", json!(null), 422, "/email"),
            ("password", json!("eleven lett"), 422, "/password"),
            ("password", json!("x".repeat(201)), 422, "/password"),
            ("role", json!("king"), 422, "/role"),
            ("author", json!(Id::new()), 422, "/author"),
            ("author", json!("ada"), 422, "/author"),
            ("active", json!(null), 422, "/active"),
            ("crown", json!(true), 422, "/crown"),
            ("email", json!("ADA@example.org"), 409, "/email"),
        ] {
            let mut body = good.clone();
            body[member] = value;
            let answer = ada.post(USERS, body).await.expect(status);
            assert_eq!(answer.text("/errors/0/pointer"), pointer, "{answer}");
            assert!(!answer.json.to_string().contains(PASSWORD));
        }
        let count = ada.get(&format!("{USERS}?count=true")).await.expect(200);
        assert_eq!(count.at("/page/total"), 1);
        let taken = json!({ "email": ADA, "password": PASSWORD, "role": "author" });
        let taken = ada.post(USERS, taken).await;
        taken.expect_problem(409, "email_taken");
    }
);

on_both!(the_last_active_admin_stays, async |app| {
    let ada = app.admin("ada").await;
    let path = format!("{USERS}/{}", ada.get("/v1/auth/me").await.id());
    let bob = ada.adds_user("bob@example.org", "admin").await;
    let bob = format!("{USERS}/{bob}");
    ada.patch(&bob, json!({ "active": false }))
        .await
        .expect(200);
    for change in [json!({ "role": "editor" }), json!({ "active": false })] {
        let answer = ada.patch(&path, change).await;
        answer.expect_problem(409, "last_admin");
    }
    let deleted = ada.delete(&path).await;
    deleted.expect_problem(409, "last_admin");
    ada.patch(&bob, json!({ "active": true })).await.expect(200);
    let demoted = ada.patch(&path, json!({ "role": "editor" })).await;
    demoted.expect(200);
});

on_both!(a_write_on_an_old_version_is_refused, async |app| {
    let ada = app.admin("ada").await;
    let bob = ada.adds_user("bob@example.org", "author").await;
    let path = format!("{USERS}/{bob}");
    ada.patch(&path, json!({ "role": "editor" }))
        .await
        .expect(200);
    let stale = ada.request(Method::DELETE, &path);
    let stale = ada.send(stale.insert_header((IF_MATCH, "\"v1\""))).await;
    assert_eq!(stale.expect(412).header("etag"), "\"v2\"");
});

on_both!(users_are_for_admins_alone, async |app| {
    let others = [
        Role::Contributor,
        Role::Author,
        Role::Editor,
        Role::Moderator,
    ];
    for role in others {
        let one = app.person(role.as_str(), role).await;
        let path = format!("{USERS}/{}", one.user.unwrap());
        let body = json!({ "email": "x@example.org", "password": PASSWORD, "role": "admin" });
        let answers = [
            one.get(USERS).await,
            one.get(&path).await,
            one.post(USERS, body.clone()).await,
            one.patch(&path, json!({ "role": "admin" })).await,
            one.put(&path, body).await,
            one.delete(&path).await,
        ];
        for answer in answers {
            let refused = answer.expect(403);
            let challenge = refused.header("www-authenticate");
            assert!(challenge.contains("insufficient_scope"), "{refused}");
        }
    }
});

on_both!(
    authorization_is_checked_before_the_body_is_read,
    async |app| {
        let bob = app.editor("bob").await;
        for body in [json!({}), json!({ "email": 1 }), json!([])] {
            bob.post(USERS, body.clone()).await.expect(403);
            app.anonymous().post(USERS, body.clone()).await.expect(401);
            app.bearer("x").post(USERS, body).await.expect(401);
        }
    }
);
