//! Forgets the forms that have expired.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::jobs::expiry::ExpiryRound;
use crate::schema::used_forms;
use crate::timestamp::Timestamp;

/// Deletes the forms that were sent and have expired, so that they would be refused anyway.
///
/// # Errors
/// Returns database errors.
pub fn forget_forms(round: &ExpiryRound<'_>) -> Result<()> {
    round.delete_expired(has_expired, delete)
}

fn has_expired(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let expired = used_forms::table.filter(used_forms::expires_at.le(now));
    let any = diesel::select(diesel::dsl::exists(expired));
    Ok(each!(conn, any.get_result(conn))?)
}

fn delete(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let expired = used_forms::table.filter(used_forms::expires_at.le(now));
    each!(conn, diesel::delete(expired).execute(conn))?;
    Ok(())
}
