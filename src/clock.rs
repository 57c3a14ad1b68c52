//! The time of day: the system's clock, or a manual one in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::timestamp::Timestamp;

/// A clock, passed down as a value: nothing else in the crate asks the system for the time of day.
#[derive(Debug, Clone)]
pub struct Clock {
    /// Milliseconds since 1970; `None`: the system's time.
    set: Option<Arc<AtomicI64>>,
    started: Instant,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            set: None,
            started: Instant::now(),
        }
    }
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still at `now` until it is set again.
    pub fn manual(now: Timestamp) -> Self {
        Self {
            set: Some(Arc::new(AtomicI64::new(now.millis()))),
            ..Self::default()
        }
    }

    /// Sets a manual clock; the system's clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Some(set) = &self.set {
            set.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// Returns the current instant.
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

    /// Returns a monotonic time since this clock began; a manual clock returns the time it is set to.
    pub fn elapsed(&self) -> Duration {
        match &self.set {
            Some(set) => {
                Duration::from_millis(set.load(Ordering::SeqCst).try_into().unwrap_or_default())
            }
            None => self.started.elapsed(),
        }
    }
}
