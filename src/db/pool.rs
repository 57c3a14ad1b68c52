//! A bounded pool of connections, which replaces dead connections when they are found.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::r2d2::{ManageConnection, PooledConnection};

use super::Observer;
use super::connection::{Conn, Mode};
use crate::config::Config;
use crate::error::{Error, Result};

/// The time for which a request waits for a free connection before it is refused with 503.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Pool {
    pool: diesel::r2d2::Pool<Manager>,
    manager: Arc<Manager>,
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
        })
    }

    pub(super) fn get(&self) -> Result<PooledConnection<Manager>> {
        self.pool
            .get()
            .map_err(|error| Error::Unavailable(format!("no database connection is free: {error}")))
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
