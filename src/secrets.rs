//! Secrets that all instances share through the database, each made once, by the first that needs it.

use aws_lc_rs::rand;
use diesel::prelude::*;

use crate::db::{Conn, Db, each};
use crate::error::{Error, Result};
use crate::schema::secrets;

/// The secret with this name; makes it if there is none.
///
/// # Errors
/// What the database reports.
pub fn ensure(db: &Db, name: &'static str) -> Result<[u8; 32]> {
    match db.read_now(|conn| find(conn, name))? {
        Some(secret) => Ok(secret),
        None => db.write_now(|conn| make(conn, name)),
    }
}

/// Nothing happens to one that another instance made in between.
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
