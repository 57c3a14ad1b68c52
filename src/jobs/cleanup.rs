//! Deleting what has expired. Each room registers an [`Expiry`] in the table of resources, and housekeeping calls them all.

use crate::config::Config;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::jobs::lease::Lease;
use crate::timestamp::Timestamp;

/// Deletes what has expired in one room.
///
/// # Errors
/// The error of the database or of the store.
pub type Expiry = fn(&Cleanup<'_>) -> Result<()>;

/// One round of deleting what has expired.
pub struct Cleanup<'a> {
    /// The settings, which say how long things are kept.
    pub config: &'a Config,
    /// The instant by which things have expired.
    pub now: Timestamp,
    lease: &'a Lease,
}

impl<'a> Cleanup<'a> {
    /// A round at `now`. Only the holder of `lease` deletes anything.
    pub fn new(config: &'a Config, now: Timestamp, lease: &'a Lease) -> Self {
        Self { config, now, lease }
    }

    /// The database, for reading.
    pub fn db(&self) -> &Db {
        self.lease.db()
    }

    /// Runs `work` as one transaction, unless another instance holds the lease. Returns whether it ran.
    ///
    /// # Errors
    /// As [`Db::write_now`].
    pub fn write(&self, work: impl FnOnce(&mut Conn) -> Result<()>) -> Result<bool> {
        Ok(self.lease.write(self.now, work)?.is_some())
    }

    /// Runs `delete` if `has_expired`: a round in which nothing has expired takes no turn among the writers.
    ///
    /// # Errors
    /// As [`Db::read_now`] and [`Db::write_now`].
    pub fn delete_expired(
        &self,
        has_expired: fn(&mut Conn, Timestamp) -> Result<bool>,
        delete: fn(&mut Conn, Timestamp) -> Result<()>,
    ) -> Result<()> {
        let now = self.now;
        if self.db().read_now(|conn| has_expired(conn, now))? {
            self.write(|conn| delete(conn, now))?;
        }
        Ok(())
    }
}
