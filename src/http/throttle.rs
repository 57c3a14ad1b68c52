//! Limits guessing: each key, such as an account or an address, may fail only a certain number of times within a time
//! window.
//!
//! The number of keys is bounded. A flood of new keys must not clear the count of a key that is being attacked, so keys
//! with one failure and keys with more are stored separately, each in a cache that evicts one key at a time: a flood of
//! single failures evicts only keys with a single failure. Among the others, `quick_cache` evicts the least used. To
//! clear one of these, an attacker would have to fail several times with 100,000 other keys within the window, and each
//! failure costs the verification of a password.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quick_cache::unsync::Cache;

use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// Counts the failures of each key within a window.
pub struct Throttle {
    allowed: u32,
    window_seconds: i64,
    failures: Mutex<Failures>,
}

/// The maximum number of keys with one failure, and also of keys with more.
const MOST_KEYS: usize = 100_000;

struct Failures {
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
            single: Cache::new(MOST_KEYS),
            repeated: Cache::new(MOST_KEYS),
        };
        Self {
            allowed,
            window_seconds,
            failures: Mutex::new(failures),
        }
    }

    /// Counts an attempt as a failure in advance, so that concurrent attempts cannot exceed the limit. Call
    /// [`Throttle::forgive`] or [`Throttle::succeeded`] if the attempt was not a failure.
    ///
    /// # Errors
    /// Returns [`Error::Throttled`] with the seconds to wait if the key has reached its limit. That attempt is not
    /// counted.
    pub fn attempt(&self, key: &str, now: Timestamp) -> Result<()> {
        let mut failures = self.failures();
        let mut count = failures.current(key, now).unwrap_or(Count {
            failures: 0,
            until: now.plus_seconds(self.window_seconds),
            is_reported: false,
        });
        if count.failures >= self.allowed {
            let wait = (count.until.millis() - now.millis()).saturating_add(999) / 1000;
            return Err(Error::Throttled(u32::try_from(wait).unwrap_or(u32::MAX)));
        }
        count.failures += 1;
        failures.set(key, count);
        Ok(())
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

    /// Uncounts one attempt that was not a failure. The other failures of the key remain.
    pub fn forgive(&self, key: &str) {
        let mut failures = self.failures();
        if let Some(count) = failures.get(key) {
            failures.set(
                key,
                Count {
                    failures: count.failures.saturating_sub(1),
                    ..count
                },
            );
        }
    }

    /// Clears the failures of a key after a success.
    pub fn succeeded(&self, key: &str) {
        self.failures().remove(key);
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
mod tests {
    use super::*;

    #[test]
    fn a_key_is_held_back_after_its_failures_until_the_window_ends() {
        let throttle = Throttle::new(2, 60);
        let start = Timestamp::from_millis(0);
        assert!(throttle.attempt("ada", start).is_ok());
        assert!(throttle.attempt("ada", start).is_ok());
        assert!(matches!(
            throttle.attempt("ada", start),
            Err(Error::Throttled(60))
        ));
        assert!(throttle.attempt("bob", start).is_ok());
        assert!(throttle.attempt("ada", start.plus_seconds(60)).is_ok());
    }

    #[test]
    fn a_success_forgives_its_own_try_or_all() {
        let throttle = Throttle::new(2, 60);
        let start = Timestamp::from_millis(0);
        assert!(throttle.attempt("ada", start).is_ok());
        assert!(throttle.attempt("ada", start).is_ok());
        throttle.forgive("ada");
        assert!(throttle.attempt("ada", start).is_ok());
        assert!(throttle.attempt("ada", start).is_err());
        throttle.succeeded("ada");
        assert!(throttle.attempt("ada", start).is_ok());
    }

    #[test]
    fn a_flood_of_fresh_keys_clears_no_key_with_several_failures_and_is_bounded() {
        let throttle = Throttle::new(10, 60);
        let start = Timestamp::from_millis(0);
        for _ in 0..10 {
            assert!(throttle.attempt("blocked", start).is_ok());
        }
        for _ in 0..2 {
            assert!(throttle.attempt("twice", start).is_ok());
        }
        for flood in 0..3 * MOST_KEYS {
            assert!(throttle.attempt(&flood.to_string(), start).is_ok());
        }
        assert!(throttle.attempt("blocked", start).is_err());
        for _ in 2..10 {
            assert!(throttle.attempt("twice", start).is_ok());
        }
        assert!(throttle.attempt("twice", start).is_err());
        let failures = throttle.failures();
        assert!(failures.single.len() <= MOST_KEYS);
        assert_eq!(failures.repeated.len(), 2);
    }

    #[test]
    fn a_flood_of_keys_that_fail_twice_does_not_clear_a_blocked_key() {
        let throttle = Throttle::new(10, 60);
        let start = Timestamp::from_millis(0);
        for _ in 0..10 {
            assert!(throttle.attempt("blocked", start).is_ok());
        }
        for flood in 0..2 * MOST_KEYS {
            let key = flood.to_string();
            assert!(throttle.attempt(&key, start).is_ok());
            assert!(throttle.attempt(&key, start).is_ok());
        }
        assert!(throttle.attempt("blocked", start).is_err());
        assert!(throttle.failures().repeated.len() <= MOST_KEYS);
    }

    #[test]
    fn a_key_is_news_once_in_its_window() {
        let throttle = Throttle::new(1, 60);
        let start = Timestamp::from_millis(0);
        assert!(!throttle.is_news("ada", start));
        assert!(throttle.attempt("ada", start).is_ok());
        assert!(throttle.is_news("ada", start));
        assert!(!throttle.is_news("ada", start));
        let later = start.plus_seconds(60);
        assert!(!throttle.is_news("ada", later));
        assert!(throttle.attempt("ada", later).is_ok());
        assert!(throttle.is_news("ada", later));
    }
}
