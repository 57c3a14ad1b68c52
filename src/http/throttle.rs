//! Slows down guessing: a budget of failures per key, that refills by itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};
use crate::timestamp::Timestamp;

/// Counts failures per key (an account, an address) within a window. Holds a bounded number of keys.
pub struct Throttle {
    allowed: u32,
    window_seconds: i64,
    failures: Mutex<HashMap<String, Failures>>,
}

struct Failures {
    count: u32,
    until: Timestamp,
    told: bool,
}

/// At this many keys the ones whose window has ended are dropped, and if that is not enough, all.
const MOST_KEYS: usize = 100_000;

impl Throttle {
    /// `allowed` failures per key in `window_seconds`.
    pub fn new(allowed: u32, window_seconds: i64) -> Self {
        Self {
            allowed,
            window_seconds,
            failures: Mutex::new(HashMap::new()),
        }
    }

    /// Counts a try as a failure until it is known to be none, so that many at once do not slip through together.
    ///
    /// # Errors
    /// [`Error::Throttled`] with the seconds to wait, when there were too many; that try is not counted.
    pub fn attempt(&self, key: &str, now: Timestamp) -> Result<()> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST_KEYS {
            failures.retain(|_, failed| now < failed.until);
            if failures.len() >= MOST_KEYS {
                failures.clear();
            }
        }
        let until = now.plus_seconds(self.window_seconds);
        let none = || Failures {
            count: 0,
            until,
            told: false,
        };
        let failed = failures.entry(key.to_owned()).or_insert_with(none);
        if now >= failed.until {
            *failed = none();
        }
        if failed.count >= self.allowed {
            let wait = (failed.until.millis() - now.millis()).saturating_add(999) / 1000;
            return Err(Error::Throttled(u32::try_from(wait).unwrap_or(u32::MAX)));
        }
        failed.count += 1;
        Ok(())
    }

    /// Whether tries are held back and this was not asked before in the window: then it is worth telling, once.
    pub fn is_news(&self, key: &str, now: Timestamp) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get_mut(key) {
            Some(failed) if failed.count >= self.allowed && now < failed.until => {
                !std::mem::replace(&mut failed.told, true)
            }
            _ => false,
        }
    }

    /// Takes one try back: it was no failure, but says nothing about the others.
    pub fn forgive(&self, key: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failed) = failures.get_mut(key) {
            failed.count = failed.count.saturating_sub(1);
        }
    }

    /// Forgets the failures of a key that has succeeded.
    pub fn succeeded(&self, key: &str) {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
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
}
