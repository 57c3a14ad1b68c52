//! The planner: a job that turns what changed into deliveries. It remembers its position in the log in the transaction
//! that enters them, so each change is delivered to each webhook that wants it, and entered once, however many instances
//! there are.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::changes;
use super::plan::Plan;
use super::progress::Progress;
use super::store;
use crate::changes::reading;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Conn, Db};
use crate::error::{Code, Error, Result};
use crate::followers::cache::{Follower, keys_after};
use crate::followers::items::token::TokenKey;
use crate::jobs::lease::Lease;
use crate::jobs::worker::{Job, Stop};
use crate::state::State;

/// The name of the lease.
const LEASE: &str = "webhooks";
/// The number of seconds for which the lease is held after each transaction.
const LEASE_SECONDS: i64 = 5;
/// The pause between two looks at what the follower has read. It takes no statement.
const PAUSE: Duration = Duration::from_millis(50);
/// The time after which the log is read even if the follower has read nothing: the instance that held the lease may have
/// ended.
const LONGEST: Duration = Duration::from_secs(2);
/// The number of entries without effect after which the progress is stored nevertheless.
const FAR: i64 = 200;

/// The planner of one instance.
pub struct Planner {
    db: Db,
    clock: Clock,
    lease: Lease,
    key: TokenKey,
    config: Config,
    /// The number of the last entry that the follower knows.
    head: watch::Receiver<i64>,
    planned_at: Option<Instant>,
}

impl Planner {
    /// Creates the job.
    pub fn new(state: &State, key: TokenKey, follower: &Follower) -> Self {
        Self {
            db: state.db.clone(),
            clock: state.clock.clone(),
            lease: Lease::new(state.db.clone(), LEASE, LEASE_SECONDS),
            key,
            config: state.config.clone(),
            head: follower.head(),
            planned_at: None,
        }
    }

    /// Plans everything that the log has.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn plan(&self, stop: &Stop) -> Result<()> {
        while !stop.is_requested() {
            let Some(plan) = self.db.read_now(|conn| self.read(conn))? else {
                return Ok(());
            };
            let entered = self
                .lease
                .write(self.clock.now(), |conn| plan.enter(conn))?;
            // Otherwise another instance plans, or has just done so.
            if !plan.more || entered != Some(true) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Returns what is to be delivered; `None` if there are no webhooks, or if nothing has changed.
    fn read(&self, conn: &mut Conn) -> Result<Option<Plan>> {
        let now = self.clock.now();
        let webhooks = store::enabled(conn, now)?;
        let Some(since) = webhooks.iter().map(|(_, since)| *since).min() else {
            return Ok(None);
        };
        let stored = Progress::load(conn)?;
        let from = begin(conn, stored.as_ref(), since)?;
        let of_log = (&self.key, &self.config.site);
        let found = match changes::after(conn, of_log, &from.position, now) {
            Err(Error::Conflict(conflict)) if conflict.code == Code::SyncTokenExpired => {
                log::warn!("the change log is another one; webhooks continue at its end");
                let end = reading::last(conn)?.map_or(0, |entry| entry.seq);
                let progress = Progress::at(conn, end)?;
                return Ok(Some(Plan::skipping(stored, progress, now)));
            }
            found => found?,
        };
        let purges = webhooks.iter().any(|(webhook, _)| webhook.format.purges());
        let (keys, purged) = match purges {
            true => keys_after(conn, from.purged)?,
            false => (Default::default(), from.purged.max(found.to.seq)),
        };
        let is_near = purged - from.purged < FAR;
        if found.to == from.position && keys.is_empty() && is_near {
            return Ok(None);
        }
        let to = Progress {
            position: found.to,
            purged,
        };
        Ok(Some(Plan {
            stored,
            to,
            more: found.more,
            has_gap: false,
            changes: found.changes,
            keys,
            base: self.config.server.public_url.as_str().to_owned(),
            now,
        }))
    }
}

/// Returns where planning continues. Nobody wants to know of changes before there were webhooks.
fn begin(conn: &mut Conn, stored: Option<&Progress>, since: i64) -> Result<Progress> {
    match stored {
        Some(progress) if progress.position.seq >= since => Ok(progress.clone()),
        Some(_) | None => Progress::at(conn, since),
    }
}

impl Job for Planner {
    const NAME: &'static str = "webhooks";

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        let is_due = self.planned_at.is_none_or(|at| at.elapsed() >= LONGEST);
        if is_due || self.head.has_changed().unwrap_or(false) {
            self.head.mark_unchanged();
            let planned = self.plan(stop);
            if planned.is_err() {
                self.head.mark_changed();
            }
            self.planned_at = Some(Instant::now());
            planned?;
        }
        Ok(PAUSE)
    }

    fn lease(&self) -> Option<&Lease> {
        Some(&self.lease)
    }
}
