//! Deletes messages that were not sent, because they hold personal data.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::schema::mail_outbox;
use crate::timestamp::Timestamp;

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;
/// The number of days for which a message that was given up is kept, for whoever looks for the reason.
const DAYS_OF_DEAD: i64 = 7;
/// The number of days after which a message is too old to be sent.
const DAYS_OF_ALL: i64 = 8;
/// The maximum number of messages that one round deletes.
const BATCH: i64 = 1000;

/// Deletes the messages that were given up a week ago, and those that are still there a day later.
///
/// # Errors
/// Returns database errors.
pub fn delete_old(round: &ExpiryRound<'_>) -> Result<()> {
    round.delete_expired(has_old, delete)
}

fn has_old(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    Ok(!old(conn, now, 1)?.is_empty())
}

fn delete(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let ids = old(conn, now, BATCH)?;
    let rows = mail_outbox::table.filter(mail_outbox::id.eq_any(ids));
    each!(conn, diesel::delete(rows).execute(conn))?;
    Ok(())
}

/// Returns the ids of up to `most` messages that are too old at `now`.
fn old(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>> {
    let is_dead = mail_outbox::dead_at.lt(now.plus_seconds(-DAYS_OF_DEAD * DAY));
    let is_old = mail_outbox::created_at.lt(now.plus_seconds(-DAYS_OF_ALL * DAY));
    let old = mail_outbox::table
        .filter(is_old.nullable().or(is_dead))
        .limit(most)
        .select(mail_outbox::id);
    Ok(each!(conn, old.load(conn))?)
}
