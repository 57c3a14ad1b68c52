//! The secrets of keys in the database: the current one and, during a rotation, the former one.

use diesel::prelude::*;

use super::model::ApiKey;
use super::parts;
use super::secret::KeySecret;
use super::store;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::{api_key_secrets, api_keys};
use crate::secret_rotation::NewRotation;
use crate::version::Seen;

/// Gives a key a new secret. The former one works for some time; the one before it ends at once.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`], [`Error::Stale`], and [`Error::Invalid`] for a former
/// secret that would work too long.
pub fn rotate(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    new: &NewRotation,
) -> Result<(ApiKey, KeySecret)> {
    let old = store::find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let end = new.end(by.at)?;
    let secret = KeySecret::random()?;
    delete_former(conn, id)?;
    let current = api_key_secrets::table.filter(api_key_secrets::key_id.eq(id));
    let ends = api_key_secrets::expires_at.eq(end);
    each!(conn, diesel::update(current).set(ends).execute(conn))?;
    if end <= by.at {
        delete_former(conn, id)?;
    }
    parts::insert_secret(conn, id, &secret)?;
    let key = touch(conn, by, old, Operation::Rotate)?;
    Ok((key, secret))
}

/// Ends the former secret of a key at once.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`], [`Error::Stale`], and [`Error::Missing`] if the key has
/// no former secret.
pub fn end_rotation(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<ApiKey> {
    let old = store::find(conn, by, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    if old.rotation.is_none() {
        return Err(Error::missing("The key has no former secret."));
    }
    delete_former(conn, id)?;
    touch(conn, by, old, Operation::Revoke)
}

/// Raises the version of a key whose secrets have changed, and logs the change.
fn touch(conn: &mut Conn, by: By, old: ApiKey, operation: Operation) -> Result<ApiKey> {
    let id = old.id;
    let set = (
        api_keys::version.eq(old.version + 1),
        api_keys::updated_at.eq(by.at),
    );
    each!(
        conn,
        diesel::update(api_keys::table.find(id))
            .set(set)
            .execute(conn)
    )?;
    let key = store::find(conn, by, id)?;
    let facts = Facts::updated(&old, &key);
    changes::append(conn, by, Kind::ApiKey, id, operation, facts)?;
    Ok(key)
}

fn delete_former(conn: &mut Conn, key: Id) -> Result<()> {
    let former = api_key_secrets::table
        .filter(api_key_secrets::key_id.eq(key))
        .filter(api_key_secrets::expires_at.is_not_null());
    each!(conn, diesel::delete(former).execute(conn))?;
    Ok(())
}
