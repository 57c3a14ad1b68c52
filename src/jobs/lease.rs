//! Leases: work that only one of all instances does at a time. A lease is taken for the work, renewed by it, and ends by
//! itself, so that one who died holds nobody up for longer.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::schema::leases;
use crate::timestamp::Timestamp;

/// For how long, in seconds, unless it is renewed.
pub const SECONDS: i64 = 1;

/// Takes or renews a lease, in the transaction of the work; whether it is the holder's.
///
/// # Errors
/// What the database reports.
pub fn hold(conn: &mut Conn, name: &str, holder: Id, now: Timestamp) -> Result<bool> {
    let of_another = leases::table
        .find(name)
        .filter(leases::holder.ne(holder).and(leases::expires_at.gt(now)));
    if each!(
        conn,
        diesel::select(diesel::dsl::exists(of_another)).get_result(conn)
    )? {
        return Ok(false);
    }
    let held = (
        leases::holder.eq(holder),
        leases::expires_at.eq(now.plus_seconds(SECONDS)),
    );
    each!(
        conn,
        diesel::insert_into(leases::table)
            .values((leases::name.eq(name), held))
            .on_conflict(leases::name)
            .do_update()
            .set(held)
            .execute(conn)
    )?;
    Ok(true)
}

/// Gives a lease up, if it is the holder's.
///
/// # Errors
/// What the database reports.
pub fn release(conn: &mut Conn, name: &str, holder: Id) -> Result<()> {
    let own = leases::table.find(name).filter(leases::holder.eq(holder));
    each!(conn, diesel::delete(own).execute(conn))?;
    Ok(())
}
