//! Threads for blocking work: the pool, and threads of a limited number for calls that may never return.

use std::sync::Arc;
use std::thread;

use crate::error::{Error, Result};

/// Runs blocking work on the thread pool for blocking work.
///
/// # Errors
/// Returns the error of `work`; [`Error::Internal`] if it panics.
pub async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(Error::Internal(format!("database work stopped: {stopped}"))),
    }
}

/// Threads that may wait for a silent database for ever. Their number is limited.
pub struct BoundedThreads {
    name: &'static str,
    most: usize,
    /// Counts the threads, each of which holds a clone.
    running: Arc<()>,
}

impl BoundedThreads {
    /// Creates the limit for threads of this name.
    pub fn new(name: &'static str, most: usize) -> Self {
        Self {
            name,
            most,
            running: Arc::default(),
        }
    }

    /// Runs `work` on a new thread.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if as many threads as allowed are running, or if the system has none left.
    pub fn spawn(&self, work: impl FnOnce() + Send + 'static) -> Result<()> {
        let running = Arc::clone(&self.running);
        // One more is the clone that counts this thread, and one is the limit itself.
        if Arc::strong_count(&running) > self.most + 1 {
            let why = format!("{} threads `{}` already wait", self.most, self.name);
            return Err(Error::Unavailable(why.into()));
        }
        let thread = thread::Builder::new().name(self.name.to_owned());
        let started = thread.spawn(move || {
            work();
            drop(running);
        });
        match started {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::Unavailable(format!("no thread: {error}").into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn no_more_threads_run_than_allowed() {
        let threads = BoundedThreads::new("test", 2);
        let (end, ended) = channel::<()>();
        let ended = Arc::new(std::sync::Mutex::new(ended));
        let wait = || {
            let ended = Arc::clone(&ended);
            move || drop(ended.lock().map(|ended| ended.recv()))
        };
        assert!(threads.spawn(wait()).is_ok());
        assert!(threads.spawn(wait()).is_ok());
        assert!(threads.spawn(wait()).is_err());
        drop(end);
        let begun = std::time::Instant::now();
        while threads.spawn(|| ()).is_err() {
            assert!(begun.elapsed().as_secs() < 10, "no thread has ended");
            thread::yield_now();
        }
    }
}
