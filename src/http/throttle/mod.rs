//! Limits guessing: each key, such as an account or an address, may fail only a certain number of times within a time
//! window.
//!
//! The number of keys is bounded. A flood of new keys must not clear the count of a key that is being attacked, so keys
//! with one failure and keys with more are stored separately, each in a cache that evicts one key at a time: a flood of
//! single failures evicts only keys with a single failure. Among the others, `quick_cache` evicts the least used. To
//! clear one of these, an attacker would have to fail several times with 100,000 other keys within the window, and each
//! failure costs the verification of a password.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::unsync::Cache;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// Counts the failures of each key within a window.
pub struct Throttle {
    allowed: u32,
    window_seconds: i64,
    failures: Mutex<Failures>,
    /// Wakes the attempts that wait for the outcome of others.
    decided: Notify,
}

/// The time for which an attempt waits for the outcome of others before it is refused with 503.
const PATIENCE: Duration = Duration::from_secs(20);

/// The maximum number of keys with one failure, and also of keys with more.
const MOST_KEYS: usize = 100_000;

struct Failures {
    /// The number of attempts of each key whose outcome is not known yet.
    undecided: HashMap<String, u32>,
    single: Cache<String, Count>,
    repeated: Cache<String, Count>,
}

#[derive(Clone, Copy)]
struct Count {
    failures: u32,
    /// The end of the window.
    until: Timestamp,
    is_reported: bool,
}

impl Throttle {
    /// Creates a throttle that allows each key `allowed` failures in `window_seconds`.
    pub fn new(allowed: u32, window_seconds: i64) -> Self {
        let failures = Failures {
            undecided: HashMap::new(),
            single: Cache::new(MOST_KEYS),
            repeated: Cache::new(MOST_KEYS),
        };
        Self {
            allowed,
            window_seconds,
            failures: Mutex::new(failures),
            decided: Notify::new(),
        }
    }

    /// Begins an attempt. An attempt that would exceed the limit if those in progress failed waits for their outcome, so
    /// that concurrent failures cannot exceed it, and concurrent successes are not refused. Call [`Throttle::failed`],
    /// [`Throttle::undecided`] or [`Throttle::succeeded`] when the attempt has ended.
    ///
    /// # Errors
    /// Returns [`Error::Throttled`] with the seconds to wait if the key has reached its limit, and [`Error::Unavailable`]
    /// if the outcome of the others is not known in time.
    pub async fn begin(&self, key: &str, clock: &Clock) -> Result<()> {
        let begun = async {
            loop {
                let decided = self.decided.notified();
                if self.begins(key, clock.now())? {
                    return Ok(());
                }
                decided.await;
            }
        };
        tokio::time::timeout(PATIENCE, begun)
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("too many attempts at once".into())))
    }

    /// Begins an attempt, unless it has to wait for the outcome of others.
    fn begins(&self, key: &str, now: Timestamp) -> Result<bool> {
        let mut failures = self.failures();
        let failed = self.allowed_count(&failures, key, now)?.failures;
        let in_progress = failures.undecided.get(key).copied().unwrap_or_default();
        let fits = failed.saturating_add(in_progress) < self.allowed;
        if fits {
            failures.undecided.insert(key.to_owned(), in_progress + 1);
        }
        Ok(fits)
    }

    /// Counts an attempt without an outcome: each counts as a failure.
    ///
    /// # Errors
    /// Returns [`Error::Throttled`] with the seconds to wait if the key has reached its limit. That attempt is not
    /// counted.
    pub fn attempt(&self, key: &str, now: Timestamp) -> Result<()> {
        let mut failures = self.failures();
        let mut count = self.allowed_count(&failures, key, now)?;
        count.failures += 1;
        failures.set(key, count);
        Ok(())
    }

    /// Returns the count of a key in its window, or in a new one.
    fn allowed_count(&self, failures: &Failures, key: &str, now: Timestamp) -> Result<Count> {
        let count = failures.current(key, now).unwrap_or(Count {
            failures: 0,
            until: now.plus_seconds(self.window_seconds),
            is_reported: false,
        });
        if count.failures < self.allowed {
            return Ok(count);
        }
        let wait = (count.until.millis() - now.millis()).saturating_add(999) / 1000;
        Err(Error::Throttled(u32::try_from(wait).unwrap_or(u32::MAX)))
    }

    /// Returns whether the key has reached its limit and this method has not yet returned true for it in its window, so
    /// that the caller reports it once.
    pub fn is_news(&self, key: &str, now: Timestamp) -> bool {
        let mut failures = self.failures();
        match failures.current(key, now) {
            Some(count) if count.failures >= self.allowed && !count.is_reported => {
                failures.set(
                    key,
                    Count {
                        is_reported: true,
                        ..count
                    },
                );
                true
            }
            _ => false,
        }
    }

    /// Ends an attempt that failed.
    pub fn failed(&self, key: &str, now: Timestamp) {
        self.end(key, |failures| {
            if let Ok(mut count) = self.allowed_count(failures, key, now) {
                count.failures += 1;
                failures.set(key, count);
            }
        });
    }

    /// Ends an attempt that neither failed nor succeeded. The failures of the key remain.
    pub fn undecided(&self, key: &str) {
        self.end(key, |_| {});
    }

    /// Ends an attempt that succeeded, which clears the failures of the key.
    pub fn succeeded(&self, key: &str) {
        self.end(key, |failures| failures.remove(key));
    }

    fn end(&self, key: &str, outcome: impl FnOnce(&mut Failures)) {
        let mut failures = self.failures();
        outcome(&mut failures);
        match failures.undecided.get_mut(key) {
            Some(others) if *others > 1 => *others -= 1,
            _ => drop(failures.undecided.remove(key)),
        }
        drop(failures);
        self.decided.notify_waiters();
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failures {
    fn get(&self, key: &str) -> Option<Count> {
        let repeated = self.repeated.get(key);
        repeated.or_else(|| self.single.get(key)).copied()
    }

    /// Returns the count of a key whose window has not ended.
    fn current(&self, key: &str, now: Timestamp) -> Option<Count> {
        self.get(key).filter(|count| now < count.until)
    }

    fn set(&mut self, key: &str, count: Count) {
        match count.failures {
            0 => self.remove(key),
            1 => {
                self.repeated.remove(key);
                self.single.insert(key.to_owned(), count);
            }
            _ => {
                self.single.remove(key);
                self.repeated.insert(key.to_owned(), count);
            }
        }
    }

    fn remove(&mut self, key: &str) {
        self.single.remove(key);
        self.repeated.remove(key);
    }
}

#[cfg(test)]
mod tests;
