//! Transactions on one connection: how each database begins a read and a write, and how both end.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::connection::{Conn, each};
use crate::error::Result;

/// The key of the PostgreSQL advisory lock that makes writers wait for each other ("trib").
const WRITE_LOCK: i64 = 0x7472_6962;

/// Runs one read transaction.
pub(super) fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let begin = match conn {
        // SQLite takes the snapshot at the first statement, and no writer waits for it.
        Conn::Sqlite(_) => "BEGIN DEFERRED",
        // At PostgreSQL's default isolation level, each statement would see its own snapshot.
        Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    each!(
        conn,
        AnsiTransactionManager::begin_transaction_sql(conn, begin)
    )?;
    finish(conn, work)
}

/// Runs one write transaction on a connection that the caller owns.
///
/// # Errors
/// Returns the error of `work`, after a rollback.
pub fn transaction<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    begin(conn)?;
    finish(conn, work)
}

/// Begins a write transaction and waits for its turn.
pub(super) fn begin(conn: &mut Conn) -> Result<()> {
    match conn {
        // On SQLite, a deferred transaction that turns into a write fails at once if another one was faster.
        Conn::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?
        }
        Conn::Postgres(conn) => {
            // PostgreSQL: both in one message, so that a write costs no round trip for its lock.
            let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({WRITE_LOCK})");
            let begun = AnsiTransactionManager::begin_transaction_sql(conn, &begin);
            if let Err(error) = begun {
                // If it was the lock that failed, the server has begun a transaction that diesel does not know of.
                let _ = conn.batch_execute("ROLLBACK");
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// Runs `work`, then commits or, after an error, rolls back.
pub(super) fn finish<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match work(conn) {
        Ok(value) => {
            each!(conn, AnsiTransactionManager::commit_transaction(conn))?;
            Ok(value)
        }
        Err(error) => {
            // A rollback fails only on a lost connection, whose transaction the database rolls back itself.
            if let Err(rollback) = each!(conn, AnsiTransactionManager::rollback_transaction(conn)) {
                log::warn!("rollback failed: {rollback}");
            }
            Err(error)
        }
    }
}
