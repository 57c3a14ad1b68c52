//! Secrets that all instances share through the database. Each is created once, by the first instance that needs it.

use aws_lc_rs::rand;
use diesel::prelude::*;

use crate::db::{Conn, Db, each};
use crate::error::{Error, Result};
use crate::schema::secrets;

/// Returns the secret with this name, and creates it if there is none.
///
/// # Errors
/// Returns database errors, and [`Error::Internal`] if the system provides no randomness.
pub fn ensure(db: &Db, name: &'static str) -> Result<[u8; 32]> {
    match db.read_now(|conn| find(conn, name))? {
        Some(secret) => Ok(secret),
        None => db.write_now(|conn| make(conn, name)),
    }
}

/// Returns the secret with this name within a transaction that writes, and creates it if there is none.
///
/// # Errors
/// Returns the same errors as [`ensure`].
pub fn ensure_within(conn: &mut Conn, name: &'static str) -> Result<[u8; 32]> {
    match find(conn, name)? {
        Some(secret) => Ok(secret),
        None => make(conn, name),
    }
}

/// Creates a secret, unless another instance has created it meanwhile. Returns the stored one.
fn make(conn: &mut Conn, name: &str) -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    rand::fill(&mut secret).map_err(|_| Error::Internal("no randomness".into()))?;
    let row = (secrets::name.eq(name), secrets::value.eq(secret.as_slice()));
    each!(
        conn,
        diesel::insert_into(secrets::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(conn)
    )?;
    find(conn, name)?.ok_or_else(|| Error::Internal(format!("no secret {name}")))
}

fn find(conn: &mut Conn, name: &str) -> Result<Option<[u8; 32]>> {
    let row = secrets::table.find(name).select(secrets::value);
    let value: Option<Vec<u8>> = each!(conn, row.first(conn).optional())?;
    Ok(value.and_then(|value| value.try_into().ok()))
}
