//! What happens by itself when its time comes: the log tells of publications that appear and go, and what has been kept long
//! enough goes for good.
//!
//! Every instance runs a [`Scheduler`]; a [`lease`] sees to it that only one of them works at a time. What the public sees
//! never waits for it: that is decided by the clock, in the query.

mod running;

pub use running::{Running, start};

use crate::db::Db;
use crate::error::Result;
use crate::id::Id;
use crate::jobs::lease;
use crate::operations::housekeeping::Housekeeping;
use crate::publications::writing::transitions::{self, Applied};
use crate::timestamp::Timestamp;

/// The name of the lease.
const LEASE: &str = "scheduler";
/// So many moments at most are told of in one transaction.
const BATCH: usize = 100;

/// Tells of all that the clock has done by `now`, in order, unless another instance is at it; of how much it told.
///
/// # Errors
/// What the database reports.
pub fn tick(db: &Db, now: Timestamp) -> Result<usize> {
    let scheduler = Scheduler::new(db.clone(), Housekeeping::default());
    let settled = scheduler.tell(now)?;
    scheduler.release()?;
    Ok(settled.applied)
}

/// One instance's hand in it.
pub struct Scheduler {
    db: Db,
    holder: Id,
    housekeeping: Housekeeping,
}

impl Scheduler {
    /// Of an instance.
    pub fn new(db: Db, housekeeping: Housekeeping) -> Self {
        Self {
            db,
            holder: Id::new(),
            housekeeping,
        }
    }

    /// Does what is to be done at `now`; when the next moment comes, or when it came if another instance is at it.
    ///
    /// # Errors
    /// What the database reports.
    pub fn turn(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        let next = self.catch_up(now);
        let (db, holder) = (&self.db, self.holder);
        self.housekeeping
            .tidy(db, now, |conn| lease::hold(conn, LEASE, holder, now))?;
        next
    }

    fn catch_up(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let next = self.db.read_now(transitions::next_due)?;
        if next.is_some_and(|at| at <= now) && self.tell(now)? != Applied::default() {
            return self.db.read_now(transitions::next_due);
        }
        Ok(next)
    }

    /// Tells of what the clock has done, if the lease can be had: a batch is a transaction that holds it.
    fn tell(&self, now: Timestamp) -> Result<Applied> {
        let mut all = Applied::default();
        loop {
            let batch =
                self.db
                    .write_now(|conn| match lease::hold(conn, LEASE, self.holder, now)? {
                        true => transitions::apply_all_due(conn, now, BATCH),
                        false => Ok(Applied::default()),
                    })?;
            all.applied += batch.applied;
            all.failed += batch.failed;
            if batch.applied + batch.failed < BATCH {
                return Ok(all);
            }
        }
    }

    /// Lets another instance work at once.
    ///
    /// # Errors
    /// What the database reports.
    pub fn release(&self) -> Result<()> {
        self.db
            .write_now(|conn| lease::release(conn, LEASE, self.holder))
    }
}
