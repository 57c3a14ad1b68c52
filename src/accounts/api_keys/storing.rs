//! The background job that stores the use of keys.

use std::time::Duration;

use super::known::KnownKeys;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::worker::{Job, Stop};

/// The pause between two writes.
const INTERVAL: Duration = Duration::from_secs(60);

/// The job that stores the use of keys.
pub struct StoringUsage {
    db: Db,
    keys: KnownKeys,
}

impl StoringUsage {
    /// Creates the job of an instance.
    pub fn new(db: Db, keys: KnownKeys) -> Self {
        Self { db, keys }
    }
}

impl Job for StoringUsage {
    const NAME: &'static str = "usage of keys";
    const LONGEST_PAUSE: Duration = INTERVAL;

    fn run(&mut self, _: &Stop) -> Result<Duration> {
        self.keys.usage().store(&self.db)?;
        Ok(INTERVAL)
    }
}

impl Drop for StoringUsage {
    /// Stores the use of the last minute when the instance ends.
    fn drop(&mut self) {
        if let Err(error) = self.keys.usage().store(&self.db) {
            log::warn!("the use of keys was not stored: {error}");
        }
    }
}
