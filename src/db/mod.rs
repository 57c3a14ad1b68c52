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
mod reads;
mod sort_keys;
pub mod sql;
pub mod sql_types;
pub(crate) mod text_column;
mod threads;
mod transaction;
mod watch;
mod within;
mod writes;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use call::DatabaseCall;
pub use connection::Conn;
use connection::Mode;
pub(crate) use connection::each;
pub use deferred::DeferredTransaction;
use lanes::{Lanes, turn};
use names::Names;
pub use open_transaction::Transaction;
use pool::{Connector, Pool};
use pulse::Pulse;
pub use threads::{BoundedThreads, off_thread};
use tokio::sync::Semaphore;
pub use transaction::transaction;
use watch::Watch;
use within::Within;

use crate::config::Config;
use crate::error::Result;
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

impl Db {
    /// Opens the database. Connects once, so that a wrong address or password is reported at the start. Does not
    /// migrate.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`](crate::error::Error::Unavailable) with the database's error message, without the
    /// password, and [`Error::Unwritable`](crate::error::Error::Unwritable) if the file of SQLite is read-only.
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
        // writers wait for each other anyway.
        // SQLite: it is opened first, because it creates the file and sets the journal mode.
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

    /// Returns whether a write failed because the database is read-only or full, and none has succeeded since.
    pub fn is_unwritable(&self) -> bool {
        self.is_unwritable.load(Ordering::Relaxed)
    }

    /// Runs one call of the database on a thread for blocking work, when a permit of the lane is free. `run` ends the call,
    /// which releases the permit.
    async fn in_lane<T: Send + 'static>(
        &self,
        lane: &Arc<Semaphore>,
        run: impl FnOnce(&Self, &DatabaseCall) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.watch.expect_answers()?;
        let call = DatabaseCall::default();
        let work = async {
            call.hold(turn(lane).await?);
            let (db, own_call) = (self.clone(), call.clone());
            off_thread(move || run(&db, &own_call)).await
        };
        self.watch.run_watched(&call, work).await
    }
}
