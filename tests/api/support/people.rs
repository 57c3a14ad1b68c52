//! The people who call: users written straight into the database, with a token that outlives every test.

use std::collections::HashMap;
use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use diesel::prelude::*;
use tribuna::accounts::sessions::token::{self, Claims};
use tribuna::accounts::users::model::Role;
use tribuna::db::Conn;
use tribuna::id::Id;
use tribuna::schema::{sessions, signing_keys, users};
use tribuna::state::State;
use tribuna::timestamp::Timestamp;

use super::TestApp;
use super::client::Client;

/// Who has been met by name in this test: the same name is the same user.
pub type Names = HashMap<String, Id>;

macro_rules! each {
    ($conn:ident, $statement:expr) => {
        match $conn {
            Conn::Sqlite($conn) => $statement,
            Conn::Postgres($conn) => $statement,
        }
    };
}

impl TestApp {
    /// Somebody without a token.
    pub fn anonymous(&self) -> Client {
        Client::new(self.service.clone(), None, None)
    }

    pub async fn contributor(&self, name: &str) -> Client {
        self.person(name, Role::Contributor).await
    }

    pub async fn author(&self, name: &str) -> Client {
        self.person(name, Role::Author).await
    }

    pub async fn editor(&self, name: &str) -> Client {
        self.person(name, Role::Editor).await
    }

    pub async fn moderator(&self, name: &str) -> Client {
        self.person(name, Role::Moderator).await
    }

    pub async fn admin(&self, name: &str) -> Client {
        self.person(name, Role::Admin).await
    }

    /// A user `name@example.org` with a session of its own; called again, another session of the same user.
    pub async fn person(&self, name: &str, role: Role) -> Client {
        let known = self.names.borrow().get(name).copied();
        let id = known.unwrap_or_default();
        let session = Id::new();
        let (email, now) = (format!("{name}@example.org"), self.clock.now());
        self.state
            .db
            .write_now(|conn| {
                if known.is_none() {
                    insert_user(conn, id, (&email, name), role, now)?;
                }
                Ok(insert_session(conn, session, id, now)?)
            })
            .unwrap();
        self.names.borrow_mut().insert(name.to_owned(), id);
        let token = self.sign(&self.claims(id, session, role));
        Client::new(self.service.clone(), Some(token), Some(id))
    }

    /// What a good access token of this session says.
    pub fn claims(&self, user: Id, session: Id, role: Role) -> Claims {
        let here = self.state.config.server.public_url.as_str().to_owned();
        Claims {
            iss: here.clone(),
            aud: here,
            sub: user,
            sid: session,
            jti: Id::new(),
            client_id: "tribuna".into(),
            iat: 0,
            exp: FAR,
            role,
        }
    }

    /// Signs claims, true or not, with the key that every test's database knows.
    pub fn sign(&self, claims: &Claims) -> String {
        token::sign(claims, KEY_ID, &key().0).unwrap()
    }

    /// Somebody with this very token.
    pub fn bearer(&self, token: &str) -> Client {
        Client::new(self.service.clone(), Some(token.to_owned()), None)
    }
}

fn insert_user(
    conn: &mut Conn,
    id: Id,
    (email, name): (&str, &str),
    role: Role,
    now: Timestamp,
) -> QueryResult<usize> {
    let row = (
        users::id.eq(id),
        users::email.eq(email),
        users::name.eq(name),
        // No hash of any password: nobody signs in with it.
        users::password_hash.eq("!"),
        users::role.eq(role.as_str()),
        users::active.eq(true),
        users::version.eq(1),
        users::created_at.eq(now),
        users::updated_at.eq(now),
    );
    each!(
        conn,
        diesel::insert_into(users::table).values(row).execute(conn)
    )
}

fn insert_session(conn: &mut Conn, id: Id, user: Id, now: Timestamp) -> QueryResult<usize> {
    let row = (
        sessions::id.eq(id),
        sessions::user_id.eq(user),
        sessions::created_at.eq(now),
        sessions::expires_at.eq(Timestamp::from_millis(FAR * 1000)),
    );
    each!(
        conn,
        diesel::insert_into(sessions::table)
            .values(row)
            .execute(conn)
    )
}

/// Lets the database know the key that tokens of tests are signed with.
pub fn add_signing_key(state: &State) {
    let (private_key, public_key) = key();
    let row = (
        signing_keys::kid.eq(KEY_ID),
        signing_keys::private_key.eq(private_key),
        signing_keys::public_key.eq(public_key),
        signing_keys::created_at.eq(state.clock.now()),
    );
    let insert = |conn: &mut Conn| {
        Ok(each!(
            conn,
            diesel::insert_into(signing_keys::table)
                .values(row)
                .on_conflict_do_nothing()
                .execute(conn)
        )?)
    };
    state.db.write_now(insert).unwrap();
}

/// Of the form that a real one has: a thumbprint (RFC 7638).
pub const KEY_ID: &str = "the-key-that-signs-the-tokens-of-all-tests0";

/// Private (PKCS #8) and public, one for all tests of this process.
fn key() -> &'static (Vec<u8>, Vec<u8>) {
    static KEY: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    KEY.get_or_init(|| {
        let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        (private.as_ref().to_vec(), public)
    })
}

/// Later than any test sets its clock, in seconds since 1970: the year 2200.
const FAR: i64 = 7_258_118_400;
