//! Runs background jobs, each on its own thread, until the instance shuts down.
//!
//! A failed job is retried after a pause that doubles with each consecutive failure. The first failure and the recovery
//! are logged, but not the failures in between. A panic counts as a failure.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::jobs::lease::Lease;

/// The pause after the first failure.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Work that is done repeatedly.
pub trait Job: Send + 'static {
    /// The name of the job in the log and of its thread.
    const NAME: &'static str;

    /// The maximum pause between two attempts of a failing job.
    const LONGEST_PAUSE: Duration = Duration::from_secs(1);

    /// The time for which the shutdown of the instance waits for a run in progress. A longer run is cut off by the end
    /// of the process, which rolls back its transaction.
    const GRACE: Duration = Duration::from_secs(5);

    /// Does the work that is due, and returns the pause before the next run. A long run returns early if `stop` is
    /// requested.
    ///
    /// # Errors
    /// Returns the error that prevented the work. The worker retries.
    fn run(&mut self, stop: &Stop) -> Result<Duration>;

    /// Returns the lease of the job, if only one instance may run it at a time. The worker releases the lease when it
    /// stops.
    fn lease(&self) -> Option<&Lease> {
        None
    }
}

/// The signal that stops a worker.
#[derive(Clone, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Creates a signal that has not been given.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns whether the job should stop.
    pub fn is_requested(&self) -> bool {
        let (requested, _) = &*self.0;
        *requested.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self) {
        let (requested, changed) = &*self.0;
        *requested.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }

    /// Waits for the signal, for at most `pause`. Returns whether the signal was given.
    fn wait(&self, pause: Duration) -> bool {
        let (requested, changed) = &*self.0;
        let guard = requested.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(guard, pause, |requested| !*requested);
        let (requested, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *requested
    }
}

/// The running jobs of an instance. Dropping this value stops all of them.
#[derive(Default)]
pub struct Workers(Vec<Worker>);

struct Worker {
    name: &'static str,
    grace: Duration,
    stop: Stop,
    /// A channel that is disconnected when the thread has ended.
    ended: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Workers {
    /// Creates an empty set of jobs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a job, whose first run begins at once.
    ///
    /// # Errors
    /// Returns an [`io::Error`] if no thread can be created. The jobs that were started before are then stopped.
    pub fn start<J: Job>(mut self, job: J) -> io::Result<Self> {
        let stop = Stop::new();
        let signal = stop.clone();
        let (alive, ended) = channel();
        let thread = thread::Builder::new().name(J::NAME.to_owned());
        let thread = thread.spawn(move || {
            work(job, &signal);
            drop(alive);
        })?;
        self.0.push(Worker {
            name: J::NAME,
            grace: J::GRACE,
            stop,
            ended,
            thread,
        });
        Ok(self)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &self.0 {
            worker.stop.request();
        }
        let stopped = Instant::now();
        for worker in self.0.drain(..) {
            worker.await_end(stopped);
        }
    }
}

impl Worker {
    fn await_end(self, stopped: Instant) {
        let left = self.grace.saturating_sub(stopped.elapsed());
        if self.ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
            log::warn!(
                "{}: is still running; the end of the process does not wait for it",
                self.name
            );
        } else if self.thread.join().is_err() {
            log::error!("{}: its thread has died", self.name);
        }
    }
}

fn work<J: Job>(mut job: J, stop: &Stop) {
    let mut failures = Failures::default();
    loop {
        let turn = catch_unwind(AssertUnwindSafe(|| job.run(stop)));
        let turn = turn.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
        let (pause, news) = failures.count(turn, J::LONGEST_PAUSE);
        match news {
            Some(News::Fails(error)) => {
                log::warn!("{}: fails, and is tried again: {error}", J::NAME)
            }
            Some(News::Recovers) => log::info!("{}: works again", J::NAME),
            None => {}
        }
        if stop.wait(pause) {
            break;
        }
    }
    if let Some(Err(error)) = job.lease().map(Lease::release) {
        log::warn!(
            "{}: the lease could not be released, so it ends only when it expires: {error}",
            J::NAME
        );
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    Error::Internal(format!("panicked: {}", text.unwrap_or("without a message")))
}

/// The number of consecutive failures of a job.
#[derive(Default)]
struct Failures(u32);

/// A change of state that is logged.
#[derive(Debug)]
enum News {
    Fails(Error),
    Recovers,
}

impl Failures {
    /// Records the outcome of a run. Returns the pause before the next one, and the change of state to log.
    fn count(&mut self, turn: Result<Duration>, longest: Duration) -> (Duration, Option<News>) {
        match turn {
            Ok(pause) => {
                let failures = std::mem::take(&mut self.0);
                (pause, (failures > 0).then_some(News::Recovers))
            }
            Err(error) => {
                let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.0));
                let is_first = self.0 == 0;
                self.0 = self.0.saturating_add(1);
                let news = is_first.then_some(News::Fails(error));
                (pause.min(longest), news)
            }
        }
    }
}

#[cfg(test)]
mod tests;
