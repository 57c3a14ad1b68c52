//! The scheduler at work, beside the server: a thread of its own, from the start of an instance to its end.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Scheduler;
use crate::clock::Clock;
use crate::timestamp::Timestamp;

/// How long it sleeps at most: what others have scheduled meanwhile is told of no later.
const LONGEST_SLEEP: i64 = 500;

/// A scheduler that runs until this goes; then it finishes what it is at.
pub struct Running {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts it.
///
/// # Errors
/// When the system gives no thread.
pub fn start(scheduler: Scheduler, clock: Clock) -> io::Result<Running> {
    let (stop, stopped) = channel();
    let thread = thread::Builder::new().name("scheduler".to_owned());
    let thread = thread.spawn(move || {
        let mut worker = Worker {
            scheduler,
            clock,
            is_failing: false,
        };
        loop {
            let pause = worker.turn();
            if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return worker.finish();
            }
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
            log::error!("the scheduler had stopped");
        }
    }
}

struct Worker {
    scheduler: Scheduler,
    clock: Clock,
    is_failing: bool,
}

impl Worker {
    /// One turn; how long to sleep then. A database that is away is told of once, and tried again.
    fn turn(&mut self) -> Duration {
        let done = self.scheduler.turn(self.clock.now());
        match &done {
            Ok(_) if self.is_failing => log::info!("the scheduler works again"),
            Err(error) if !self.is_failing => log::warn!("the scheduler cannot work: {error}"),
            _ => {}
        }
        self.is_failing = done.is_err();
        pause(done.ok().flatten(), self.clock.now())
    }

    fn finish(self) {
        if let Err(error) = self.scheduler.release() {
            log::warn!("the scheduler could not give up its lease: {error}");
        }
    }
}

fn pause(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let left = next.map(|next| next.millis() - now.millis());
    let left = left.filter(|left| (1..LONGEST_SLEEP).contains(left));
    Duration::from_millis(left.unwrap_or(LONGEST_SLEEP).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sleeps_until_the_next_moment_but_never_long() {
        let now = Timestamp::from_millis(1_000_000);
        let pause_until = |at: i64| pause(Some(Timestamp::from_millis(at)), now).as_millis();
        assert_eq!(pause_until(1_000_020), 20);
        assert_eq!(pause_until(1_060_000), 500);
        // Another instance is at it.
        assert_eq!(pause_until(999_000), 500);
        assert_eq!(pause(None, now).as_millis(), 500);
    }
}
