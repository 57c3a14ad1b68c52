//! The background job that follows the change log.

use std::time::Duration;

use super::Follower;
use crate::config::DatabaseUrl;
use crate::error::Result;
use crate::jobs::worker::{Job, Stop};

/// The polling intervals of the follower. Writes of other instances must be known within a second, so the log is read
/// more often than that.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The pause between two checks for notifications.
    pause: Duration,
    /// The maximum time between two readings of the log, with or without notifications.
    longest: Duration,
}

/// The intervals on SQLite, which has no notifications, so that every check reads the log. That takes some
/// microseconds, on a dedicated connection.
const SQLITE: Pace = Pace {
    pause: Duration::from_millis(250),
    longest: Duration::from_millis(240),
};
/// The intervals on PostgreSQL. A check for notifications takes no round trip.
const POSTGRES: Pace = Pace {
    pause: Duration::from_millis(50),
    longest: Duration::from_millis(400),
};

/// The job that keeps the cache of an instance up to date.
pub struct Following {
    follower: Follower,
    pace: Pace,
}

impl Following {
    /// Creates the job for a follower on this database.
    pub fn new(follower: Follower, database: &DatabaseUrl) -> Self {
        let pace = match database {
            DatabaseUrl::Sqlite(_) => SQLITE,
            DatabaseUrl::Postgres(_) => POSTGRES,
        };
        Self { follower, pace }
    }
}

impl Job for Following {
    const NAME: &'static str = "follower";
    /// The job only reads, so the shutdown of an instance need not wait for it.
    const GRACE: Duration = Duration::from_millis(200);

    fn run(&mut self, _: &Stop) -> Result<Duration> {
        self.follower.look(self.pace.longest)?;
        Ok(self.pace.pause)
    }
}
