//! Forgets from which network comments were sent.

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::jobs::expiry::ExpiryRound;
use crate::timestamp::Timestamp;

/// The number of seconds for which the hash of a network is kept: 30 days.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// Removes the hashes of networks that are older than 30 days.
///
/// # Errors
/// Returns database errors.
pub fn forget_addresses(round: &ExpiryRound<'_>) -> Result<()> {
    round.delete_expired(has_old, forget)
}

const OLD: &str = "comments WHERE address_hash IS NOT NULL AND created_at < ";

fn has_old(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(&format!("SELECT count(*) AS n FROM (SELECT 1 FROM {OLD}"));
    sql.bind(now.plus_seconds(-KEPT)).push(" LIMIT 1) o");
    Ok(sql.number(conn)? > 0)
}

fn forget(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let mut sql = Sql::new(
        "UPDATE comments SET address_hash = NULL WHERE address_hash IS NOT NULL AND created_at < ",
    );
    sql.bind(now.plus_seconds(-KEPT));
    sql.execute(conn).map(drop)
}
