//! Permissions: every operation of the management document, for every role.

mod tables;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tribuna::accounts::users::model::Role;
use tribuna::id::Id;

use tables::{KEYS, MATRIX, OTHERS, PUBLISHED};

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post, publication, text, translation,
};

/// The only operations without authentication.
const OPEN: [&str; 5] = [
    "create_session",
    "get_jwks",
    "get_liveness",
    "get_readiness",
    "refresh_session",
];

/// Requires the password besides the token; tested in `sessions.rs`.
const BY_PASSWORD: &str = "replace_password";

/// An operation of the served document.
struct Operation {
    id: String,
    method: String,
    path: String,
    is_open: bool,
    /// The scope that admits an API key.
    scope: Option<String>,
}

const API_KEYS: &str = "/v1/admin/keys";

const WEBHOOKS: &str = "/v1/admin/webhooks";

/// A webhook whose receiver is not there.
fn webhook() -> Value {
    json!({ "url": "http://127.0.0.1:9/hook" })
}

/// The scopes of the columns of [`KEYS`].
const SCOPES: [&str; 4] = [
    "delivery:read",
    "content:read",
    "content:write",
    "content:publish",
];

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.anonymous().get("/openapi/management.json").await;
    let document = document.expect(200).json;
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if let Some(id) = operation["operationId"].as_str() {
                operations.push(Operation {
                    id: id.to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    is_open: operation["security"] == json!([]),
                    scope: scope(&operation["security"]),
                });
            }
        }
    }
    operations
}

/// The only scope of the requirement of an API key.
fn scope(security: &Value) -> Option<String> {
    let requirements = security.as_array().unwrap().iter();
    let mut keys = requirements.filter_map(|requirement| requirement["api_key"].as_array());
    let scopes = keys.next()?;
    assert_eq!(scopes.len(), 1, "{security}");
    Some(scopes[0].as_str().unwrap().to_owned())
}

/// A client with a new API key.
async fn key(boss: &Client, app: &TestApp, scope: &str) -> Client {
    let new = json!({ "name": scope, "scopes": [scope] });
    let made = boss.post(API_KEYS, new).await.expect(201);
    app.bearer(made.text("/data/secret"))
}

/// The owner and the state of the post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Own,
    Others,
    OwnPublished,
}

/// The resources that one call needs.
struct Scene<'a> {
    app: &'a TestApp,
    boss: &'a Client,
    caller: &'a Client,
    of: Of,
}

impl Scene<'_> {
    async fn play(&self, operation: &Operation) -> Answer {
        let id = match operation.path.contains("{id}") {
            true => self.prepare(operation).await,
            false => String::new(),
        };
        // `fr` can be deleted, because it is not the original language.
        let lang = if operation.id == "begin_translation" {
            "de"
        } else if operation.id.ends_with("_translation") {
            "fr"
        } else {
            "en"
        };
        let path = operation.path.replace("{id}", &id).replace("{lang}", lang);
        let path = path
            .replace("{number}", "1")
            .replace("{from}", "1")
            .replace("{to}", "1");
        let path = self.with_thing(path).await;
        let mut path = match path.contains("{link}") {
            true => path.replace("{link}", &self.link(&id).await),
            false => path,
        };
        if path.contains("{delivery_id}") {
            let test = format!("{WEBHOOKS}/{id}/test");
            let sent = self.boss.post(&test, json!({})).await.expect(200);
            path = path.replace("{delivery_id}", &sent.id());
        }
        if operation.id == "begin_translation" {
            path.push_str("?from=en");
        }
        if operation.id == "compare_revision" {
            path.push_str("?from=1");
        }
        if operation.id == "list_calendar" {
            path.push_str("?from=2026-05-01&to=2026-06-01");
        }
        let body = self.body(operation).await;
        match operation.method.as_str() {
            "GET" => self.caller.get(&path).await,
            "POST" => self.caller.post(&path, body).await,
            "PUT" => self.caller.put(&path, body).await,
            "PATCH" => self.caller.patch(&path, body).await,
            "DELETE" => self.caller.delete(&path).await,
            other => panic!("{other} {path}"),
        }
    }

    /// Names a new author, category or tag where the path has one.
    async fn with_thing(&self, path: String) -> String {
        for (variable, list, new) in [
            ("{author}", AUTHORS, json!({ "name": "X" })),
            ("{category}", CATEGORIES, named("en", "X")),
            ("{tag}", TAGS, named("en", "X")),
        ] {
            if path.contains(variable) {
                return path.replace(variable, &self.boss.makes(list, new).await);
            }
        }
        path
    }

    async fn prepare(&self, operation: &Operation) -> String {
        match noun(operation) {
            "organizations" => self.boss.makes(ORGANIZATIONS, json!({ "name": "X" })).await,
            "authors" => self.boss.makes(AUTHORS, json!({ "name": "X" })).await,
            "categories" => self.boss.makes(CATEGORIES, named("en", "X")).await,
            "tags" => self.boss.makes(TAGS, named("en", "X")).await,
            "keys" => {
                let new = json!({ "name": "X", "scopes": ["delivery:read"] });
                let id = self.boss.makes(API_KEYS, new).await;
                let rotation = format!("{API_KEYS}/{id}/rotation");
                if operation.id == "delete_rotation" {
                    self.boss.post(&rotation, json!({})).await.expect(201);
                }
                id
            }
            "webhooks" => self.boss.makes(WEBHOOKS, webhook()).await,
            "comments" => self.comment().await,
            "posts" => self.post(operation).await,
            "users" => {
                let somebody = self.app.contributor(&Id::new().to_string()).await;
                somebody.user.unwrap().to_string()
            }
            other => panic!("create one of {other} here to test {}", operation.id),
        }
    }

    /// Writes a comment that waits for a moderator.
    async fn comment(&self) -> String {
        let post = self.boss.issues("en", "X").await;
        self.boss.opens_comments(json!({ "mode": "open" })).await;
        let address = format!("/v1/posts/{post}/comments");
        let new = json!({ "name": "Amara", "email": "amara@example.org", "text": "X" });
        let made = self.app.anonymous().post(&address, new).await;
        made.expect(202).id()
    }

    async fn post(&self, operation: &Operation) -> String {
        let writes = self.of != Of::Others && self.caller.get(POSTS).await.status == 200;
        let owner = if writes { self.caller } else { self.boss };
        let id = owner.writes("en", "X").await;
        owner.translates(&id, "fr", "Y").await;
        let later = json!({ "publish_at": "2099-01-01T00:00:00Z" });
        let times = if self.of == Of::OwnPublished {
            json!({})
        } else {
            later
        };
        self.boss
            .put(&publication(&id, "en"), times)
            .await
            .expect(200);
        if operation.id.ends_with("_replacement") {
            for times in [json!({}), json!({ "publish_at": "2099-01-01T00:00:00Z" })] {
                self.boss.schedules(&id, "en", times).await;
            }
        }
        self.walk(operation, &id, owner).await;
        if operation.id == "restore_post" {
            self.boss.delete(&format!("{POSTS}/{id}")).await.expect(204);
        }
        id
    }

    /// Advances the post to the stage at which a workflow step is possible.
    async fn walk(&self, operation: &Operation, id: &str, owner: &Client) {
        let step = async |who: &Client, noun: &str| {
            let address = format!("{}/{noun}", translation(id, "en"));
            who.put(&address, json!({})).await.expect(200);
        };
        let judge = self.app.admin("judge").await;
        let (verb, noun) = operation.id.split_once('_').unwrap();
        match noun {
            "submission" if verb != "replace" => {
                let own = self.of == Of::Own;
                step(if own { owner } else { self.boss }, noun).await;
            }
            "review" => {
                step(self.boss, "submission").await;
                if verb != "replace" {
                    step(&judge, noun).await;
                }
            }
            "archive" if verb != "replace" => step(&judge, noun).await,
            _ => {}
        }
    }

    /// Creates a preview link, as the caller if possible.
    async fn link(&self, post: &str) -> String {
        let links = format!("{}/preview-links", translation(post, "en"));
        let own = self.caller.post(&links, json!({})).await;
        match own.status {
            201 => own.id(),
            _ => self.boss.makes(&links, json!({})).await,
        }
    }

    async fn body(&self, operation: &Operation) -> Value {
        let noun = noun(operation);
        match operation.id.split('_').next().unwrap() {
            "replay" if operation.id == "replay_deliveries" => {
                json!({ "from": "2026-01-01T00:00:00Z" })
            }
            "update" | "restore" | "add" | "publish" | "test" | "replay" => json!({}),
            "merge" => {
                let list = format!("/v1/admin/{noun}");
                json!({ "into": self.boss.makes(&list, named("en", "Other")).await })
            }
            "create" | "replace" => match operation.id.split_once('_').unwrap().1 {
                "user" => {
                    let email = format!("{}@example.org", Id::new());
                    let mut user = json!({ "email": email, "role": "author" });
                    if operation.id == "create_user" {
                        user["password"] = "correct horse battery".into();
                    }
                    user
                }
                "organization" | "author" => json!({ "name": "X" }),
                "webhook" => webhook(),
                "site" | "rotation" | "webhook_rotation" | "discussion" => json!({}),
                "comment_state" => json!({ "state": "rejected" }),
                "key" => json!({ "name": "X", "scopes": ["delivery:read"] }),
                "category" | "tag" => named("en", "X"),
                "post" => post("en", "X"),
                "translation" => text("X"),
                "publication" | "submission" | "review" | "archive" => json!({}),
                "preview_link" | "copy" => json!({}),
                "batch" => json!({ "operations": [{ "method": "GET", "path": TAGS }] }),
                _ => panic!("add a request body for {}", operation.id),
            },
            _ => Value::Null,
        }
    }
}

/// `posts` of `/v1/admin/posts/{id}`.
fn noun(operation: &Operation) -> &str {
    operation.path.split('/').nth(3).unwrap_or_default()
}

async fn hold(app: &TestApp, table: &[(&str, &str)], of: Of) {
    let boss = app.admin("boss").await;
    let operations = operations(app).await;
    for (column, role) in Role::ALL.into_iter().enumerate() {
        for (id, row) in table {
            // A new session for each call, because one of the operations ends it.
            let caller = app.person(role.as_str(), role).await;
            let operation = operations.iter().find(|one| one.id == *id);
            let operation = operation.unwrap_or_else(|| panic!("{id} is not an operation"));
            let scene = Scene {
                app,
                boss: &boss,
                caller: &caller,
                of,
            };
            let answer = scene.play(operation).await;
            let expected = row.split_whitespace().nth(column).unwrap();
            let found = match answer.status {
                200..=299 => "+",
                403 => "-",
                404 => "0",
                _ => "?",
            };
            assert!(
                found == expected,
                "{id} as {} ({of:?}): expected {expected}, got {answer}",
                role.as_str()
            );
        }
    }
}

on_both!(the_table_names_every_operation, async |app| {
    let there: BTreeSet<String> = operations(&app)
        .await
        .into_iter()
        .filter(|one| !one.is_open && one.id != BY_PASSWORD)
        .map(|one| one.id)
        .collect();
    let told: BTreeSet<String> = MATRIX.iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(there, told);
    let about_one_post = |id: &&String| {
        let whole = ["list_posts", "create_post", "get_translation_matrix"].contains(&id.as_str());
        let of_posts = [
            "post",
            "translation",
            "publication",
            "replacement",
            "revision",
            "revisions",
            "copy",
            "submission",
            "review",
            "archive",
            "steps",
            "post_history",
            "preview_link",
            "preview_links",
            "post_author",
            "post_category",
            "post_tag",
            "shared_properties",
        ];
        !whole && of_posts.contains(&id.split_once('_').unwrap().1)
    };
    let about_one_post: BTreeSet<&str> = there
        .iter()
        .filter(about_one_post)
        .map(|id| &**id)
        .collect();
    for table in [OTHERS, PUBLISHED] {
        let told: BTreeSet<&str> = table.iter().map(|row| row.0).collect();
        assert_eq!(told, about_one_post);
    }
});

on_both!(each_key_may_do_what_its_scope_says, async |app| {
    let boss = app.admin("boss").await;
    let operations = operations(&app).await;
    let told: BTreeSet<&str> = MATRIX.iter().map(|row| row.0).collect();
    assert_eq!(told, KEYS.iter().map(|row| row.0).collect());
    for (column, scope) in SCOPES.into_iter().enumerate() {
        let caller = key(&boss, &app, scope).await;
        for (id, row) in KEYS {
            let operation = operations.iter().find(|one| one.id == *id).unwrap();
            let scene = Scene {
                app: &app,
                boss: &boss,
                caller: &caller,
                of: Of::Others,
            };
            let answer = scene.play(operation).await;
            let expected = row.split_whitespace().nth(column).unwrap();
            let found = match answer.status {
                200..=299 => "+",
                403 => "-",
                _ => "?",
            };
            assert!(found == expected, "{id} with {scope}: {answer}");
            // The document names the scope without which no key may do this.
            let needed = operation.scope.as_deref();
            let needed = needed.and_then(|needed| SCOPES.iter().position(|one| *one == needed));
            let may = needed.is_some_and(|needed| needed <= column);
            assert!(may || found == "-", "{id} with {scope}: {answer}");
            let is_least = needed.is_some_and(|needed| needed == column);
            assert!(
                !is_least || found == "+" || STEPS.contains(id),
                "{id}: {answer}"
            );
        }
    }
});

/// The operations that a scope opens in general, but not for this post: it is scheduled, or another user has submitted it or
/// made the link.
const STEPS: [&str; 3] = ["delete_post", "delete_submission", "delete_preview_link"];

on_both!(
    a_key_for_webhooks_or_comments_opens_their_operations_only,
    async |app| {
        let boss = app.admin("boss").await;
        let webhooks = key(&boss, &app, "webhooks:manage").await;
        let comments = key(&boss, &app, "comments:moderate").await;
        let keys = [
            ("webhooks:manage", webhooks),
            ("comments:moderate", comments),
        ];
        for operation in operations(&app).await {
            let needed = operation.scope.as_deref();
            if needed.is_none() || operation.id == "create_batch" {
                continue;
            }
            for (scope, caller) in &keys {
                let scene = Scene {
                    app: &app,
                    boss: &boss,
                    caller,
                    of: Of::Others,
                };
                let answer = scene.play(&operation).await;
                let is_open = needed == Some(*scope);
                let expected = answer.status < 300 && is_open || answer.status == 403 && !is_open;
                assert!(expected, "{} with {scope}: {answer}", operation.id);
            }
        }
    }
);

on_both!(only_these_operations_are_open_to_all, async |app| {
    let operations = operations(&app).await;
    let open: BTreeSet<&str> = operations
        .iter()
        .filter(|one| one.is_open)
        .map(|one| &*one.id)
        .collect();
    assert_eq!(open, BTreeSet::from(OPEN));
});

on_both!(each_role_may_do_what_the_table_says, async |app| {
    hold(&app, MATRIX, Of::Own).await;
});

on_both!(only_editors_see_posts_of_others, async |app| {
    hold(&app, OTHERS, Of::Others).await;
});

on_both!(
    a_published_post_is_out_of_a_contributors_hands,
    async |app| {
        hold(&app, PUBLISHED, Of::OwnPublished).await;
    }
);

on_both!(unknown_and_inactive_users_do_nothing, async |app| {
    let boss = app.admin("boss").await;
    let gone = app.admin("gone").await;
    let statement = "UPDATE users SET active = FALSE WHERE email = 'gone@example.org'";
    let deactivate = app.state.db.write_now(|conn| Ok(conn.batch(statement)?));
    deactivate.unwrap();
    for operation in operations(&app).await {
        if operation.is_open || operation.id == BY_PASSWORD {
            continue;
        }
        for (caller, code) in [
            (app.anonymous(), "unauthenticated"),
            (gone.clone(), "invalid_token"),
        ] {
            let scene = Scene {
                app: &app,
                boss: &boss,
                caller: &caller,
                of: Of::Others,
            };
            let answer = scene.play(&operation).await;
            answer.expect_problem(401, code);
        }
    }
});

on_both!(only_an_admin_deletes_for_good, async |app| {
    for role in Role::ALL {
        let caller = app.person(role.as_str(), role).await;
        let id = app.editor("ada").await.writes("en", "X").await;
        let answer = caller.delete(&format!("{POSTS}/{id}?permanent=true")).await;
        let expected = if role == Role::Admin { 204 } else { 403 };
        assert_eq!(answer.status, expected, "{}: {answer}", role.as_str());
    }
});

on_both!(a_credited_author_may_write_the_post, async |app| {
    let (ada, mina) = (app.editor("ada").await, app.author("mina").await);
    let person = ada.makes(AUTHORS, json!({ "name": "Mina" })).await;
    let id = ada.writes("en", "Housing").await;
    let address = translation(&id, "en");
    let edit = || json!({ "title": "Homes" });
    mina.patch(&address, edit())
        .await
        .expect_problem(404, "not_found");
    let credit = json!({ "authors": [{ "author": person }] });
    ada.patch(&format!("{POSTS}/{id}"), credit)
        .await
        .expect(200);
    mina.patch(&address, edit())
        .await
        .expect_problem(404, "not_found");
    tie(&app, "mina@example.org", &person);
    mina.patch(&address, edit()).await.expect(200);
    // The role is checked first, even for a credited author.
    let moderator = app.moderator("mo").await;
    tie(&app, "mo@example.org", &person);
    let refused = moderator.patch(&address, edit()).await;
    refused.expect_problem(403, "forbidden");
    assert_eq!(mina.get(POSTS).await.column("id"), [&*id]);
    let other = ada.writes("en", "Other").await;
    assert_eq!(mina.get(POSTS).await.column("id"), [&*id]);
    assert_eq!(ada.get(POSTS).await.column("id"), [&*other, &*id]);
});

/// Links the user to this author.
fn tie(app: &TestApp, email: &str, author: &str) {
    use diesel::prelude::*;
    use tribuna::db::Conn;
    use tribuna::schema::users;

    let author: Id = author.parse().unwrap();
    let update = diesel::update(users::table.filter(users::email.eq(email)))
        .set(users::author_id.eq(author));
    let tied = app.state.db.write_now(|conn| {
        Ok(match conn {
            Conn::Sqlite(conn) => update.execute(conn)?,
            Conn::Postgres(conn) => update.execute(conn)?,
        })
    });
    assert_eq!(tied.unwrap(), 1);
}
