//! Access to either database: [`Db::read`] and [`Db::write`].
//!
//! Both databases have one writer at a time: SQLite inherently, PostgreSQL by an advisory lock at the start of every
//! write. Therefore the numbers of the change log grow in commit order, and a rule that reads before it writes, such as
//! a free slug or a tree without cycles, needs no further locks. Reads run in parallel and never wait for the writer.

mod activity;
mod call;
pub mod connection;
mod deferred;
pub mod keyset;
mod lanes;
pub mod libpq;
pub mod migrations;
mod names;
mod open_transaction;
mod pool;
pub mod pulse;
mod sort_keys;
pub mod sql;
pub mod sql_types;
pub(crate) mod text_column;
mod threads;
mod transaction;
mod watch;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use call::Call;
pub use connection::Conn;
use connection::Mode;
pub(crate) use connection::each;
use deferred::Deferred;
pub use deferred::DeferredTransaction;
use lanes::{Lanes, turn};
use names::Names;
use open_transaction::Open;
pub use open_transaction::Transaction;
use pool::{Connector, Pool, PooledConn};
use pulse::Pulse;
pub use threads::off_thread;
pub use transaction::transaction;
use transaction::{begin, finish, is_lost, roll_back, snapshot};
use watch::Watch;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::id::Id;

/// A function that is called with the text of every statement before it is executed, for counting in tests and for
/// tracing.
pub type Observer = Arc<dyn Fn(&str) + Send + Sync>;

/// A function that every write calls first, in its transaction. Its error prevents the write.
pub type Fence = Arc<dyn Fn(&mut Conn) -> Result<()> + Send + Sync>;

/// The database. Cheap to clone and shared by all threads.
#[derive(Clone)]
pub struct Db {
    watch: Watch,
    lanes: Lanes,
    names: Names,
    /// True if a write failed because the database accepts none, and none has succeeded since.
    is_unwritable: Arc<AtomicBool>,
    /// The transaction that all reads and writes join.
    within: Option<Within>,
    fence: Option<Fence>,
}

/// A transaction around several reads and writes.
#[derive(Clone)]
enum Within {
    Open(Open),
    Deferred(Deferred),
}

impl Db {
    /// Opens the database. Connects once, so that a wrong address or password is reported at the start. Does not
    /// migrate.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] with the database's error message, without the password, and
    /// [`Error::Unwritable`] if the file of SQLite is read-only.
    pub fn open(config: &Config, observer: Option<Observer>) -> Result<Self> {
        let names = Names::new();
        let pulse = Pulse::new(config, &names);
        let pool = |mode: Mode, size: u32| {
            let connector = Connector {
                config: config.clone(),
                mode,
                names: names.clone(),
                pulse: pulse.clone(),
                observer: observer.clone(),
            };
            Pool::open(connector, size)
        };
        // Writers have a pool of their own, so that readers never wait behind them. One connection suffices, because
        // writers wait for each other anyway. On SQLite, it is opened first, because it creates the file and sets the
        // journal mode.
        let writers = pool(Mode::Write, 1)?;
        let readers = pool(Mode::Read, config.database.pool)?;
        let watch = Watch {
            readers,
            writers,
            pulse,
        };
        watch.begin(config.database.statement_timeout);
        Ok(Self {
            watch,
            lanes: Lanes::new(config.database.pool),
            names,
            is_unwritable: Arc::default(),
            within: None,
            fence: None,
        })
    }

    /// Returns the id of this instance, by which others can tell whether it is connected
    /// ([`Conn::is_connected`]).
    pub fn instance(&self) -> Id {
        self.names.instance
    }

    /// Returns the knowledge of whether the server answers; `None` for SQLite.
    pub fn pulse(&self) -> Option<Pulse> {
        self.watch.pulse.clone()
    }

    /// Runs `work` on a read connection, outside the async threads. All its statements see the same snapshot.
    ///
    /// # Errors
    /// Returns the error of `work`; [`Error::Unavailable`] when no connection becomes free in time, or when the database
    /// does not answer.
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
        self.watch.expect_answers()?;
        let call = Call::default();
        let read = async {
            call.hold(turn(&self.lanes.readers).await?);
            let (db, mine) = (self.clone(), call.clone());
            off_thread(move || ended(&mine, db.read_for(&mine, work))).await
        };
        self.watch.over(&call, read).await
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
        self.watch.expect_answers()?;
        let _turn = turn(&self.lanes.heavy).await?;
        self.read(work).await
    }

    /// Runs `work` in one transaction on the write connection, outside the async threads.
    ///
    /// # Errors
    /// Returns the error of `work`, after a rollback; [`Error::Unavailable`] when no connection becomes free in time, or
    /// when the database does not answer; [`Error::OutcomeUnknown`] when it does not answer the `COMMIT`.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        if let Some(open) = self.joined().await? {
            return self.noted(open.run(work).await);
        }
        self.watch.expect_answers()?;
        let call = Call::default();
        let write = async {
            call.hold(turn(&self.lanes.writer).await?);
            let (db, mine) = (self.clone(), call.clone());
            off_thread(move || ended(&mine, db.write_for(&mine, work))).await
        };
        self.watch.over(&call, write).await
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

    /// Returns a database whose every write, outside of other transactions, first calls `fence`.
    pub fn fenced(&self, fence: Fence) -> Self {
        Self {
            fence: Some(fence),
            ..self.clone()
        }
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
        self.watch.expect_answers()?;
        let call = Call::default();
        let begin = async {
            call.hold(turn(&self.lanes.writer).await?);
            let (db, mine) = (self.clone(), call.clone());
            off_thread(move || Ok(Open::new(db.begun(&mine)?, mine, db.watch))).await
        };
        self.watch.over(&call, begin).await
    }

    /// Does the same as [`Db::read`] on the calling thread. Replaces a dead connection and repeats the work.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read`].
    pub fn read_now<T>(&self, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        if let Some(within) = &self.within {
            return within.open_now()?.run_now(work);
        }
        self.watch.expect_answers()?;
        self.read_for(&Call::default(), work)
    }

    fn read_for<T>(&self, call: &Call, work: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.watch.readers.get(call)?;
        match snapshot(conn.conn()?, &work) {
            Err(error) if is_lost(&error) => {
                call.expect_wanted()?;
                match conn.revive() {
                    true => snapshot(conn.conn()?, &work),
                    false => Err(error),
                }
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
        self.watch.expect_answers()?;
        self.write_for(&Call::default(), work)
    }

    fn write_for<T>(&self, call: &Call, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.noted(self.begun(call))?;
        let done = finish(conn.conn()?, call, work);
        if done.as_ref().is_err_and(is_lost) && call.expect_wanted().is_ok() {
            conn.revive();
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

    /// Returns the write connection with a transaction begun, in which the fence has been passed.
    fn begun(&self, call: &Call) -> Result<PooledConn> {
        let mut pooled = self.watch.writers.get(call)?;
        if let Err(error) = begin(pooled.conn()?) {
            if !is_lost(&error) || call.expect_wanted().is_err() || !pooled.revive() {
                return Err(error);
            }
            begin(pooled.conn()?)?;
        }
        let conn = pooled.conn()?;
        // The server may have answered only after the call was given up.
        let fence = self.fence.as_ref().map_or(Ok(()), |fence| fence(conn));
        if let Err(error) = call.expect_wanted().and(fence) {
            roll_back(conn);
            return Err(error);
        }
        Ok(pooled)
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

/// Ends a call with its result.
fn ended<T>(call: &Call, done: Result<T>) -> Result<T> {
    call.end();
    done
}
