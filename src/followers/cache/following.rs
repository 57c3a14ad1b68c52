//! Following the change log in the background.

use std::time::Duration;

use super::Follower;
use crate::config::DatabaseUrl;
use crate::error::Result;
use crate::jobs::worker::{Job, Stop};

/// How often the follower looks for changes. What others have written must be known within a second, so the log is read
/// more often than that.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The pause between two looks for a notification.
    pause: Duration,
    /// The longest time between two readings of the log, whether there was a notification or not.
    longest: Duration,
}

/// SQLite: there are no notifications, so every look reads the log. That costs some microseconds, on a connection of its
/// own.
const SQLITE: Pace = Pace {
    pause: Duration::from_millis(250),
    longest: Duration::from_millis(240),
};
/// PostgreSQL: a look for a notification is no round trip.
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
    /// The job of an instance's follower, on this database.
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
    /// It only reads, so the end of an instance has nothing to wait for.
    const GRACE: Duration = Duration::from_millis(200);

    fn run(&mut self, _: &Stop) -> Result<Duration> {
        self.follower.look(self.pace.longest)?;
        Ok(self.pace.pause)
    }
}
