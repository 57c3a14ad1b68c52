//! The scheduler: records in the change log that publications have appeared or ended at their time.
//!
//! Every instance runs one; a lease makes sure that only one of them works at a time. Readers never wait for it: the clock
//! decides what they see, in the query.

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
/// For how many seconds the lease is held after each transaction.
const LEASE_SECONDS: i64 = 1;
/// The most transitions that are recorded in one transaction.
const BATCH: usize = 100;
/// The longest pause between two turns, in milliseconds: a transition that another instance has scheduled meanwhile is
/// recorded no later.
const LONGEST_SLEEP: i64 = 500;

/// Records all transitions that are due at `now`, in order, unless another instance is at it. Returns how many.
///
/// # Errors
/// As [`Db::write_now`].
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
    /// The scheduler of an instance with this clock.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            lease: Lease::new(db, LEASE, LEASE_SECONDS),
            clock,
        }
    }

    /// Records the transitions that are due at `now`. Returns the instant of the next one, which has passed already if
    /// another instance is at it.
    ///
    /// # Errors
    /// As [`Db::read_now`] and [`Db::write_now`].
    pub fn turn(&self, now: Timestamp, stop: &Stop) -> Result<Option<Timestamp>> {
        let next = self.lease.db().read_now(transitions::next_due)?;
        let is_due = next.is_some_and(|at| at <= now);
        if is_due && self.apply_due(now, stop)? != Applied::default() {
            return self.lease.db().read_now(transitions::next_due);
        }
        Ok(next)
    }

    /// Records what is due, in batches of one transaction each, as long as the lease can be had.
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

/// How long to sleep before the transition at `next`.
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
        // Another instance is at it.
        assert_eq!(pause_until(999_000), 500);
        assert_eq!(pause(None, now).as_millis(), 500);
    }
}
