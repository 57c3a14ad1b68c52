//! The two databases behind one door: [`Db::read`] and [`Db::write`].
//!
//! One writer at a time, on both: SQLite has one by nature, PostgreSQL takes an advisory lock at the start of every
//! write. So the change log's numbers grow in commit order, and a rule that reads before it writes (a free slug, a tree
//! without cycles) holds without further locks. Reads are many and never wait for the writer.

pub mod connection;
pub mod keyset;
mod lanes;
pub mod migrations;
mod open;
mod pool;
pub mod sql;
pub mod sql_types;

use std::sync::Arc;
use std::time::Duration;

pub use connection::Conn;
pub(crate) use connection::each;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::PooledConnection;
use lanes::{Lanes, turn};
use open::Open;
pub use open::Transaction;
use pool::{Manager, Pool};

use crate::config::{Config, DatabaseUrl};
use crate::error::{Error, Result};

/// Called with the text of every statement before it runs: tests count, operators trace.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// The database: cheap to clone, shared by all threads.
#[derive(Clone)]
pub struct Db {
    readers: Pool,
    writers: Pool,
    lanes: Lanes,
    /// How long a read may take at most, where another machine may fall silent.
    silence: Option<Duration>,
    /// All that is done is done within this transaction.
    within: Option<Open>,
}

/// By how much a read may take longer than a statement of it.
const GRACE: Duration = Duration::from_secs(2);

/// PostgreSQL: the key of the advisory lock that makes writers stand in line ("trib").
const WRITE_LOCK: i64 = 0x7472_6962;

impl Db {
    /// Connects, once, so that a wrong address or password is told at the start. Migrates nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with the database's own words, without the password.
    pub fn open(config: &Config, observer: Option<Observer>) -> Result<Self> {
        let size = config.database.pool;
        let (lanes, within) = (Lanes::new(size), None);
        // PostgreSQL: it ends what takes too long by itself; this is for when nothing is heard of it any more.
        let silence = Some(config.database.statement_timeout + GRACE).filter(|_| {
            let is_remote = matches!(config.database.url, DatabaseUrl::Postgres(_));
            is_remote && !config.database.statement_timeout.is_zero()
        });
        Ok(match &config.database.url {
            DatabaseUrl::Sqlite(_) => {
                // The writer comes first: it makes the file and sets the journal mode.
                let writers = Pool::open(config, connection::Mode::Write, 1, observer.clone())?;
                Self {
                    writers,
                    readers: Pool::open(config, connection::Mode::Read, size, observer)?,
                    lanes,
                    silence,
                    within,
                }
            }
            // PostgreSQL: a pool of their own for writers, of one as they stand in line anyway, so that readers never
            // wait behind a queue of writes.
            DatabaseUrl::Postgres(_) => Self {
                writers: Pool::open(config, connection::Mode::Write, 1, observer.clone())?,
                readers: Pool::open(config, connection::Mode::Read, size, observer)?,
                lanes,
                silence,
                within,
            },
        })
    }

    /// Runs `work` on a connection for reading, off the async threads: all its statements see one and the same moment.
    ///
    /// # Errors
    /// What `work` returns; [`Error::Unavailable`] when no connection can be had in time.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = &self.within {
            return open.run(work).await;
        }
        let turn = turn(&self.lanes.readers).await?;
        let db = self.clone();
        let read = in_turn(turn, move || db.read_now(work));
        match self.silence {
            Some(silence) => tokio::time::timeout(silence, read)
                .await
                .unwrap_or_else(|_| Err(Error::Unavailable("PostgreSQL is silent".into()))),
            None => read.await,
        }
    }

    /// [`Db::read`] for what takes long: half of the readers at most, so that the rest goes on.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_at_length<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let _turn = turn(&self.lanes.heavy).await?;
        self.read(work).await
    }

    /// Runs `work` as one transaction on the writing connection, off the async threads: all of it or nothing.
    ///
    /// # Errors
    /// What `work` returns, after a rollback; [`Error::Unavailable`] when no connection can be had in time.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = &self.within {
            return open.run(work).await;
        }
        let turn = turn(&self.lanes.writer).await?;
        let db = self.clone();
        in_turn(turn, move || db.write_now(work)).await
    }

    /// A database that does all reads and writes within one transaction on the writing connection, and who may end that.
    /// Other writers wait until then.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the connection cannot be had in time.
    pub async fn open_transaction(&self) -> Result<(Self, Transaction)> {
        let turn = turn(&self.lanes.writer).await?;
        let db = self.clone();
        let open = off_thread(move || Ok(Open::new(db.begun()?, turn))).await?;
        let owner = open.owner();
        let within = Some(open);
        let db = Self {
            within,
            ..self.clone()
        };
        Ok((db, owner))
    }

    /// [`Db::read`] on the calling thread. A connection that turns out to be dead is replaced and the work done again.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_now<T>(&self, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(open) = &self.within {
            return open.run_now(work);
        }
        let mut conn = self.readers.get()?;
        match snapshot(&mut conn, &work) {
            Err(error) if is_lost(&error) && self.readers.revive(&mut conn) => {
                snapshot(&mut conn, &work)
            }
            done => done,
        }
    }

    /// [`Db::write`] on the calling thread. A dead connection is replaced; only a transaction that had not begun is tried again.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(open) = &self.within {
            return open.run_now(work);
        }
        let mut conn = self.begun()?;
        let done = finish(&mut conn, work);
        if done.as_ref().is_err_and(is_lost) {
            self.writers.revive(&mut conn);
        }
        done
    }

    /// Runs `work` as [`Db::write_now`] does, and rolls back all that it wrote, whatever it returns.
    ///
    /// # Errors
    /// As [`Db::write_now`].
    pub fn rehearse_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.write_now(|conn| conn.rehearse(work))
    }

    /// The writing connection, its transaction begun.
    fn begun(&self) -> Result<PooledConnection<Manager>> {
        let mut conn = self.writers.get()?;
        if let Err(error) = begin(&mut conn) {
            if !is_lost(&error) || !self.writers.revive(&mut conn) {
                return Err(error);
            }
            begin(&mut conn)?;
        }
        Ok(conn)
    }
}

/// Whether the connection is dead. One that only took too long lives, and asking again would take as long again.
fn is_lost(error: &Error) -> bool {
    let slow = ["statement timeout", "database is locked"];
    matches!(error, Error::Unavailable(why) if !slow.iter().any(|sign| why.contains(sign)))
}

/// One transaction that reads.
fn snapshot<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    let begin = match conn {
        // SQLite: the moment is that of the first statement; no writer waits for it.
        Conn::Sqlite(_) => "BEGIN DEFERRED",
        // PostgreSQL: at the usual level each statement would see a moment of its own.
        Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    each!(
        conn,
        AnsiTransactionManager::begin_transaction_sql(conn, begin)
    )?;
    finish(conn, work)
}

/// One transaction on a connection of one's own.
///
/// # Errors
/// What `work` returns, after a rollback.
pub fn transaction<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    begin(conn)?;
    finish(conn, work)
}

/// Opens the transaction and gets in line.
fn begin(conn: &mut Conn) -> Result<()> {
    match conn {
        // SQLite: a deferred transaction that turns into a write fails at once when another was faster.
        Conn::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?
        }
        Conn::Postgres(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN")?;
            let locked = diesel::RunQueryDsl::execute(
                diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
                    .bind::<diesel::sql_types::BigInt, _>(WRITE_LOCK),
                conn,
            );
            if let Err(error) = locked {
                let _ = AnsiTransactionManager::rollback_transaction(conn);
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// Does the work and commits, or rolls back.
fn finish<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match work(conn) {
        Ok(value) => {
            each!(conn, AnsiTransactionManager::commit_transaction(conn))?;
            Ok(value)
        }
        Err(error) => {
            // A failed rollback means a lost connection, which has rolled back by itself.
            if let Err(rollback) = each!(conn, AnsiTransactionManager::rollback_transaction(conn)) {
                log::warn!("rollback failed: {rollback}");
            }
            Err(error)
        }
    }
}

/// Gives the turn back when the work is done, and not when the caller hangs up.
async fn in_turn<T: Send + 'static>(
    turn: tokio::sync::OwnedSemaphorePermit,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    off_thread(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
}

/// Runs blocking work on the blocking pool; a panic in it becomes an error.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(Error::Internal(format!("database work stopped: {stopped}"))),
    }
}
