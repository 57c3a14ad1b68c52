//! The values that handlers share. [`State`] contains those that every module needs; a module registers its own as
//! [`AppData`].

use std::sync::Arc;

use actix_web::web::{self, ServiceConfig};

use crate::changes::actor::By;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::http::cache::Cache;

/// The state of one server instance.
#[derive(Clone)]
pub struct State {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The clock of this instance.
    pub clock: Clock,
    /// The response cache of the delivery surface.
    pub cache: Cache,
}

impl State {
    /// Creates the state of an instance.
    pub fn new(db: Db, config: Config, clock: Clock) -> Self {
        Self {
            cache: Cache::new(&config, clock.clone()),
            db,
            config,
            clock,
        }
    }

    /// Runs `work` in one transaction. The time in `by` advances to the start of the transaction, because a write may
    /// have waited in the queue.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write`].
    pub async fn write<T, F>(&self, by: By, work: F) -> Result<T>
    where
        F: FnOnce(&mut Conn, By) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let clock = self.clock.clone();
        let stamped = move |conn: &mut Conn| {
            let at = by.at.max(clock.now());
            work(conn, By { at, ..by })
        };
        self.db.write(stamped).await
    }
}

type Registration = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// Values that are created once per instance and registered in the application of each worker, where handlers find them
/// as [`web::Data`].
#[derive(Clone, Default)]
pub struct AppData(Vec<Registration>);

impl AppData {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value. It replaces an earlier value of the same type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, data: web::Data<T>) -> Self {
        self.0.push(Arc::new(move |config| {
            config.app_data(data.clone());
        }));
        self
    }

    /// Adds the values of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Registers all values in an application, and this collection itself, so that a handler can build another
    /// application with the same values.
    pub fn register(&self, config: &mut ServiceConfig) {
        for registration in &self.0 {
            registration(config);
        }
        config.app_data(web::Data::new(self.clone()));
    }
}
