//! The count of one client, by the generic cell rate algorithm.

use std::time::Duration;

use governor::clock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::Rate;
use crate::clock::Clock;

/// Counts the requests of one client.
pub struct Limiter {
    rate: Rate,
    limiter: RateLimiter<NotKeyed, InMemoryState, Elapsed, StateInformationMiddleware>,
}

/// The result of counting one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The rate that applies.
    pub rate: Rate,
    /// The number of requests that may follow at once.
    pub remaining: u32,
    /// The seconds to wait, if the request exceeds the quota. Such a request is not counted.
    pub wait: Option<u32>,
}

impl Count {
    /// Returns the seconds after which the whole quota is available again.
    pub fn reset(&self) -> u64 {
        let used = self.rate.burst.get().saturating_sub(self.remaining);
        self.rate.seconds_for(used).max(1)
    }
}

impl Limiter {
    /// Creates a limiter for a client that has sent nothing yet.
    pub fn new(rate: Rate, clock: Clock) -> Self {
        let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
        let limiter = RateLimiter::direct_with_clock(quota, Elapsed(clock));
        Self {
            rate,
            limiter: limiter.with_middleware(),
        }
    }

    /// Counts one request.
    pub fn count(&self) -> Count {
        let (remaining, wait) = match self.limiter.check() {
            Ok(state) => (state.remaining_burst_capacity(), None),
            Err(refused) => {
                let now = clock::Clock::now(self.limiter.clock());
                (0, Some(whole_seconds(refused.wait_time_from(now))))
            }
        };
        Count {
            rate: self.rate,
            remaining,
            wait,
        }
    }
}

/// Returns the seconds of a wait, rounded up, and at least one.
fn whole_seconds(wait: Duration) -> u32 {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// The monotonic time of the instance's clock.
#[derive(Debug, Clone)]
struct Elapsed(Clock);

impl clock::Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn a_burst_is_counted_down_refused_and_refilled() {
        let clock = Clock::manual(Timestamp::from_millis(1_000_000));
        let limiter = Limiter::new(Rate::new(60, 3).unwrap(), clock.clone());
        let counts: Vec<_> = (0..4).map(|_| limiter.count()).collect();
        let remaining: Vec<u32> = counts.iter().map(|count| count.remaining).collect();
        assert_eq!(remaining, [2, 1, 0, 0]);
        let waits: Vec<_> = counts.iter().map(|count| count.wait).collect();
        assert_eq!(waits, [None, None, None, Some(1)]);
        let resets: Vec<u64> = counts.iter().map(Count::reset).collect();
        assert_eq!(resets, [1, 2, 3, 3]);
        assert_eq!(counts.first().unwrap().rate.window(), 3);
        clock.set(Timestamp::from_millis(1_001_000));
        assert_eq!(limiter.count().wait, None);
        assert_eq!(limiter.count().wait, Some(1));
        clock.set(Timestamp::from_millis(1_100_000));
        assert_eq!(limiter.count().remaining, 2);
    }
}
