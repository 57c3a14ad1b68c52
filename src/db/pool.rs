//! A bounded pool of connections, which replaces dead connections when they are found.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::{ManageConnection, PooledConnection};

use super::Observer;
use super::connection::{Conn, Mode};
use crate::config::Config;
use crate::error::{Error, Result};

/// The time for which a request waits for a connection that others use before it is refused with 503.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time for which a request waits for a new connection. It is short, because a database that does not answer by then
/// is away.
const CONNECT: Duration = Duration::from_millis(1200);

/// The time for which the database counts as away after no connection could be had. Meanwhile requests are refused at
/// once, so that those in a queue do not wait one after the other.
const AWAY: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct Pool {
    pool: diesel::r2d2::Pool<Manager>,
    manager: Arc<Manager>,
    /// The time at which the pool last failed to provide a connection.
    missed: Arc<Mutex<Option<Instant>>>,
}

impl Pool {
    pub(super) fn open(
        config: &Config,
        mode: Mode,
        size: u32,
        observer: Option<Observer>,
    ) -> Result<Self> {
        let manager = Manager {
            config: config.clone(),
            mode,
            observer,
        };
        // The pool would only log the cause and retry until its timeout, so the first connection is opened here.
        drop(manager.connect()?);
        let pool = diesel::r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(PATIENCE)
            // A check at each checkout would cost a round trip per request. Dead connections are replaced by `revive`
            // instead.
            .test_on_check_out(false)
            .error_handler(Box::new(LogErrors))
            .build(manager.clone())
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self {
            pool,
            manager: Arc::new(manager),
            missed: Arc::default(),
        })
    }

    pub(super) fn get(&self) -> Result<PooledConnection<Manager>> {
        if let Some(idle) = self.pool.try_get() {
            return Ok(idle);
        }
        self.expect_connected()?;
        let all_in_use = self.pool.state().connections >= self.pool.max_size();
        let patience = if all_in_use { PATIENCE } else { CONNECT };
        self.pool.get_timeout(patience).map_err(|error| {
            *self.missed() = (!all_in_use).then(Instant::now);
            Error::Unavailable(format!("no database connection is free: {error}"))
        })
    }

    /// Refuses work while the database is away.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if no connection is idle and none could be had a moment ago.
    pub(super) fn expect_connected(&self) -> Result<()> {
        let is_recent = |missed: Instant| missed.elapsed() < AWAY;
        if self.missed().is_some_and(is_recent) && self.pool.state().idle_connections == 0 {
            return Err(Error::Unavailable("the database is away".into()));
        }
        Ok(())
    }

    fn missed(&self) -> MutexGuard<'_, Option<Instant>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces a failed connection. Returns whether that succeeded.
    pub(super) fn revive(&self, conn: &mut Conn) -> bool {
        match self.manager.connect() {
            Ok(fresh) => {
                *conn = fresh;
                true
            }
            Err(_) => false,
        }
    }
}

#[derive(Clone)]
pub(super) struct Manager {
    config: Config,
    mode: Mode,
    observer: Option<Observer>,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = Error;

    fn connect(&self) -> Result<Conn> {
        Conn::open(&self.config, self.mode, self.observer.clone())
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<()> {
        Ok(conn.batch("SELECT 1")?)
    }

    fn has_broken(&self, _: &mut Conn) -> bool {
        std::thread::panicking()
    }
}

#[derive(Debug)]
struct LogErrors;

impl<E: fmt::Display> diesel::r2d2::HandleError<E> for LogErrors {
    fn handle_error(&self, error: E) {
        log::warn!("database connection: {error}");
    }
}
