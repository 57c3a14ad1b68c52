//! Access to either database: [`Db::read`] and [`Db::write`].
//!
//! Both databases have one writer at a time: SQLite inherently, PostgreSQL by an advisory lock at the start of every
//! write. Therefore the numbers of the change log grow in commit order, and a rule that reads before it writes, such as
//! a free slug or a tree without cycles, needs no further locks. Reads run in parallel and never wait for the writer.

pub mod connection;
mod deferred;
pub mod keyset;
mod lanes;
pub mod migrations;
mod open_transaction;
mod pool;
mod sort_keys;
pub mod sql;
pub mod sql_types;
mod threads;
mod transaction;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use connection::Conn;
pub(crate) use connection::each;
use deferred::Deferred;
pub use deferred::DeferredTransaction;
use diesel::r2d2::PooledConnection;
use lanes::{Lanes, turn};
use open_transaction::Open;
pub use open_transaction::Transaction;
use pool::{Manager, Pool};
use threads::in_turn;
pub use threads::off_thread;
pub use transaction::transaction;
use transaction::{begin, finish, snapshot};

use crate::config::{Config, DatabaseUrl};
use crate::error::{Error, Result};

/// A function that is called with the text of every statement before it is executed, for counting in tests and for
/// tracing.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// The database. Cheap to clone and shared by all threads.
#[derive(Clone)]
pub struct Db {
    readers: Pool,
    writers: Pool,
    lanes: Lanes,
    /// True if a write failed because the database accepts none, and none has succeeded since.
    is_unwritable: Arc<AtomicBool>,
    /// The time limit of a read on a remote database, which may stop responding.
    read_limit: Option<Duration>,
    /// The transaction that all reads and writes join.
    within: Option<Within>,
}

/// A transaction around several reads and writes.
#[derive(Clone)]
enum Within {
    Open(Open),
    Deferred(Deferred),
}

/// The time that a read may take in addition to the time limit of one statement.
const GRACE: Duration = Duration::from_secs(2);

impl Db {
    /// Opens the database. Connects once, so that a wrong address or password is reported at the start. Does not
    /// migrate.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] with the database's error message, without the password.
    pub fn open(config: &Config, observer: Option<Observer>) -> Result<Self> {
        let size = config.database.pool;
        let (lanes, within) = (Lanes::new(size), None);
        let is_unwritable = Arc::default();
        // A PostgreSQL server cancels slow statements itself; this limit is for a server that no longer responds.
        let read_limit = Some(config.database.statement_timeout + GRACE).filter(|_| {
            let is_remote = matches!(config.database.url, DatabaseUrl::Postgres(_));
            is_remote && !config.database.statement_timeout.is_zero()
        });
        Ok(match &config.database.url {
            DatabaseUrl::Sqlite(_) => {
                // The writer is opened first, because it creates the file and sets the journal mode.
                let writers = Pool::open(config, connection::Mode::Write, 1, observer.clone())?;
                Self {
                    writers,
                    readers: Pool::open(config, connection::Mode::Read, size, observer)?,
                    lanes,
                    is_unwritable,
                    read_limit,
                    within,
                }
            }
            // On PostgreSQL, writers have their own pool, so that readers never wait behind them. One connection
            // suffices, because writers wait for each other anyway.
            DatabaseUrl::Postgres(_) => Self {
                writers: Pool::open(config, connection::Mode::Write, 1, observer.clone())?,
                readers: Pool::open(config, connection::Mode::Read, size, observer)?,
                lanes,
                is_unwritable,
                read_limit,
                within,
            },
        })
    }

    /// Runs `work` on a read connection, outside the async threads. All its statements see the same snapshot.
    ///
    /// # Errors
    /// Returns the error of `work`; [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let joined = match &self.within {
            None => None,
            Some(Within::Open(open)) => Some(open.clone()),
            Some(Within::Deferred(deferred)) => deferred.begun().await,
        };
        if let Some(open) = joined {
            return open.run(work).await;
        }
        self.readers.expect_connected()?;
        let turn = turn(&self.lanes.readers).await?;
        // A deferred transaction has not begun, so nothing has to be joined.
        let db = Self {
            within: None,
            ..self.clone()
        };
        let read = in_turn(turn, move || db.read_now(work));
        match self.read_limit {
            Some(limit) => tokio::time::timeout(limit, read)
                .await
                .unwrap_or_else(|_| Err(Error::Unavailable("PostgreSQL is silent".into()))),
            None => read.await,
        }
    }

    /// Does the same as [`Db::read`] for long-running work. It uses at most half of the readers, so that the others
    /// remain available.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read`].
    pub async fn read_at_length<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let _turn = turn(&self.lanes.heavy).await?;
        self.read(work).await
    }

    /// Runs `work` in one transaction on the write connection, outside the async threads.
    ///
    /// # Errors
    /// Returns the error of `work`, after a rollback; [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = self.joined().await? {
            return self.noted(open.run(work).await);
        }
        self.writers.expect_connected()?;
        let turn = turn(&self.lanes.writer).await?;
        let db = self.clone();
        in_turn(turn, move || db.write_now(work)).await
    }

    /// Begins a transaction on the write connection. Returns a database whose reads and writes all join it, and the
    /// handle that ends it. Other writers wait until then. Within another transaction, it is a part of that one.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] when the connection does not become free in time.
    pub async fn open_transaction(&self) -> Result<(Self, Transaction)> {
        let (open, owner) = match self.joined().await? {
            Some(outer) => (outer.clone(), outer.nested().await?),
            None => {
                let open = self.spanning().await?;
                (open.clone(), open.owner())
            }
        };
        Ok((self.within(Within::Open(open)), owner))
    }

    /// Returns a database whose first write begins a transaction that all its later reads and writes join, and the handle
    /// that ends it. `first` runs in the transaction before everything else.
    pub fn defer_transaction(
        &self,
        first: impl FnOnce(&mut Conn) -> Result<()> + Send + 'static,
    ) -> (Self, DeferredTransaction) {
        let deferred = Deferred::new(first);
        let owner = deferred.owner();
        (self.within(Within::Deferred(deferred)), owner)
    }

    fn within(&self, within: Within) -> Self {
        Self {
            within: Some(within),
            ..self.clone()
        }
    }

    /// Returns the transaction that a write joins. A deferred one begins.
    async fn joined(&self) -> Result<Option<Open>> {
        match &self.within {
            None => Ok(None),
            Some(Within::Open(open)) => Ok(Some(open.clone())),
            Some(Within::Deferred(deferred)) => deferred.begin(self).await.map(Some),
        }
    }

    /// Begins a transaction that spans several reads and writes.
    async fn spanning(&self) -> Result<Open> {
        self.writers.expect_connected()?;
        let turn = turn(&self.lanes.writer).await?;
        let db = self.clone();
        off_thread(move || Ok(Open::new(db.begun()?, turn))).await
    }

    /// Does the same as [`Db::read`] on the calling thread. Replaces a dead connection and repeats the work.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read`].
    pub fn read_now<T>(&self, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(within) = &self.within {
            return within.open_now()?.run_now(work);
        }
        let mut conn = self.readers.get()?;
        match snapshot(&mut conn, &work) {
            Err(error) if is_lost(&error) && self.readers.revive(&mut conn) => {
                snapshot(&mut conn, &work)
            }
            done => done,
        }
    }

    /// Does the same as [`Db::write`] on the calling thread. Replaces a dead connection, but retries only if the
    /// transaction had not begun.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write`].
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(within) = &self.within {
            return within.open_now()?.run_now(work);
        }
        let mut conn = self.noted(self.begun())?;
        let done = finish(&mut conn, work);
        if done.as_ref().is_err_and(is_lost) {
            self.writers.revive(&mut conn);
        }
        if done.is_ok() {
            self.is_unwritable.store(false, Ordering::Relaxed);
        }
        self.noted(done)
    }

    /// Notes that the database accepts no writes, if that is the result.
    fn noted<T>(&self, done: Result<T>) -> Result<T> {
        if matches!(done, Err(Error::Unwritable(..))) {
            self.is_unwritable.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Returns whether a write failed because the database is read-only or full, and none has succeeded since.
    pub fn is_unwritable(&self) -> bool {
        self.is_unwritable.load(Ordering::Relaxed)
    }

    /// Does the same as [`Db::write_now`], but always rolls back, regardless of the result of `work`.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`].
    pub fn rehearse_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        self.write_now(|conn| conn.rehearse(work))
    }

    /// Returns the write connection with a transaction begun.
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

impl Within {
    /// Returns the transaction for work on the calling thread, which cannot wait for a deferred one to begin.
    fn open_now(&self) -> Result<&Open> {
        match self {
            Self::Open(open) => Ok(open),
            Self::Deferred(_) => Err(Error::Internal("a transaction has not begun".into())),
        }
    }
}

/// Returns whether the connection is dead. After a timeout or a cancellation it is not, and a second attempt would take just as long.
fn is_lost(error: &Error) -> bool {
    let slow = ["canceling statement", "interrupted", "is locked"];
    matches!(error, Error::Unavailable(why) if !slow.iter().any(|sign| why.contains(sign)))
}
