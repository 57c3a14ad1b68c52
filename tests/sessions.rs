//! Signing in, staying so and leaving; users and their roles; keys: over HTTP, on SQLite, or with `TEST_DATABASE_URL` on the
//! PostgreSQL server there (each test makes a database of its own and drops it).

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::{Arc, OnceLock};

use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use serde_json::{Value, json};
use tempfile::TempDir;
use tribuna::accounts::passwords;
use tribuna::accounts::{signing_keys, users};
use tribuna::app::{Instance, app, contract};
use tribuna::changes::actor::{Actor, By};
use tribuna::clock::Clock;
use tribuna::config::{Config, Environment, Flags};
use tribuna::db::connection::Mode;
use tribuna::db::{Conn, Db, migrations};
use tribuna::http::contract::compiled::Contract;
use tribuna::id::Id;
use tribuna::state::State;
use tribuna::timestamp::Timestamp;

const START: &str = "2026-05-01T08:00:00Z";
const PASSWORD: &str = "correct horse battery";
const ADA: &str = "ada@example.org";

/// One instance with a database of its own, an admin called Ada, and a clock that is set by hand.
struct House {
    state: Arc<State>,
    instance: Instance,
    clock: Clock,
    _database: Database,
}

enum Database {
    Sqlite { _folder: TempDir },
    Postgres { server: String, name: String },
}

struct Answer {
    status: StatusCode,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Database {
    fn new() -> (Self, String) {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(server) => {
                let name = format!("tribuna_{}", Id::new().0.simple());
                let mut conn = PgConnection::establish(&server).unwrap();
                sql_query(format!("CREATE DATABASE {name}"))
                    .execute(&mut conn)
                    .unwrap();
                let mut url = url::Url::parse(&server).unwrap();
                url.set_path(&name);
                (Self::Postgres { server, name }, url.to_string())
            }
            Err(_) => {
                let folder = TempDir::new().unwrap();
                let url = format!("sqlite://{}/t.db", folder.path().display());
                (Self::Sqlite { _folder: folder }, url)
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            let mut conn = PgConnection::establish(server).unwrap();
            sql_query(format!("DROP DATABASE {name} WITH (FORCE)"))
                .execute(&mut conn)
                .unwrap();
        }
    }
}

impl House {
    fn new() -> Self {
        let (database, url) = Database::new();
        let vars = [
            ("DATABASE_URL", url.as_str()),
            ("TRIBUNA_DATABASE_POOL", "2"),
            ("TRIBUNA_PUBLIC_URL", "https://api.example.org"),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.into()));
        let (config, _) = Config::load(&Flags::default(), &Environment::new(vars, "")).unwrap();
        migrations::run(&mut Conn::open(&config, Mode::Write, None).unwrap()).unwrap();
        let clock = Clock::manual(START.parse().unwrap());
        let db = Db::open(&config, None).unwrap();
        let hash = passwords::hash(&PASSWORD.parse().unwrap()).unwrap();
        let by = By::new(Actor::Cli, clock.now());
        let made = db.write_now(|conn| {
            users::store::ensure_first_admin(conn, by, ADA.parse().unwrap(), hash)
        });
        assert!(made.unwrap());
        static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
        let contract = CONTRACT.get_or_init(|| Arc::new(contract().unwrap()));
        let state = State::open(db, config, clock.clone()).unwrap();
        let instance = Instance::open(state, contract.clone()).unwrap();
        Self {
            state: instance.state.clone(),
            instance,
            clock,
            _database: database,
        }
    }

    fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    async fn call(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Answer {
        let app = init_service(app(&self.instance)).await;
        let mut request = TestRequest::default().method(method).uri(path);
        if !token.is_empty() {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        if let Some(body) = body {
            request = request.set_json(body);
        }
        let response = call_service(&app, request.to_request()).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let text =
            |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let body = serde_json::from_slice(&read_body(response).await).unwrap_or(Value::Null);
        Answer {
            status,
            headers,
            body,
        }
    }

    async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, None).await
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::POST, path, token, Some(body)).await
    }

    async fn patch(&self, path: &str, token: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, token, Some(body)).await
    }

    async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.post("/v1/auth/login", "", body).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.post("/v1/auth/refresh", "", json!({ "refresh_token": token }))
            .await
    }

    async fn logout(&self, token: &str) -> Answer {
        self.call(Method::POST, "/v1/auth/logout", token, None)
            .await
    }

    async fn change_password(&self, token: &str, current: &str, new: &str) -> Answer {
        let body = json!({ "current_password": current, "new_password": new });
        self.call(Method::PUT, "/v1/auth/password", token, Some(body))
            .await
    }

    /// Whether an access token is good now.
    async fn admits(&self, token: &str) -> bool {
        let answer = self.get("/v1/auth/me", token).await;
        match answer.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => {
                assert_eq!(answer.code(), "invalid_token");
                assert!(
                    answer
                        .header("www-authenticate")
                        .contains("error=\"invalid_token\"")
                );
                false
            }
            other => panic!("{other}: {}", answer.body),
        }
    }

    /// Ada's access token.
    async fn ada(&self) -> String {
        self.login(ADA, PASSWORD).await.access()
    }

    /// The id of a new user, whose password is [`PASSWORD`].
    async fn add(&self, admin: &str, email: &str, role: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD, "role": role });
        let made = self.post("/v1/admin/users", admin, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        made.body["data"]["id"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    fn access(&self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body["access_token"].as_str().unwrap().to_owned()
    }

    fn next(&self) -> String {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body["refresh_token"].as_str().unwrap().to_owned()
    }

    fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    fn pointer(&self) -> &str {
        self.body["errors"][0]["pointer"]
            .as_str()
            .unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

fn with_claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[actix_web::test]
async fn a_login_gives_tokens_that_say_who_signed_in() {
    let house = House::new();
    let answer = house.login(" Ada@Example.ORG ", PASSWORD).await;
    let members: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "access_token",
            "token_type",
            "expires_in",
            "refresh_token",
            "refresh_expires_in"
        ]
    );
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 600);
    assert_eq!(answer.body["refresh_expires_in"], 2_592_000);
    assert!(answer.next().starts_with("trb_r_"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let claims = with_claims(&answer.access());
    assert_eq!(claims["iss"], "https://api.example.org");
    assert_eq!(claims["aud"], claims["iss"]);
    assert_eq!(claims["role"], "admin");
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        600
    );
    let me = house.get("/v1/auth/me", &answer.access()).await;
    assert_eq!(me.body["data"]["email"], ADA);
    assert_eq!(me.body["data"]["role"], "admin");
    assert_eq!(me.body["data"]["active"], true);
    assert_eq!(me.body["data"]["author"], Value::Null);
    assert_eq!(me.body["data"]["id"], claims["sub"]);
}

#[actix_web::test]
async fn an_unknown_email_a_wrong_password_and_a_deactivated_user_get_the_same_answer() {
    let house = House::new();
    let ada = house.ada().await;
    let eve = house.add(&ada, "eve@example.org", "editor").await;
    let off = house
        .patch(
            &format!("/v1/admin/users/{eve}"),
            &ada,
            json!({ "active": false }),
        )
        .await;
    assert_eq!(off.status, StatusCode::OK);
    let mut answers = Vec::new();
    for (email, password) in [
        (ADA, "wrong horse battery"),
        ("nobody@example.org", PASSWORD),
        ("eve@example.org", PASSWORD),
        ("no address at all", PASSWORD),
        (ADA, "x"),
    ] {
        let mut answer = house.login(email, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{email}");
        assert_eq!(answer.code(), "invalid_credentials");
        answer.body["instance"] = Value::Null;
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[actix_web::test]
async fn failed_logins_are_counted_per_account_and_forgotten_after_a_while() {
    let house = House::new();
    for _ in 0..10 {
        assert_eq!(
            house.login(ADA, "wrong").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    for email in [ADA, "ADA@example.org "] {
        let answer = house.login(email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.code(), "too_many_requests");
        assert_eq!(answer.header("retry-after"), "300");
    }
    let other = house.login("bob@example.org", PASSWORD).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    house.pass(300);
    assert_eq!(house.login(ADA, PASSWORD).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn failed_logins_are_counted_per_address_whatever_the_account() {
    let house = House::new();
    for number in 0..50 {
        let answer = house
            .login(&format!("user{number}@example.org"), "wrong")
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        house.login(ADA, PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[actix_web::test]
async fn successful_logins_are_not_counted() {
    let house = House::new();
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(
                house.login(ADA, "wrong").await.status,
                StatusCode::UNAUTHORIZED
            );
        }
        assert_eq!(house.login(ADA, PASSWORD).await.status, StatusCode::OK);
    }
}

#[actix_web::test]
async fn tries_made_at_once_do_not_slip_through_together() {
    let house = House::new();
    let tries = (0..14).map(|_| house.login(ADA, "wrong"));
    let answers = futures_util::future::join_all(tries).await;
    let held = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(held.count(), 4);
}

#[actix_web::test]
async fn a_refresh_token_is_exchanged_and_the_session_lives_on() {
    let house = House::new();
    let first = house.login(ADA, PASSWORD).await;
    house.pass(20 * 86_400);
    assert!(
        !house.admits(&first.access()).await,
        "the access token has ended"
    );
    let second = house.refresh(&first.next()).await;
    assert!(house.admits(&second.access()).await);
    assert_ne!(second.next(), first.next());
    assert_eq!(second.body["refresh_expires_in"], 2_592_000);
    house.pass(20 * 86_400);
    let third = house.refresh(&second.next()).await;
    assert!(house.admits(&third.access()).await);
    house.pass(30 * 86_400);
    let late = house.refresh(&third.next()).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert_eq!(late.code(), "invalid_refresh_token");
}

#[actix_web::test]
async fn two_tabs_get_the_same_successor_within_ten_seconds() {
    let house = House::new();
    let old = house.login(ADA, PASSWORD).await.next();
    let one = house.refresh(&old).await;
    house.pass(10);
    let two = house.refresh(&old).await;
    assert_eq!(one.next(), two.next());
    assert_ne!(one.access(), two.access());
    assert!(house.admits(&one.access()).await && house.admits(&two.access()).await);
    assert_eq!(two.body["refresh_expires_in"], 2_592_000 - 10);
    assert_eq!(house.refresh(&one.next()).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn tabs_that_refresh_in_the_same_moment_get_the_same_successor() {
    let house = House::new();
    let old = house.login(ADA, PASSWORD).await.next();
    let tabs = (0..4).map(|_| house.refresh(&old));
    let answers = futures_util::future::join_all(tabs).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.next() == answers[0].next())
    );
}

#[actix_web::test]
async fn a_refresh_token_used_again_later_ends_the_session() {
    let house = House::new();
    let stolen = house.login(ADA, PASSWORD).await.next();
    let elsewhere = house.ada().await;
    let good = house.refresh(&stolen).await;
    house.pass(11);
    let reuse = house.refresh(&stolen).await;
    assert_eq!(reuse.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reuse.code(), "invalid_refresh_token");
    assert!(!house.admits(&good.access()).await);
    assert_eq!(
        house.refresh(&good.next()).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(
        house.admits(&elsewhere).await,
        "other sessions are not touched"
    );
}

#[actix_web::test]
async fn what_is_no_refresh_token_is_refused() {
    let house = House::new();
    let session = house.login(ADA, PASSWORD).await;
    let unknown = format!("trb_r_{}", "A".repeat(43));
    for token in [unknown.as_str(), "trb_r_", "x", &session.access()[..100]] {
        let answer = house.refresh(token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answer.code(), "invalid_refresh_token");
    }
    let empty = house.refresh("").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.pointer(), "/refresh_token");
}

#[actix_web::test]
async fn a_logout_ends_this_session_at_once_and_no_other() {
    let house = House::new();
    let here = house.login(ADA, PASSWORD).await;
    let there = house.login(ADA, PASSWORD).await;
    let bye = house.logout(&here.access()).await;
    assert_eq!(bye.status, StatusCode::NO_CONTENT);
    assert!(!house.admits(&here.access()).await);
    assert_eq!(
        house.refresh(&here.next()).await.code(),
        "invalid_refresh_token"
    );
    assert!(house.admits(&there.access()).await);
    let nobody = house.logout("").await;
    assert_eq!(nobody.code(), "unauthenticated");
    assert_eq!(
        nobody.header("www-authenticate"),
        "Bearer realm=\"tribuna\""
    );
}

#[actix_web::test]
async fn a_role_that_was_taken_away_is_gone_with_the_next_request() {
    let house = House::new();
    let ada = house.ada().await;
    let bob = house.add(&ada, "bob@example.org", "admin").await;
    let token = house.login("bob@example.org", PASSWORD).await.access();
    assert_eq!(
        house.get("/v1/admin/users", &token).await.status,
        StatusCode::OK
    );
    let path = format!("/v1/admin/users/{bob}");
    let demoted = house.patch(&path, &ada, json!({ "role": "author" })).await;
    assert_eq!(demoted.status, StatusCode::OK);
    assert_eq!(with_claims(&token)["role"], "admin");
    let refused = house.get("/v1/admin/users", &token).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.code(), "forbidden");
    assert!(house.admits(&token).await, "the session goes on");
}

#[actix_web::test]
async fn a_deactivated_or_deleted_user_is_out_at_once_and_stays_out() {
    let house = House::new();
    let ada = house.ada().await;
    let bob = house.add(&ada, "bob@example.org", "editor").await;
    let session = house.login("bob@example.org", PASSWORD).await;
    let path = format!("/v1/admin/users/{bob}");
    house.patch(&path, &ada, json!({ "active": false })).await;
    assert!(!house.admits(&session.access()).await);
    assert_eq!(
        house.refresh(&session.next()).await.code(),
        "invalid_refresh_token"
    );
    house.patch(&path, &ada, json!({ "active": true })).await;
    assert!(
        !house.admits(&session.access()).await,
        "the old session is not revived"
    );
    let again = house.login("bob@example.org", PASSWORD).await;
    assert!(house.admits(&again.access()).await);
    let gone = house.call(Method::DELETE, &path, &ada, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert!(!house.admits(&again.access()).await);
    assert_eq!(
        house.refresh(&again.next()).await.code(),
        "invalid_refresh_token"
    );
    assert_eq!(house.get(&path, &ada).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn a_new_password_of_ones_own_ends_all_other_sessions() {
    let house = House::new();
    let here = house.login(ADA, PASSWORD).await;
    let there = house.login(ADA, PASSWORD).await;
    let changed = house
        .change_password(&here.access(), PASSWORD, "a better horse battery")
        .await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.body);
    assert!(house.admits(&here.access()).await);
    assert_eq!(house.refresh(&here.next()).await.status, StatusCode::OK);
    assert!(!house.admits(&there.access()).await);
    assert_eq!(
        house.refresh(&there.next()).await.code(),
        "invalid_refresh_token"
    );
    assert_eq!(
        house.login(ADA, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        house.login(ADA, "a better horse battery").await.status,
        StatusCode::OK
    );
}

#[actix_web::test]
async fn a_stolen_access_token_does_not_help_to_guess_the_password() {
    let house = House::new();
    let token = house.ada().await;
    for _ in 0..10 {
        let wrong = house
            .change_password(&token, "wrong", "a better horse battery")
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong.pointer(), "/current_password");
    }
    let held = house
        .change_password(&token, PASSWORD, "a better horse battery")
        .await;
    assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
    let short = house.change_password(&token, PASSWORD, "short").await;
    assert_eq!(
        (short.status, short.pointer()),
        (StatusCode::UNPROCESSABLE_ENTITY, "/new_password")
    );
}

#[actix_web::test]
async fn a_password_set_by_an_admin_ends_all_sessions() {
    let house = House::new();
    let ada = house.ada().await;
    let bob = house.add(&ada, "bob@example.org", "editor").await;
    let session = house.login("bob@example.org", PASSWORD).await;
    let path = format!("/v1/admin/users/{bob}");
    let set = house
        .patch(&path, &ada, json!({ "password": "a better horse battery" }))
        .await;
    assert_eq!(set.status, StatusCode::OK);
    assert!(!house.admits(&session.access()).await);
    assert_eq!(
        house.login("bob@example.org", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    let anew = house
        .login("bob@example.org", "a better horse battery")
        .await;
    assert_eq!(anew.status, StatusCode::OK);
}

#[actix_web::test]
async fn users_are_made_read_changed_and_replaced_and_a_password_is_never_shown() {
    let house = House::new();
    let ada = house.ada().await;
    let body = json!({ "email": " Bob@Example.org ", "password": PASSWORD, "role": "author" });
    let made = house.post("/v1/admin/users", &ada, body).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let path = made.header("location").to_owned();
    assert_eq!(made.body["data"]["email"], "bob@example.org");
    assert_eq!(made.header("etag"), "\"v1\"");
    let members: Vec<&String> = made.body["data"].as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "id",
            "email",
            "role",
            "author",
            "active",
            "languages",
            "version",
            "created_at",
            "updated_at"
        ]
    );
    let read = house.get(&path, &ada).await;
    assert_eq!(read.body, made.body);
    house.pass(1);
    let patched = house.patch(&path, &ada, json!({ "role": "editor" })).await;
    assert_eq!(patched.body["data"]["role"], "editor");
    assert_eq!(patched.body["data"]["version"], 2);
    assert_ne!(
        patched.body["data"]["updated_at"],
        read.body["data"]["updated_at"]
    );
    let new = json!({ "email": "robert@example.org", "role": "moderator" });
    let replaced = house.call(Method::PUT, &path, &ada, Some(new)).await;
    assert_eq!(replaced.status, StatusCode::OK, "{}", replaced.body);
    assert_eq!(replaced.body["data"]["email"], "robert@example.org");
    assert_eq!(
        house.login("robert@example.org", PASSWORD).await.status,
        StatusCode::OK
    );
    let nothing = house.patch(&path, &ada, json!({})).await;
    assert_eq!(nothing.body["data"]["role"], "moderator");
}

#[actix_web::test]
async fn users_are_listed_by_text_role_and_state_page_by_page() {
    let house = House::new();
    let ada = house.ada().await;
    for (email, role) in [
        ("bob@example.org", "author"),
        ("bo_@example.org", "editor"),
        ("eve@example.org", "editor"),
    ] {
        house.add(&ada, email, role).await;
    }
    let emails = |answer: &Answer| -> Vec<String> {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let list = answer.body["data"].as_array().unwrap();
        list.iter()
            .map(|user| user["email"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = async |query: &str| house.get(&format!("/v1/admin/users?{query}"), &ada).await;
    assert_eq!(
        emails(&list("role=editor").await),
        ["eve@example.org", "bo_@example.org"]
    );
    assert_eq!(emails(&list("q=BO_").await), ["bo_@example.org"]);
    assert!(emails(&list("active=false").await).is_empty());
    let first = list("limit=3&count=true").await;
    assert_eq!(first.body["page"]["total"], 4);
    assert_eq!(emails(&first).len(), 3);
    let next = first.body["page"]["next"].as_str().unwrap();
    assert_eq!(emails(&house.get(next, &ada).await), [ADA]);
    let bad = list("role=king&limt=3").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        bad.body["errors"].as_array().unwrap().len(),
        2,
        "{}",
        bad.body
    );
}

#[actix_web::test]
async fn a_user_that_breaks_rules_is_refused_with_the_place_and_nothing_is_stored() {
    let house = House::new();
    let ada = house.ada().await;
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
        let answer = house.post("/v1/admin/users", &ada, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.body);
        assert_eq!(answer.pointer(), pointer, "{body}: {}", answer.body);
        assert!(!answer.body.to_string().contains(PASSWORD));
    }
    let count = house.get("/v1/admin/users?count=true", &ada).await;
    assert_eq!(count.body["page"]["total"], 1);
    let taken = house
        .post(
            "/v1/admin/users",
            &ada,
            json!({ "email": ADA, "password": PASSWORD, "role": "author" }),
        )
        .await;
    assert_eq!(taken.code(), "email_taken");
}

#[actix_web::test]
async fn the_last_active_admin_stays() {
    let house = House::new();
    let ada = house.ada().await;
    let me = house.get("/v1/auth/me", &ada).await;
    let path = format!(
        "/v1/admin/users/{}",
        me.body["data"]["id"].as_str().unwrap()
    );
    let bob = house.add(&ada, "bob@example.org", "admin").await;
    let bob = format!("/v1/admin/users/{bob}");
    house.patch(&bob, &ada, json!({ "active": false })).await;
    for change in [json!({ "role": "editor" }), json!({ "active": false })] {
        let answer = house.patch(&path, &ada, change).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::CONFLICT, "last_admin")
        );
    }
    let deleted = house.call(Method::DELETE, &path, &ada, None).await;
    assert_eq!(
        (deleted.status, deleted.code()),
        (StatusCode::CONFLICT, "last_admin")
    );
    house.patch(&bob, &ada, json!({ "active": true })).await;
    let demoted = house.patch(&path, &ada, json!({ "role": "editor" })).await;
    assert_eq!(demoted.status, StatusCode::OK);
}

#[actix_web::test]
async fn a_write_on_an_old_version_is_refused() {
    let house = House::new();
    let ada = house.ada().await;
    let bob = house.add(&ada, "bob@example.org", "author").await;
    let path = format!("/v1/admin/users/{bob}");
    house.patch(&path, &ada, json!({ "role": "editor" })).await;
    let app = init_service(app(&house.instance)).await;
    let stale = TestRequest::delete()
        .uri(&path)
        .insert_header(("authorization", format!("Bearer {ada}")))
        .insert_header(("if-match", "\"v1\""));
    let answer = call_service(&app, stale.to_request()).await;
    assert_eq!(answer.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(answer.headers().get("etag").unwrap(), "\"v2\"");
}

#[actix_web::test]
async fn users_are_for_admins_alone() {
    let house = House::new();
    let ada = house.ada().await;
    for role in ["contributor", "author", "editor", "moderator"] {
        let email = format!("{role}@example.org");
        let id = house.add(&ada, &email, role).await;
        let token = house.login(&email, PASSWORD).await.access();
        let path = format!("/v1/admin/users/{id}");
        let body = json!({ "email": "x@example.org", "password": PASSWORD, "role": "admin" });
        let answers = [
            house.get("/v1/admin/users", &token).await,
            house.get(&path, &token).await,
            house.post("/v1/admin/users", &token, body.clone()).await,
            house.patch(&path, &token, json!({ "role": "admin" })).await,
            house.call(Method::PUT, &path, &token, Some(body)).await,
            house.call(Method::DELETE, &path, &token, None).await,
        ];
        for answer in answers {
            assert_eq!(
                answer.status,
                StatusCode::FORBIDDEN,
                "{role}: {}",
                answer.body
            );
            assert!(
                answer
                    .header("www-authenticate")
                    .contains("insufficient_scope")
            );
        }
    }
}

#[actix_web::test]
async fn the_key_set_is_public_and_verifies_what_was_signed() {
    use base64::Engine;
    let house = House::new();
    let token = house.ada().await;
    let answer = house.get("/.well-known/jwks.json", "").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(answer.body.clone()).unwrap();
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let key = set.find(&header.kid.unwrap()).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    rules.validate_exp = false;
    rules.set_audience(&["https://api.example.org"]);
    let key = jsonwebtoken::DecodingKey::from_jwk(key).unwrap();
    assert!(jsonwebtoken::decode::<Value>(&token, &key, &rules).is_ok());
    let jwk = &answer.body["keys"][0];
    assert_eq!(jwk["kty"], "OKP");
    assert_eq!(jwk["crv"], "Ed25519");
    assert_eq!(jwk["use"], "sig");
    assert_eq!(jwk["alg"], "EdDSA");
    let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap());
    assert_eq!(x.unwrap().len(), 32);
    assert_eq!(jwk.as_object().unwrap().len(), 6, "nothing secret: {jwk}");
}

#[actix_web::test]
async fn after_a_rotation_old_tokens_are_good_until_they_end_and_new_ones_have_the_new_key() {
    let house = House::new();
    let session = house.login(ADA, PASSWORD).await;
    let rotate = |at: Timestamp| {
        let by = By::new(Actor::Cli, at);
        house
            .state
            .db
            .write_now(|conn| signing_keys::store::rotate(conn, by))
            .unwrap()
            .kid
    };
    let kids = async || {
        let set = house.get("/.well-known/jwks.json", "").await;
        let keys = set.body["keys"].as_array().unwrap().clone();
        keys.iter()
            .map(|key| key["kid"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    house.pass(1);
    let new = rotate(house.clock.now());
    let old = kid(&session.access());
    assert_eq!(kids().await, [new.clone(), old.clone()]);
    assert!(house.admits(&session.access()).await);
    let next = house.refresh(&session.next()).await;
    assert_eq!(kid(&next.access()), new);
    assert!(house.admits(&next.access()).await);
    house.pass(659);
    assert_eq!(kids().await, [new.clone(), old]);
    house.pass(1);
    assert_eq!(kids().await, [new]);
}

#[actix_web::test]
async fn a_token_of_a_key_that_is_gone_is_refused_even_if_it_has_not_ended() {
    let house = House::new();
    let token = house.ada().await;
    assert!(house.admits(&token).await);
    let gone =
        |conn: &mut Conn| tribuna::db::sql::Sql::new("DELETE FROM signing_keys").execute(conn);
    assert_eq!(house.state.db.write_now(gone).unwrap(), 1);
    assert!(!house.admits(&token).await, "its key is unknown");
}

#[actix_web::test]
async fn a_token_from_another_house_is_refused() {
    let (house, other) = (House::new(), House::new());
    assert!(!house.admits(&other.ada().await).await);
    assert!(!house.admits("eyJhbGciOiJub25lIn0.e30.").await);
}

#[actix_web::test]
async fn health_is_told() {
    let house = House::new();
    for path in ["/health/live", "/health/ready"] {
        let answer = house.get(path, "").await;
        assert_eq!(
            (answer.status, answer.body),
            (StatusCode::OK, json!({ "status": "ok" }))
        );
    }
}

#[actix_web::test]
async fn an_instance_whose_database_does_not_answer_says_that_it_is_not_ready() {
    let house = House::new();
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let (held, db) = (
        Arc::new(std::sync::Mutex::new(held)),
        house.state.db.clone(),
    );
    let hold = || {
        let (held, db) = (held.clone(), db.clone());
        std::thread::spawn(move || {
            db.read_now(|_| {
                // Until the other end is dropped.
                let _ = held.lock().unwrap().recv();
                Ok(())
            })
        })
    };
    let busy = [hold(), hold()];
    std::thread::sleep(std::time::Duration::from_millis(200));
    let answer = house.get("/health/ready", "").await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    );
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(house.get("/health/live", "").await.status, StatusCode::OK);
    drop(let_go);
    for thread in busy {
        thread.join().unwrap().unwrap();
    }
    assert_eq!(house.get("/health/ready", "").await.status, StatusCode::OK);
}

#[actix_web::test]
async fn who_may_not_write_is_told_so_whatever_the_body() {
    let house = House::new();
    let ada = house.ada().await;
    house.add(&ada, "bob@example.org", "editor").await;
    let bob = house.login("bob@example.org", PASSWORD).await.access();
    for body in [json!({}), json!({ "email": 1 }), json!([])] {
        let answer = house.post("/v1/admin/users", &bob, body.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        let answer = house.post("/v1/admin/users", "", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
        let answer = house.post("/v1/admin/users", "x", body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.body);
    }
}
