//! The scheduler records in the change log when publications appear or end at their scheduled time.
//!
//! Every instance runs a scheduler; a lease ensures that only one of them works at a time. Readers do not depend on it:
//! their queries determine visibility by the current time.

use std::time::Duration;

use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::jobs::lease::Lease;
use crate::jobs::worker::{Job, Stop};
use crate::publications::writing::transitions::{self, Applied};
use crate::timestamp::Timestamp;

/// The name of the lease.
const LEASE: &str = "scheduler";
/// The number of seconds for which the lease is held after each transaction.
const LEASE_SECONDS: i64 = 1;
/// The maximum number of transitions in one transaction.
const BATCH: usize = 100;
/// The maximum pause between two runs in milliseconds. A transition that another instance schedules meanwhile is
/// recorded with at most this delay.
const LONGEST_SLEEP: i64 = 500;

/// Records all transitions that are due at `now`, in order, unless another instance holds the lease. Returns their
/// number.
///
/// # Errors
/// Returns the same errors as [`Db::write_now`].
pub fn tick(db: &Db, now: Timestamp) -> Result<usize> {
    let scheduler = Scheduler::new(db.clone(), Clock::system());
    let applied = scheduler.apply_due(now, &Stop::new())?;
    scheduler.lease.release()?;
    Ok(applied.applied)
}

/// The scheduler of one instance.
pub struct Scheduler {
    lease: Lease,
    clock: Clock,
}

impl Scheduler {
    /// Creates a scheduler with this clock.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            lease: Lease::new(db, LEASE, LEASE_SECONDS),
            clock,
        }
    }

    /// Records the transitions that are due at `now`. Returns the time of the next one, which is in the past if another
    /// instance holds the lease.
    ///
    /// # Errors
    /// Returns the same errors as [`Db::read_now`] and [`Db::write_now`].
    pub fn turn(&self, now: Timestamp, stop: &Stop) -> Result<Option<Timestamp>> {
        let next = self.lease.db().read_now(transitions::next_due)?;
        let is_due = next.is_some_and(|at| at <= now);
        if is_due && self.apply_due(now, stop)? != Applied::default() {
            return self.lease.db().read_now(transitions::next_due);
        }
        Ok(next)
    }

    /// Records the due transitions in batches of one transaction each, for as long as the lease is available.
    fn apply_due(&self, now: Timestamp, stop: &Stop) -> Result<Applied> {
        let mut all = Applied::default();
        while !stop.is_requested() {
            let apply = |conn: &mut _| transitions::apply_all_due(conn, now, BATCH);
            let batch = self.lease.write(now, apply)?.unwrap_or_default();
            all.applied += batch.applied;
            all.failed += batch.failed;
            if batch.applied + batch.failed < BATCH {
                break;
            }
        }
        Ok(all)
    }
}

impl Job for Scheduler {
    const NAME: &'static str = "scheduler";

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        let next = self.turn(self.clock.now(), stop)?;
        Ok(pause(next, self.clock.now()))
    }

    fn lease(&self) -> Option<&Lease> {
        Some(&self.lease)
    }
}

/// Returns the time to sleep before the transition at `next`.
fn pause(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let left = next.map(|next| next.millis() - now.millis());
    let left = left.filter(|left| (1..LONGEST_SLEEP).contains(left));
    Duration::from_millis(left.unwrap_or(LONGEST_SLEEP).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sleeps_until_the_next_transition_but_never_long() {
        let now = Timestamp::from_millis(1_000_000);
        let pause_until = |at: i64| pause(Some(Timestamp::from_millis(at)), now).as_millis();
        assert_eq!(pause_until(1_000_020), 20);
        assert_eq!(pause_until(1_060_000), 500);
        // Another instance holds the lease.
        assert_eq!(pause_until(999_000), 500);
        assert_eq!(pause(None, now).as_millis(), 500);
    }
}
