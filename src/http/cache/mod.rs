//! The cache of delivery responses (RFC 9111). A response is served from memory until the change log announces a change
//! to something that it shows, or until the clock changes it.
//!
//! The cache depends on no resource and on no database. A handler declares what a response shows ([`cacheable`]).
//! The follower of the change log reports changes ([`Cache::invalidate`]) and the time up to which it has read the
//! whole log ([`Cache::confirm_as_of`]). Nothing is stored before the first confirmation. If the last confirmation is
//! more than one second old, entries are served only when the origin fails.

mod cache_key;
pub mod cacheable;
mod caching_headers;
pub mod coding;
mod entry;
mod entry_response;
mod epochs;
mod fetch;
mod fill;
mod lifetime;
pub mod middleware;
mod preconditions;
mod representations;
mod singleflight;
mod status;
mod store;
mod surrogate_headers;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entry::{ABSENT, Content, Entry, FillStart};
use epochs::{Epochs, intersect};
use lifetime::{Lifetime, Lifetimes};
use singleflight::{Joined, SingleFlight};
use store::Store;

use crate::clock::Clock;
use crate::config::{Config, SurrogateHeaders};
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The time for which entries are fresh after a confirmation.
const CONFIRMED_FOR: Duration = Duration::from_secs(1);
/// The number of seconds after which the announcement of a change is late.
const LATE: i64 = 1;
/// The lifetime of a stored problem or redirect in seconds.
const NEGATIVE_LIFETIME: i64 = 1;
/// The value of [`Inner::confirmed`] before the first confirmation.
const NEVER: u64 = u64::MAX;

/// The cache of one server instance. Clones share the same cache.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    store: Store,
    calls: SingleFlight<Filled>,
    epochs: Epochs,
    /// The last confirmation, in milliseconds since the clock started.
    confirmed: AtomicU64,
    /// The time before which confirmations do not count ([`Cache::distrust`]), in the same unit.
    distrusted_until: AtomicU64,
    clock: Clock,
    lifetimes: Lifetimes,
    /// The headers with the surrogate keys of responses.
    surrogate_headers: SurrogateHeaders,
}

/// The result of a request to the origin.
#[derive(Clone)]
struct Filled {
    entry: Arc<Entry>,
    /// True if the entry was stored.
    stored: bool,
    /// True if the origin failed and `entry` is the one that was stored before.
    stale_if_error: bool,
}

/// The result of a lookup in the store.
enum Lookup {
    /// The entry may be served.
    Fresh(Arc<Entry>),
    /// There is an entry, but it has expired or is not confirmed.
    Stale,
    /// There is no entry.
    Miss,
}

impl Cache {
    /// Creates an empty cache with the size and lifetimes in the settings.
    pub fn new(config: &Config, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            store: Store::new(config.cache.bytes),
            calls: SingleFlight::default(),
            epochs: Epochs::default(),
            confirmed: AtomicU64::new(NEVER),
            distrusted_until: AtomicU64::new(0),
            clock,
            lifetimes: Lifetimes::new(config),
            surrogate_headers: config.cache.surrogate_headers,
        }))
    }

    /// Removes the entries that have any of these keys. A response with one of the keys that was requested before this
    /// call is not stored afterwards. `changed_at` is the time of the latest of the changes.
    pub fn invalidate(&self, keys: &SurrogateKeys, changed_at: Option<Timestamp>) {
        let invalidated = keys.clone().with(ABSENT).digests();
        // Responses sent before a late announcement may have a later date than the change, so the change is dated to
        // its announcement.
        let now = self.now();
        let is_late = !keys.is_empty() && changed_at.is_some_and(|at| at.plus_seconds(LATE) < now);
        let changed_at = if is_late { Some(now) } else { changed_at };
        self.0.epochs.invalidate(invalidated.clone(), changed_at);
        let is_valid = |entry: &Entry| !intersect(&entry.digests, &invalidated);
        self.0.store.retain(is_valid);
    }

    /// Removes all entries, and keeps responses requested before this call from being stored.
    pub fn clear(&self) {
        self.0.epochs.clear(self.now());
        self.0.store.clear();
    }

    /// Announces that something has changed, and that what it is cannot be known yet. From now on, entries are served only
    /// if the origin fails, until a confirmation as of a later time.
    pub fn distrust(&self) {
        let until = millis(self.elapsed()).saturating_add(1);
        self.0.distrusted_until.fetch_max(until, Ordering::AcqRel);
        // No later request shares a response that was begun before the change.
        self.0.epochs.invalidate(Box::default(), None);
    }

    /// Confirms that all changes up to now have been announced.
    pub fn confirm(&self) {
        self.confirm_as_of(self.elapsed());
    }

    /// Confirms that all changes up to `elapsed` have been announced. `elapsed` is the value of [`Cache::elapsed`] when
    /// the reading of the log began.
    pub fn confirm_as_of(&self, elapsed: Duration) {
        self.0.confirmed.store(millis(elapsed), Ordering::Release);
    }

    /// Returns the time since the clock started, by which confirmations are measured.
    pub fn elapsed(&self) -> Duration {
        self.0.clock.elapsed()
    }

    /// Sets the times at which public content changes without a write, as they are known at `now`. Times after `now` that
    /// were expected before are forgotten: what was scheduled may have been cancelled.
    pub fn expect_changes(&self, now: Timestamp, changes: Vec<Timestamp>) {
        self.0.epochs.expect_changes(now, changes);
    }

    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Returns the memory that all entries take, in bytes.
    pub fn weight(&self) -> u64 {
        self.0.store.weight()
    }

    /// Returns the time since the last confirmation; `None` before the first one.
    fn since_confirmation(&self) -> Option<Duration> {
        let confirmed = self.0.confirmed.load(Ordering::Acquire);
        let now = self.0.clock.elapsed();
        (confirmed != NEVER).then(|| now.saturating_sub(Duration::from_millis(confirmed)))
    }

    /// Returns whether all changes up to a second ago have been announced, so that what is in memory may be trusted.
    pub fn is_confirmed(&self) -> bool {
        let confirmed = self.0.confirmed.load(Ordering::Acquire);
        let is_trusted = confirmed >= self.0.distrusted_until.load(Ordering::Acquire);
        let since = self.since_confirmation();
        is_trusted && since.is_some_and(|since| since <= CONFIRMED_FOR)
    }

    fn lookup(&self, key: &str, now: Timestamp) -> Lookup {
        match self.0.store.get(key) {
            None => Lookup::Miss,
            Some(entry) if self.is_confirmed() && !entry.is_over(now) => Lookup::Fresh(entry),
            Some(_) => Lookup::Stale,
        }
    }

    /// Returns the entry that may be served at `now` although the origin failed (RFC 5861 section 4).
    fn stale_if_error(&self, key: &str, now: Timestamp) -> Option<Arc<Entry>> {
        let since = self.since_confirmation()?;
        let entry = self.0.store.get(key)?;
        let lifetime = entry.lifetime()?;
        (!entry.is_over(now) && since <= lifetime.max_stale()).then_some(entry)
    }

    /// Joins the request to the origin for `key`. Returns `None` before the first confirmation, because no response is
    /// shared until then.
    fn join(&self, key: &str) -> Option<Joined<Filled>> {
        self.since_confirmation()?;
        let now = self.0.clock.elapsed();
        let earliest = if self.is_confirmed() {
            Duration::ZERO
        } else {
            now.saturating_sub(CONFIRMED_FOR)
        };
        let epoch = self.0.epochs.current();
        Some(self.0.calls.join(key, epoch, earliest, now))
    }

    /// Returns the state of the cache at the start of a request to the origin.
    fn start_fill(&self) -> FillStart {
        let at = self.now();
        FillStart {
            at,
            epoch: self.0.epochs.current(),
            last_modified: self.0.epochs.last_modified(at),
        }
    }

    /// Returns the expiry time of a problem or a redirect: [`NEGATIVE_LIFETIME`] from now, or the next expected change
    /// if that is earlier.
    fn negative_expiry(&self) -> Timestamp {
        let now = self.now();
        let soon = now.plus_seconds(NEGATIVE_LIFETIME);
        let next = self.0.epochs.next_change(now);
        next.map_or(soon, |next| next.min(soon))
    }

    /// Stores the entry unless it was invalidated since `start`, is too large, or is a problem or redirect that may
    /// change before it expires. Returns whether it was stored.
    fn insert(&self, key: &str, entry: &Arc<Entry>, start: FillStart) -> bool {
        match (&entry.content, entry.until) {
            (Content::Body { .. }, Some(until)) => self.0.epochs.expect_change(until),
            (Content::Body { .. }, None) => {}
            (Content::Empty(_), _) if self.nothing_changed(entry, start) => {}
            (Content::Empty(_), _) => return false,
        }
        let is_followed = self.since_confirmation().is_some();
        if !is_followed || entry.digests.is_empty() || !self.0.store.accepts(key, entry) {
            return false;
        }
        let insert = || self.0.store.insert(key, Arc::clone(entry));
        self.0
            .epochs
            .unless_invalidated(start.epoch, &entry.digests, insert)
    }

    /// Returns whether a problem or a redirect is valid until it expires: every change up to then is known, and nothing
    /// changed since `start`, by a write or by the clock.
    fn nothing_changed(&self, entry: &Entry, start: FillStart) -> bool {
        let next = self.0.epochs.next_change(start.at);
        let is_before_expiry = |change| entry.until.is_none_or(|until| change < until);
        self.is_confirmed()
            && self.0.epochs.last_modified(self.now()) == start.last_modified
            && !next.is_some_and(is_before_expiry)
    }

    fn surrogate_headers(&self) -> SurrogateHeaders {
        self.0.surrogate_headers
    }

    fn lifetime(&self, path: &str) -> Lifetime {
        self.0.lifetimes.of(path)
    }
}

/// Returns a time since the clock started in milliseconds.
fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(NEVER)
}
