//! Transactions on one connection: how each database begins a read and a write, and how both end.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};

use super::Conn;
use super::call::DatabaseCall;
use super::connection::each;
use crate::error::{Error, Result};

/// The key of the PostgreSQL advisory lock that makes writers wait for each other ("trib").
const WRITE_LOCK: i64 = 0x7472_6962;

/// Runs one read transaction.
pub(super) fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let begin = match conn {
        // SQLite: the snapshot is taken at the first statement, and no writer waits for it.
        Conn::Sqlite(_) => "BEGIN DEFERRED",
        // PostgreSQL: at the default isolation level, each statement would see its own snapshot.
        Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    each!(
        conn,
        AnsiTransactionManager::begin_transaction_sql(conn, begin)
    )?;
    finish(conn, &DatabaseCall::default(), work).map_err(|error| match error {
        // Nothing was written.
        Error::OutcomeUnknown(why) => Error::lost(why),
        other => other,
    })
}

/// Runs one write transaction on a connection that the caller owns.
///
/// # Errors
/// Returns the error of `work`, after a rollback.
pub fn transaction<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    begin(conn)?;
    finish(conn, &DatabaseCall::default(), work)
}

/// Begins a write transaction and waits for its turn.
pub(super) fn begin(conn: &mut Conn) -> Result<()> {
    match conn {
        // SQLite: a deferred transaction that turns into a write fails at once if another one was faster.
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

/// Runs `work`, then commits or, after an error, rolls back. If the call was given up, nothing is committed.
///
/// # Errors
/// Returns the error of `work`, and [`Error::OutcomeUnknown`] if the connection was lost during the `COMMIT`.
pub(super) fn finish<T>(
    conn: &mut Conn,
    call: &DatabaseCall,
    work: impl FnOnce(&mut Conn) -> Result<T>,
) -> Result<T> {
    match work(conn) {
        Ok(value) => commit(conn, call).map(|()| value),
        Err(error) => {
            roll_back(conn);
            Err(error)
        }
    }
}

/// Commits, unless the call was given up.
///
/// # Errors
/// Returns the same errors as [`finish`].
pub(super) fn commit(conn: &mut Conn, call: &DatabaseCall) -> Result<()> {
    if let Err(error) = call.begin_commit() {
        roll_back(conn);
        return Err(error);
    }
    let done = each!(conn, AnsiTransactionManager::commit_transaction(conn));
    call.finish_commit();
    done.map_err(|error| match (conn, Error::from(error)) {
        // SQLite: an error of the file leaves the transaction open, and it is rolled back.
        (Conn::Postgres(_), error) if error.is_connection_lost() => {
            Error::OutcomeUnknown(error.to_string())
        }
        (_, error) => error,
    })
}

/// Rolls back. This fails only on a lost connection, whose transaction the database rolls back itself.
pub(super) fn roll_back(conn: &mut Conn) {
    if let Err(error) = each!(conn, AnsiTransactionManager::rollback_transaction(conn)) {
        log::warn!("rollback failed: {error}");
    }
}
