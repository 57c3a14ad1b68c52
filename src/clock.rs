//! The current time: the system clock, or a manual clock in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::timestamp::Timestamp;

/// A clock, which is passed as a value. Nothing else in the crate asks the system for the current time.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The time of a manual clock in milliseconds since 1970; `None` for the system clock.
    set: Option<Arc<AtomicI64>>,
    /// The latest time to which a manual clock was set, in the same unit.
    latest: Arc<AtomicI64>,
    started: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            set: None,
            latest: Arc::default(),
            started: Instant::now(),
        }
    }
}

impl Clock {
    /// Returns the system clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// Creates a clock that stands still at `now` until it is set again.
    pub fn manual(now: Timestamp) -> Self {
        Self {
            set: Some(Arc::new(AtomicI64::new(now.millis()))),
            ..Self::default()
        }
    }

    /// Sets a manual clock. Has no effect on the system clock.
    pub fn set(&self, now: Timestamp) {
        if let Some(set) = &self.set {
            set.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        let millis = match &self.set {
            Some(set) => set.load(Ordering::SeqCst),
            None => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| {
                    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
                }),
        };
        Timestamp::from_millis(millis)
    }

    /// Returns the monotonic time since the clock was created. A manual clock returns the latest time to which it was set.
    pub fn elapsed(&self) -> Duration {
        match &self.set {
            Some(set) => {
                let now = set.load(Ordering::SeqCst);
                let latest = self.latest.fetch_max(now, Ordering::SeqCst).max(now);
                Duration::from_millis(latest.try_into().unwrap_or_default())
            }
            None => self.started.elapsed(),
        }
    }
}
