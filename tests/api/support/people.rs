//! Users as clients. They are inserted into the database, with tokens that outlive every test.

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

/// The users of this test by name.
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
    /// A client without a token.
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

    /// A client for the user `name@example.org` with a new session. The user is created on the first call.
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

    /// The claims of a valid access token of this session.
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

    /// Signs claims, valid or not, with the key of all test databases.
    pub fn sign(&self, claims: &Claims) -> String {
        token::sign(claims, KEY_ID, &key().0).unwrap()
    }

    /// A client with this token.
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

/// Inserts the key that signs the tokens of all tests.
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

/// Formed like a real id, which is a thumbprint (RFC 7638).
pub const KEY_ID: &str = "the-key-that-signs-the-tokens-of-all-tests0";

/// The private (PKCS #8) and the public key, shared by all tests of this process.
fn key() -> &'static (Vec<u8>, Vec<u8>) {
    static KEY: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    KEY.get_or_init(|| {
        let private = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(private.as_ref()).unwrap();
        let public = pair.public_key().as_ref().to_vec();
        (private.as_ref().to_vec(), public)
    })
}

/// Later than any time in a test, in seconds since 1970: the year 2200.
const FAR: i64 = 7_258_118_400;
