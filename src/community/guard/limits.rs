//! How many comments are taken from one network, and for one post. The rows of comments are counted, so the limits hold for
//! all instances together, and over restarts.

use crate::catalogue::site::comments::CommentSettings;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The seconds in which comments are counted.
pub const WINDOW: i64 = 600;
/// The seconds after which a client may try again.
const RETRY: u32 = 60;
/// The largest number of rows that are counted.
const MOST_COUNTED: i64 = 10_000;

/// Refuses a comment that would be one too many.
///
/// # Errors
/// Returns [`Error::Throttled`] beyond a limit.
pub fn check(
    conn: &mut Conn,
    settings: &CommentSettings,
    (network, post): (Option<&[u8]>, Id),
    now: Timestamp,
) -> Result<()> {
    if let Some(network) = network
        && of_network(conn, network, now)? >= settings.max_per_network()
    {
        return Err(Error::Throttled(RETRY));
    }
    match to_post(conn, post, now)? >= settings.max_per_post() {
        true => Err(Error::Throttled(RETRY)),
        false => Ok(()),
    }
}

/// Returns the number of comments that came from a network in the last [`WINDOW`].
///
/// # Errors
/// Returns database errors.
pub fn of_network(conn: &mut Conn, network: &[u8], now: Timestamp) -> Result<i64> {
    let mut sql = counted("comments WHERE address_hash = ");
    sql.bind(network.to_vec());
    since(conn, sql, now.plus_seconds(-WINDOW))
}

fn to_post(conn: &mut Conn, post: Id, now: Timestamp) -> Result<i64> {
    let mut sql = counted("comments WHERE post_id = ");
    sql.bind(post);
    since(conn, sql, now.plus_seconds(-WINDOW))
}

/// Returns the number of all comments since a time.
///
/// # Errors
/// Returns database errors.
pub fn written_since(conn: &mut Conn, begin: Timestamp) -> Result<i64> {
    since(conn, counted("comments WHERE TRUE"), begin)
}

fn counted(rows: &str) -> Sql {
    Sql::new(&format!("SELECT count(*) AS n FROM (SELECT 1 FROM {rows}"))
}

fn since(conn: &mut Conn, mut sql: Sql, begin: Timestamp) -> Result<i64> {
    sql.push(" AND created_at > ")
        .bind(begin)
        .push(&format!(" LIMIT {MOST_COUNTED}) c"));
    sql.number(conn)
}
