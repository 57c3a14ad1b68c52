//! The queries for signing keys.

use diesel::prelude::*;

use super::model::{SigningKey, VerifyingKey};
use crate::changes::actor::{Access, By};
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::kind::Kind;
use crate::schema::signing_keys;
use crate::timestamp::Timestamp;

/// Returns the current signing key. Creates one if there is none.
///
/// # Errors
/// Returns the same errors as [`By::require`], and database errors.
pub fn ensure(conn: &mut Conn, by: By) -> Result<SigningKey> {
    by.require(Access::Users)?;
    let newest = signing_keys::table
        .filter(signing_keys::retired_at.is_null())
        .order((signing_keys::created_at.desc(), signing_keys::kid.desc()));
    match each!(
        conn,
        newest
            .select(SigningKey::as_select())
            .first(conn)
            .optional()
    )? {
        Some(key) => Ok(key),
        None => insert(conn, by, Operation::Create),
    }
}

/// Replaces the current signing key with a new one and erases the private key of the old one.
///
/// # Errors
/// Returns the same errors as [`By::require`], and database errors.
pub fn rotate(conn: &mut Conn, by: By) -> Result<SigningKey> {
    by.require(Access::Admins)?;
    let signing = signing_keys::table.filter(signing_keys::retired_at.is_null());
    let retired = (
        signing_keys::retired_at.eq(by.at),
        signing_keys::private_key.eq(Vec::new()),
    );
    each!(conn, diesel::update(signing).set(retired).execute(conn))?;
    insert(conn, by, Operation::Rotate)
}

/// Returns all keys, including retired ones, newest first.
///
/// # Errors
/// Returns database errors.
pub fn list(conn: &mut Conn) -> Result<Vec<VerifyingKey>> {
    let all =
        signing_keys::table.order((signing_keys::created_at.desc(), signing_keys::kid.desc()));
    Ok(each!(
        conn,
        all.select(VerifyingKey::as_select()).load(conn)
    )?)
}

/// Returns the keys that verify tokens, newest first: those that are not retired, or were retired after `since`.
///
/// # Errors
/// Returns database errors.
pub fn verifying(conn: &mut Conn, since: Timestamp) -> Result<Vec<VerifyingKey>> {
    let good = signing_keys::table
        .filter(
            signing_keys::retired_at
                .is_null()
                .or(signing_keys::retired_at.gt(since)),
        )
        .order((signing_keys::created_at.desc(), signing_keys::kid.desc()));
    Ok(each!(
        conn,
        good.select(VerifyingKey::as_select()).load(conn)
    )?)
}

fn insert(conn: &mut Conn, by: By, operation: Operation) -> Result<SigningKey> {
    let key = SigningKey::generate(by.at)?;
    each!(
        conn,
        diesel::insert_into(signing_keys::table)
            .values(&key)
            .execute(conn)
    )?;
    let facts = Facts::none().with("kid", &key.kid);
    changes::append_unnamed(conn, by, Kind::SigningKey, operation, facts)?;
    Ok(key)
}
