//! The names of users: given, derived, changed, and shown wherever a user is meant.

use actix_web::http::{Method, header};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::content::*;
use crate::support::passwords::{PASSWORD, USERS};

/// What an answer says of a user: id and name, and nothing else.
fn known(client: &Client, name: &str) -> Value {
    json!({ "id": client.user.unwrap().to_string(), "name": name })
}

on_both!(
    a_user_has_the_name_that_was_given_or_that_of_the_author_or_of_the_mailbox,
    async |app| {
        let boss = app.admin("boss").await;
        let author = boss.makes(AUTHORS, json!({ "name": "Bo Lund" })).await;
        let user = |email: &str| json!({ "email": email, "password": PASSWORD, "role": "editor" });
        let with = |mut user: Value, member: &str, value: Value| {
            user[member] = value;
            user
        };
        let named = with(
            user("ada@example.org"),
            "name",
            json!("\u{3000} Ada  Love\r\nlace\n"),
        );
        let made = boss.post(USERS, named).await.expect(201);
        assert_eq!(made.text("/data/name"), "Ada  Love lace");
        let tied = with(user("bo@example.org"), "author", json!(author));
        assert_eq!(
            boss.post(USERS, tied).await.expect(201).text("/data/name"),
            "Bo Lund"
        );
        let made = boss
            .post(USERS, user("eve.q@example.org"))
            .await
            .expect(201);
        assert_eq!(made.text("/data/name"), "eve.q");

        let path = made.header("location").to_owned();
        let change = async |body: Value| boss.patch(&path, body).await;
        let renamed = change(json!({ "name": "Eve" })).await.expect(200);
        assert_eq!(renamed.text("/data/name"), "Eve");
        let kept = change(json!({ "role": "author" })).await.expect(200);
        assert_eq!(kept.text("/data/name"), "Eve");
        let default = change(json!({ "name": null, "author": author })).await;
        assert_eq!(default.expect(200).text("/data/name"), "Bo Lund");
        let new = json!({ "email": "evelyn@example.org", "role": "author" });
        let replaced = boss.put(&path, new).await.expect(200);
        assert_eq!(replaced.text("/data/name"), "evelyn");
        for bad in ["", " ", "\u{85}", "\u{200b}", &"n".repeat(201)] {
            let refused = change(json!({ "name": bad })).await;
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(refused.at("/errors/0")["pointer"], "/name", "{refused}");
        }
        let found = boss.get(&format!("{USERS}?q=LOVE")).await.expect(200);
        assert_eq!(found.column("email"), ["ada@example.org"]);
    }
);

on_both!(users_change_their_own_names_and_nothing_else, async |app| {
    let cleo = app.contributor("cleo").await;
    let me = "/v1/auth/me";
    let renamed = cleo.patch(me, json!({ "name": " Cleo Ruiz " })).await;
    assert_eq!(renamed.expect(200).text("/data/name"), "Cleo Ruiz");
    assert_eq!(
        cleo.get(me).await.expect(200).text("/data/name"),
        "Cleo Ruiz"
    );
    let default = cleo.patch(me, json!({ "name": null })).await.expect(200);
    assert_eq!(default.text("/data/name"), "cleo");
    let more = cleo.patch(me, json!({ "role": "admin" })).await;
    more.expect_problem(422, "invalid_body");
    assert_eq!(cleo.get(me).await.text("/data/role"), "contributor");
});

/// Every user that one post tells of.
struct Told {
    post: String,
    en: String,
    link: String,
}

/// Ada writes and submits, Ben reviews and archives.
async fn told(ada: &Client, ben: &Client) -> Told {
    let post = ada.makes(POSTS, post("en", "Homes")).await;
    let en = translation(&post, "en");
    ada.put(&format!("{en}/submission"), json!({}))
        .await
        .expect(200);
    let link = ada.post(&format!("{en}/preview-links"), json!({})).await;
    let link = link.expect(201);
    assert_eq!(link.at("/data/created_by"), &known(ada, "ada"));
    ben.put(&format!("{en}/review"), json!({}))
        .await
        .expect(200);
    let link = link.header("location").to_owned();
    Told { post, en, link }
}

on_both!(whoever_is_meant_has_an_id_and_a_name, async |app| {
    let (ada, ben) = (app.editor("ada").await, app.editor("ben").await);
    let Told { post, en, link } = told(&ada, &ben).await;
    let (by_ada, by_ben) = (known(&ada, "ada"), known(&ben, "ben"));
    let read = async |path: &str| ben.get(path).await.expect(200);

    let address = format!("{POSTS}/{post}");
    assert_eq!(read(&address).await.at("/data/created_by"), &by_ada);
    assert_eq!(read(POSTS).await.items()[0]["created_by"], by_ada);
    assert_eq!(read(&link).await.at("/data/created_by"), &by_ada);
    let revision = read(&format!("{en}/revisions/1")).await;
    assert_eq!(revision.at("/data/created_by"), &by_ada);
    for list in ["revisions", "preview-links"] {
        let list = read(&format!("{en}/{list}")).await;
        assert_eq!(list.items()[0]["created_by"], by_ada, "{list}");
    }
    let steps = read(&format!("{en}/steps")).await;
    assert_eq!(steps.items()[0]["created_by"], by_ben);
    assert_eq!(steps.items()[1]["created_by"], by_ada);
    let submission = read(&format!("{en}/submission")).await;
    assert_eq!(submission.at("/data/submitted_by"), &by_ada);
    let task = &read("/v1/admin/tasks").await.items()[0].clone();
    assert_eq!(task["submitted_by"], by_ada, "{task}");
    assert_eq!(task["reviewed_by"], by_ben, "{task}");
    let review = read(&format!("{en}/review")).await;
    assert_eq!(review.at("/data/reviewed_by"), &by_ben);
    let old = ada
        .request(Method::PATCH, &en)
        .set_json(json!({ "title": "Rent" }));
    let refused = ada
        .send(old.insert_header((header::IF_MATCH, "\"v99\"")))
        .await;
    let refused = refused.expect_problem(412, "precondition_failed");
    assert_eq!(refused.at("/changed_by"), &by_ben);
    let archive = ben.put(&format!("{en}/archive"), json!({})).await;
    assert_eq!(archive.expect(200).at("/data/archived_by"), &by_ben);
    let audit = app
        .admin("boss")
        .await
        .get("/v1/admin/audit")
        .await
        .expect(200);
    let names: Vec<&Value> = audit
        .items()
        .iter()
        .map(|one| &one["actor"]["name"])
        .collect();
    assert_eq!(names, ["ben", "ben", "ada", "ada", "ada", "ada"]);
    let made = audit.items().last().unwrap();
    assert_eq!(made["after"]["created_by"], by_ada, "{made}");
});

on_both!(
    a_new_name_shows_everywhere_and_a_deleted_user_is_nobody_except_in_the_log,
    async |app| {
        let boss = app.admin("boss").await;
        let (ada, ben) = (app.editor("ada").await, app.editor("ben").await);
        let Told { post, en, link } = told(&ada, &ben).await;
        let address = format!("{POSTS}/{post}");
        let user = |who: &Client| format!("{USERS}/{}", who.user.unwrap());
        ada.patch("/v1/auth/me", json!({ "name": "Ada L." }))
            .await
            .expect(200);
        let read = boss.get(&address).await.expect(200);
        assert_eq!(read.at("/data/created_by"), &known(&ada, "Ada L."));

        for who in [&ada, &ben] {
            boss.delete(&user(who)).await.expect(204);
        }
        let read = async |path: &str| boss.get(path).await.expect(200);
        assert_eq!(read(&address).await.at("/data/created_by"), &Value::Null);
        assert_eq!(read(POSTS).await.items()[0]["created_by"], Value::Null);
        assert_eq!(read(&link).await.at("/data/created_by"), &Value::Null);
        let review = read(&format!("{en}/review")).await;
        assert_eq!(review.at("/data/reviewed_by"), &Value::Null);
        let steps = read(&format!("{en}/steps")).await;
        assert_eq!(steps.items()[0]["created_by"], Value::Null);
        let refused = boss.request(Method::DELETE, &en);
        let refused = refused.insert_header((header::IF_MATCH, "\"v99\""));
        let refused = boss.send(refused).await;
        let refused = refused.expect_problem(412, "precondition_failed");
        let gone = json!({ "id": ben.user.unwrap().to_string(), "name": null });
        assert_eq!(refused.at("/changed_by"), &gone);
        let audit = read(&format!("/v1/admin/audit?actor={}", ben.user.unwrap())).await;
        let actor = &audit.items()[0]["actor"];
        assert_eq!((&actor["id"], &actor["name"]), (&gone["id"], &Value::Null));
        let audit = read("/v1/admin/audit?kind=user&operation=delete").await;
        assert_eq!(audit.items()[0]["before"]["name"], "ben");
    }
);

#[test]
fn the_documents_have_one_shape_for_whoever_is_meant() {
    let text = include_str!("../../../openapi/management.json");
    let document: Value = serde_json::from_str(text).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut members = Vec::new();
    for (name, schema) in schemas {
        let properties = schema["properties"].as_object();
        for (member, shape) in properties.into_iter().flatten() {
            if member.ends_with("_by") && member != "held_by" {
                members.push(format!("{name}.{member}"));
                let refers = shape.to_string().contains("UserRef\"");
                assert!(refers, "{name}.{member}: {shape}");
            }
        }
    }
    assert!(members.len() >= 9, "{members:?}");
    let of_a_user: Vec<&String> = schemas["UserRef"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(of_a_user, ["id", "name"]);
}
