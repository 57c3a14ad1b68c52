//! Answers that are kept: what delivery has said once it says again from memory, until the change log tells of a change to
//! something shown, or its time is over. Knows no resource and no database: keys say what an answer shows (`surrogate_keys`), who
//! follows the log says what was touched, and that all has been told ([`Cache::confirm`]). Without that nothing is kept.

mod cache_key;
mod coding;
mod conditions;
mod entry;
mod epochs;
mod flight;
mod kept;
mod lifetime;
pub mod middleware;
mod reply;
mod status;
mod surrogate_headers;
pub mod surrogate_keys;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entry::{ABSENT, Begun, Entry};
use epochs::{Epochs, meet};
use flight::{Flights, Seat};
use kept::Kept;
use lifetime::{Lifetime, Lifetimes};
use surrogate_keys::SurrogateKeys;

use crate::clock::Clock;
use crate::config::Config;
use crate::timestamp::Timestamp;

/// For how long after a confirmation what is kept is taken for true.
const SURE: Duration = Duration::from_secs(1);
/// How many seconds after it was made a change is told of at most, unless it is late.
const LATE: i64 = 1;
/// For how many seconds a problem or a redirect is kept.
const BRIEF: i64 = 1;
/// Nothing has been confirmed yet.
const NEVER: u64 = u64::MAX;

/// The cache of one instance; cheap to clone.
#[derive(Clone)]
pub struct Cache(Arc<Parts>);

struct Parts {
    kept: Kept,
    flights: Flights<Landed>,
    epochs: Epochs,
    /// When what is kept was known to be true, in milliseconds of the clock's run.
    confirmed: AtomicU64,
    clock: Clock,
    lifetimes: Lifetimes,
}

/// What a flight brought.
#[derive(Clone)]
struct Landed {
    entry: Arc<Entry>,
    /// Whether it is kept.
    stored: bool,
    /// Whether it was kept before, and is served as there is no better now.
    stale: bool,
}

/// What is kept under a key.
enum Found {
    /// To be served as it is.
    Sure(Arc<Entry>),
    /// To be asked for anew.
    Unsure,
    /// There is nothing.
    Nothing,
}

impl Cache {
    /// An empty one, as large as the settings say.
    pub fn new(config: &Config, clock: Clock) -> Self {
        Self(Arc::new(Parts {
            kept: Kept::new(config.cache.bytes),
            flights: Flights::default(),
            epochs: Epochs::default(),
            confirmed: AtomicU64::new(NEVER),
            clock,
            lifetimes: Lifetimes::new(config),
        }))
    }

    /// Forgets what shows any of these; nothing begun before is kept if it shows one. `at`: when the last of those changes
    /// was made.
    pub fn invalidate(&self, keys: &SurrogateKeys, at: Option<Timestamp>) {
        let touched = keys.clone().with(ABSENT).digests();
        // What comes to light late is dated by that: there may be answers without it that are dated later than its making.
        let now = self.now();
        let is_late = !keys.is_empty() && at.is_some_and(|at| at.plus_seconds(LATE) < now);
        self.0
            .epochs
            .invalidate(touched.clone(), if is_late { Some(now) } else { at });
        let untouched = |entry: &Entry| !meet(&entry.digests, &touched);
        self.0.kept.retain(untouched);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.epochs.clear(self.now());
        self.0.kept.clear();
    }

    /// The log was read to its end just now: what is kept is true as of now.
    pub fn confirm(&self) {
        self.confirm_as_of(self.elapsed());
    }

    /// The same of a reading of the log that began then ([`Cache::elapsed`]): something may have been written since.
    pub fn confirm_as_of(&self, begun: Duration) {
        let begun = u64::try_from(begun.as_millis()).unwrap_or(NEVER);
        self.0.confirmed.store(begun, Ordering::Release);
    }

    /// For how long the clock has been running that confirmations are measured by.
    pub fn elapsed(&self) -> Duration {
        self.0.clock.elapsed()
    }

    /// At `moment` time itself will change something.
    pub fn expect_change(&self, moment: Timestamp) {
        self.0.epochs.expect_change(moment);
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// What all that is kept takes, in bytes.
    pub fn weight(&self) -> u64 {
        self.0.kept.weight()
    }

    /// For how long nothing has been confirmed; `None`: nobody follows the log.
    fn unconfirmed(&self) -> Option<Duration> {
        let confirmed = self.0.confirmed.load(Ordering::Acquire);
        let now = self.0.clock.elapsed();
        (confirmed != NEVER).then(|| now.saturating_sub(Duration::from_millis(confirmed)))
    }

    fn is_sure(&self) -> bool {
        self.unconfirmed().is_some_and(|since| since <= SURE)
    }

    /// What may be served at `now`.
    fn find(&self, key: &str, now: Timestamp) -> Found {
        match self.0.kept.get(key) {
            None => Found::Nothing,
            Some(entry) if self.is_sure() && !entry.is_over(now) => Found::Sure(entry),
            Some(_) => Found::Unsure,
        }
    }

    /// What may be served at `now` instead of a failure (RFC 5861 section 4).
    fn rather(&self, key: &str, now: Timestamp) -> Option<Arc<Entry>> {
        let since = self.unconfirmed()?;
        let entry = self.0.kept.get(key)?;
        let lifetime = entry.validity.as_ref()?.lifetime();
        (!entry.is_over(now) && since <= lifetime.stale_at_most()).then_some(entry)
    }

    /// A seat in the flight that will bring it; `None`: nobody follows the log, so that it may not be shared.
    fn board(&self, key: &str) -> Option<Seat<Landed>> {
        let since = self.unconfirmed()?;
        let now = self.0.clock.elapsed();
        let earliest = match since <= SURE {
            true => Duration::ZERO,
            false => now.saturating_sub(SURE),
        };
        let epoch = self.0.epochs.now();
        Some(self.0.flights.board(key, epoch, earliest, now))
    }

    /// What is known when an answer is begun.
    fn begin(&self, now: Timestamp) -> Begun {
        let epoch = self.0.epochs.now();
        Begun {
            at: now,
            epoch,
            modified: self.0.epochs.modified(now),
        }
    }

    /// The end of an answer that has none of its own: soon, and not after the next moment.
    fn end(&self, now: Timestamp) -> Timestamp {
        let soon = now.plus_seconds(BRIEF);
        let moment = self.0.epochs.next_moment(now);
        moment.map_or(soon, |moment| moment.min(soon))
    }

    /// Keeps an answer, if it is still true and small enough. Says whether it did.
    fn keep(&self, key: &str, entry: &Arc<Entry>, begun: Begun) -> bool {
        if let (Some(until), true) = (entry.until, entry.validity.is_some()) {
            self.expect_change(until);
        }
        let followed = self.unconfirmed().is_some();
        if entry.validity.is_none() && !self.is_undisturbed(entry, begun) {
            return false;
        }
        if !followed || entry.digests.is_empty() || !self.0.kept.takes(key, entry) {
            return false;
        }
        let kept = || self.0.kept.insert(key, Arc::clone(entry));
        self.0
            .epochs
            .unless_invalidated(begun.epoch, &entry.digests, kept)
    }

    /// Whether an answer with no end of its own lasts as long as it says: all moments until then are known, and neither a
    /// write nor a moment has come since it was begun.
    fn is_undisturbed(&self, entry: &Entry, begun: Begun) -> bool {
        let next = self.0.epochs.next_moment(begun.at);
        let is_before = |moment| entry.until.is_none_or(|until| moment < until);
        self.is_sure()
            && self.0.epochs.modified(self.now()) == begun.modified
            && !next.is_some_and(is_before)
    }

    fn lifetime(&self, path: &str) -> Lifetime {
        self.0.lifetimes.of(path)
    }
}
