//! The follower at work, beside the server: a thread of its own, from the start of an instance to its end.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Follower;
use crate::config::DatabaseUrl;

/// What others have written is known within a second. So the log is looked at more often, and a look may take its time.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// How often the bell is asked.
    bell: Duration,
    /// How long the log is left alone at most, whatever the bell says.
    longest: Duration,
}

/// SQLite: there is no bell. A look costs some microseconds, on a connection of its own.
const SQLITE: Pace = Pace {
    bell: Duration::from_millis(250),
    longest: Duration::from_millis(240),
};
/// PostgreSQL: asking the bell is no round trip.
const POSTGRES: Pace = Pace {
    bell: Duration::from_millis(50),
    longest: Duration::from_millis(400),
};

/// While the database is away, it is tried so often at least.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A follower that runs until this goes.
pub struct Running {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts it.
///
/// # Errors
/// When the system gives no thread.
pub fn start(follower: Follower, database: &DatabaseUrl) -> io::Result<Running> {
    let pace = match database {
        DatabaseUrl::Sqlite(_) => SQLITE,
        DatabaseUrl::Postgres(_) => POSTGRES,
    };
    let (stop, stopped) = channel();
    let thread = thread::Builder::new().name("follower".to_owned());
    let thread = thread.spawn(move || {
        let mut worker = Worker {
            follower,
            pace,
            failures: 0,
        };
        let mut pause = pace.bell;
        while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            pause = worker.turn();
        }
    })?;
    Ok(Running {
        stop: Some(stop),
        thread: Some(thread),
    })
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the follower of the change log had stopped");
        }
    }
}

struct Worker {
    follower: Follower,
    pace: Pace,
    /// How often in a row the log could not be read.
    failures: u32,
}

impl Worker {
    /// One look; how long to wait then. A database that is away is told of once, and tried again.
    fn turn(&mut self) -> Duration {
        match self.follower.look(self.pace.longest) {
            Ok(_) => {
                if self.failures > 0 {
                    log::info!("the change log is followed again");
                }
                self.failures = 0;
                self.pace.bell
            }
            Err(error) => {
                if self.failures == 0 {
                    log::warn!("the change log cannot be followed: {error}");
                }
                self.failures = self.failures.saturating_add(1);
                pause(self.pace.bell, self.failures)
            }
        }
    }
}

/// Twice as long after each failure.
fn pause(first: Duration, failures: u32) -> Duration {
    let factor = 2_u32.saturating_pow(failures.min(10));
    first.saturating_mul(factor).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_tried_less_and_less_but_each_second() {
        let pauses = (1..7).map(|failures| pause(POSTGRES.bell, failures).as_millis());
        assert_eq!(pauses.collect::<Vec<_>>(), [100, 200, 400, 800, 1000, 1000]);
        assert_eq!(pause(SQLITE.bell, u32::MAX).as_millis(), 1000);
    }
}
