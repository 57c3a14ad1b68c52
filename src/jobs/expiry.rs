//! The expiry of data. Each resource registers an [`Expiry`] in the table of resources. Housekeeping, a job that one
//! instance runs at a time, calls all of them once a minute.

use crate::config::Config;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::jobs::lease::Lease;
use crate::timestamp::Timestamp;

/// Deletes the expired data of one module.
///
/// # Errors
/// Returns the error of the database or of the store.
pub type Expiry = fn(&ExpiryRound<'_>) -> Result<()>;

/// One round of deleting expired data.
pub struct ExpiryRound<'a> {
    /// The settings, which contain the retention times.
    pub config: &'a Config,
    /// The time of the round. Data that expires by then is deleted.
    pub now: Timestamp,
    lease: &'a Lease,
}

impl<'a> ExpiryRound<'a> {
    /// Creates a round at `now`. Only the holder of `lease` deletes anything.
    pub fn new(config: &'a Config, now: Timestamp, lease: &'a Lease) -> Self {
        Self { config, now, lease }
    }

    /// Returns the database, for reading.
    pub fn db(&self) -> &Db {
        self.lease.db()
    }

    /// Runs `work` in one transaction, unless another instance holds the lease. Returns whether it ran.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::write_now`].
    pub fn write(&self, work: impl FnOnce(&mut Conn) -> Result<()>) -> Result<bool> {
        Ok(self.lease.write(self.now, work)?.is_some())
    }

    /// Runs `delete` if `has_expired` returns true, so that a round without expired data does not occupy the writer.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read_now`] and [`Db::write_now`].
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
