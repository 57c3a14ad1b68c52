//! The times of many repetitions.

use std::fmt;
use std::time::Duration;

use crate::Outcome;

/// Times in ascending order; at least one.
pub struct Times(Vec<Duration>);

impl Times {
    pub fn new(mut times: Vec<Duration>) -> Outcome<Self> {
        times.sort_unstable();
        match times.is_empty() {
            true => Err("nothing was measured".into()),
            false => Ok(Self(times)),
        }
    }

    /// Returns the time that this percentage of all does not exceed.
    pub fn percentile(&self, share: usize) -> Duration {
        self.0[(self.0.len() * share / 100).min(self.0.len() - 1)]
    }

    /// Returns the ratio of the medians.
    pub fn to(&self, other: &Self) -> f64 {
        self.percentile(50).as_secs_f64() / other.percentile(50).as_secs_f64()
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |share| self.percentile(share).as_secs_f64() * 1000.0;
        write!(f, "p50 {:.2}, p99 {:.2} ms", at(50), at(99))
    }
}
