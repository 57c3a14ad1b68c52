//! Users who sign in with a password. Those of [`super::people`] have a token from the start.

use actix_web::http::Method;
use serde_json::{Value, json};
use tribuna::accounts::{passwords, users};
use tribuna::changes::actor::{Actor, By};

use super::TestApp;
use super::client::{Answer, Client};

/// The password of every user.
pub const PASSWORD: &str = "correct horse battery";
/// The e-mail address of the first admin.
pub const ADA: &str = "ada@example.org";
pub const USERS: &str = "/v1/admin/users";

impl TestApp {
    /// Creates the first admin, Ada, as the command line does.
    pub fn add_first_admin(&self) {
        let hash = passwords::hash(&PASSWORD.parse().unwrap()).unwrap();
        let by = By::new(Actor::Cli, self.clock.now());
        let made = self.state.db.write_now(|conn| {
            users::store::ensure_first_admin(conn, by, ADA.parse().unwrap(), hash)
        });
        assert!(made.unwrap());
    }

    pub async fn login(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        self.anonymous().post("/v1/auth/login", body).await
    }

    /// Signs in. Returns a client with the access token of the new session.
    pub async fn signs_in(&self, email: &str) -> Client {
        self.bearer(self.login(email, PASSWORD).await.access_token())
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let body = json!({ "refresh_token": token });
        self.anonymous().post("/v1/auth/refresh", body).await
    }

    /// True if an access token is valid. Otherwise checks that the answer says so.
    pub async fn admits(&self, token: &str) -> bool {
        let answer = self.bearer(token).get("/v1/auth/me").await;
        if answer.status == 200 {
            return true;
        }
        let refused = answer.expect_problem(401, "invalid_token");
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains("error=\"invalid_token\""), "{refused}");
        false
    }
}

impl Client {
    /// Creates a user with [`PASSWORD`] and returns the id.
    pub async fn adds_user(&self, email: &str, role: &str) -> String {
        let body = json!({ "email": email, "password": PASSWORD, "role": role });
        self.makes(USERS, body).await
    }

    pub async fn logs_out(&self) -> Answer {
        self.send(self.request(Method::POST, "/v1/auth/logout"))
            .await
    }

    pub async fn changes_password(&self, current: &str, new: &str) -> Answer {
        let body = json!({ "current_password": current, "new_password": new });
        self.put("/v1/auth/password", body).await
    }
}

impl Answer {
    #[track_caller]
    pub fn access_token(&self) -> &str {
        self.token("/access_token")
    }

    #[track_caller]
    pub fn refresh_token(&self) -> &str {
        self.token("/refresh_token")
    }

    #[track_caller]
    fn token(&self, pointer: &str) -> &str {
        assert_eq!(self.status, 200, "{self}");
        self.text(pointer)
    }

    /// The names of the members of an object, in order.
    #[track_caller]
    pub fn members(&self, pointer: &str) -> Vec<&str> {
        let members = self.at(pointer).as_object().map(|object| object.keys());
        members.into_iter().flatten().map(String::as_str).collect()
    }
}

/// The payload of an access token.
pub fn claims(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
