//! Deletes old deliveries.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::jobs::expiry::ExpiryRound;
use crate::schema::webhook_deliveries;
use crate::timestamp::Timestamp;

/// The maximum number of deliveries that one transaction deletes.
const BATCH: i64 = 1000;
/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// Deletes the deliveries that were finished longer ago than the setting says, with their attempts.
///
/// # Errors
/// Returns database errors.
pub fn delete_old(round: &ExpiryRound<'_>) -> Result<()> {
    let days = i64::from(round.config.webhooks.days);
    if days == 0 {
        return Ok(());
    }
    let before = round.now.plus_seconds(-days * DAY);
    loop {
        let numbers = round.db().read_now(|conn| old(conn, before))?;
        if numbers.is_empty() {
            return Ok(());
        }
        let delete = move |conn: &mut Conn| {
            let rows = webhook_deliveries::table.filter(webhook_deliveries::number.eq_any(numbers));
            each!(conn, diesel::delete(rows).execute(conn))?;
            Ok(())
        };
        if !round.write(delete)? {
            return Ok(());
        }
    }
}

fn old(conn: &mut Conn, before: Timestamp) -> Result<Vec<i64>> {
    let old = webhook_deliveries::table
        .filter(webhook_deliveries::finished_at.lt(before))
        .order(webhook_deliveries::finished_at)
        .limit(BATCH)
        .select(webhook_deliveries::number);
    Ok(each!(conn, old.load(conn))?)
}
