//! Housekeeping: calls the [`Expiry`] of every resource once a minute.

use std::time::Duration;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::jobs::expiry::{Expiry, ExpiryRound};
use crate::jobs::lease::Lease;
use crate::jobs::worker::{Job, Stop};
use crate::state::State;
use crate::timestamp::Timestamp;

/// The name of the lease.
const LEASE: &str = "housekeeping";
/// The number of seconds for which the lease is held after each transaction.
const LEASE_SECONDS: i64 = 1;
/// The pause between two rounds.
const INTERVAL: Duration = Duration::from_secs(60);

/// The housekeeping job of one instance.
pub struct Housekeeping {
    config: Config,
    clock: Clock,
    lease: Lease,
    expiries: Vec<Expiry>,
}

impl Housekeeping {
    /// Creates the job from the `expiries` of all modules.
    pub fn new(state: &State, expiries: Vec<Expiry>) -> Self {
        Self {
            config: state.config.clone(),
            clock: state.clock.clone(),
            lease: Lease::new(state.db.clone(), LEASE, LEASE_SECONDS),
            expiries,
        }
    }

    /// Deletes the data that has expired by `now`. The failure of one module does not affect the others.
    ///
    /// # Errors
    /// Returns the first error of a module.
    pub fn round(&self, now: Timestamp, stop: &Stop) -> Result<()> {
        let round = ExpiryRound::new(&self.config, now, &self.lease);
        let mut outcome = Ok(());
        for expire in &self.expiries {
            if stop.is_requested() {
                break;
            }
            outcome = outcome.and(expire(&round));
        }
        outcome
    }
}

impl Job for Housekeeping {
    const NAME: &'static str = "housekeeping";
    const LONGEST_PAUSE: Duration = INTERVAL;

    fn run(&mut self, stop: &Stop) -> Result<Duration> {
        self.round(self.clock.now(), stop).map(|()| INTERVAL)
    }

    fn lease(&self) -> Option<&Lease> {
        Some(&self.lease)
    }
}
