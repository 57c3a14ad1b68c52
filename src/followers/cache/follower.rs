//! The follower reads the change log and invalidates the cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::connection::LogConnection;
use super::entries::{Entries, Position};
use crate::accounts::api_keys::known::KnownKeys;
use crate::changes::reading;
use crate::changes::visibility::{is_seen, public_kinds};
use crate::config::Config;
use crate::db::off_thread;
use crate::db::pulse::Pulse;
use crate::error::{Error, Result};
use crate::http::cache::Cache;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The time for which the response to a write waits until the log has been read.
const READ_TIMEOUT: Duration = Duration::from_secs(2);
/// The same shortly after a failure. A reading takes milliseconds; a database that has just been silent may be silent again.
const BRIEF_READ_TIMEOUT: Duration = Duration::from_millis(200);
/// The time after a failure for which [`BRIEF_READ_TIMEOUT`] applies. Each further failure begins it anew.
const PROBATION: Duration = Duration::from_secs(30);

/// The follower of one server instance. It is cheap to clone and shared by all threads.
#[derive(Clone)]
pub struct Follower {
    cache: Cache,
    keys: KnownKeys,
    progress: Arc<Mutex<FollowerProgress>>,
    /// True if the last attempt to read the log failed.
    is_stuck: Arc<AtomicBool>,
    /// The end of the time in which writes wait only briefly, in milliseconds by [`Cache::elapsed`].
    on_probation_until: Arc<AtomicU64>,
    /// The number of writes that waited with [`READ_TIMEOUT`] in vain.
    vain_waits: Arc<AtomicU64>,
    /// The number of the last entry that may alter public items.
    head: Arc<watch::Sender<i64>>,
}

/// The progress in reading the log.
struct FollowerProgress {
    connection: LogConnection,
    /// The position up to which the cache has been updated; `None` until following begins.
    position: Option<Position>,
    /// The time at which the log was last read to its end.
    read_at: Option<Instant>,
    /// The same by the clock of the instance.
    read_until: Timestamp,
}

impl Follower {
    /// Creates a follower for `cache` and for the memory of `keys`. It tells `pulse` that the database answers. Until
    /// [`Follower::begin`], it follows nothing and the cache stores nothing.
    pub fn new(config: &Config, cache: Cache, keys: KnownKeys, pulse: Option<Pulse>) -> Self {
        let progress = FollowerProgress {
            connection: LogConnection::new(config, pulse),
            position: None,
            read_at: None,
            read_until: cache.now(),
        };
        Self {
            cache,
            keys,
            progress: Arc::new(Mutex::new(progress)),
            is_stuck: Arc::default(),
            on_probation_until: Arc::default(),
            vain_waits: Arc::default(),
            head: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Starts at the current end of the log.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the log cannot be read.
    pub fn begin(&self) -> Result<()> {
        self.progress.blocking_lock().begin(self)
    }

    /// Returns the number of the last entry that may alter public items, to be watched.
    pub fn head(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// Updates the cache with everything that has been written so far.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] if the log cannot be read. Nothing is confirmed then, and the next attempt
    /// continues at the same position.
    pub fn catch_up(&self) -> Result<()> {
        self.read(&mut self.progress.blocking_lock())
    }

    /// Catches up if there was a notification, or if the log was last read at least `longest` ago.
    ///
    /// # Errors
    /// Returns the same errors as [`Follower::catch_up`].
    pub(super) fn look(&self, longest: Duration) -> Result<()> {
        let mut progress = self.progress.blocking_lock();
        let is_due = progress
            .read_at
            .is_none_or(|read| read.elapsed() >= longest);
        let is_notified = progress.connection.take_notification();
        if is_notified.as_ref().is_ok_and(|notified| !notified) && !is_due {
            return Ok(());
        }
        match is_notified {
            Ok(_) => self.read(&mut progress),
            Err(error) => {
                self.fail();
                Err(error)
            }
        }
    }

    /// Ensures, before a write is acknowledged, that the cache serves nothing older than the write. If the log cannot
    /// be read, the cache serves its entries only if the database fails, until the log has been read; if the write
    /// `deletes`, it is emptied, because what was taken away must not be shown. While the log is known to be
    /// unreadable, this happens without waiting: only the background job keeps trying. For some time after a failure,
    /// it waits only briefly.
    ///
    /// A caller that arrives while another one is reading waits and reads again, because the other reading may have
    /// begun before this write.
    pub async fn acknowledge(&self, deletes: bool) {
        if !self.is_stuck() {
            let follower = self.clone();
            let read = async move {
                let progress = Arc::clone(&follower.progress).lock_owned().await;
                off_thread(move || follower.read_unless_stuck(progress)).await
            };
            let patience = self.patience();
            let read = tokio::time::timeout(patience, read).await;
            match read.unwrap_or_else(|_| Err(Error::Unavailable("it takes too long".into()))) {
                Ok(()) => return,
                Err(error) => {
                    if patience == READ_TIMEOUT {
                        self.vain_waits.fetch_add(1, Ordering::Relaxed);
                    }
                    if !self.fail() {
                        log::warn!(
                            "the change log cannot be read, so the cache is not trusted: {error}"
                        );
                    }
                }
            }
        }
        // A key may have been revoked. Distrusted keys are read from the database anyway; forgetting them is never wrong.
        self.keys.forget();
        match deletes {
            true => self.cache.clear(),
            false => self.cache.distrust(),
        }
    }

    /// Returns how many writes have waited for the log in vain, other than briefly, since the start.
    pub fn vain_waits(&self) -> u64 {
        self.vain_waits.load(Ordering::Relaxed)
    }

    fn patience(&self) -> Duration {
        let until = self.on_probation_until.load(Ordering::Acquire);
        match self.cache.elapsed() < Duration::from_millis(until) {
            true => BRIEF_READ_TIMEOUT,
            false => READ_TIMEOUT,
        }
    }

    /// Records that the log cannot be read. Returns whether that was known.
    fn fail(&self) -> bool {
        let until = (self.cache.elapsed() + PROBATION).as_millis();
        let until = u64::try_from(until).unwrap_or(u64::MAX);
        self.on_probation_until.store(until, Ordering::Release);
        self.is_stuck.swap(true, Ordering::AcqRel)
    }

    fn is_stuck(&self) -> bool {
        self.is_stuck.load(Ordering::Acquire)
    }

    fn read_unless_stuck(&self, mut progress: OwnedMutexGuard<FollowerProgress>) -> Result<()> {
        if progress.position.is_none() {
            // The log is not followed yet, so nothing is cached.
            return Ok(());
        }
        if self.is_stuck() {
            return Err(Error::Unavailable("another reading has failed".into()));
        }
        self.read(&mut progress)
    }

    fn read(&self, progress: &mut FollowerProgress) -> Result<()> {
        let read = progress.catch_up(self);
        match &read {
            Ok(()) => self.is_stuck.store(false, Ordering::Release),
            Err(_) => drop(self.fail()),
        }
        read
    }
}

impl FollowerProgress {
    /// Starts at the end of the log. Responses requested before this are not stored, because they may be based on an
    /// older state than the end of the log. Those requested afterwards are at least as new.
    fn begin(&mut self, follower: &Follower) -> Result<()> {
        let cache = &follower.cache;
        let reading = Reading::begin(cache);
        let now = reading.now;
        let (last, public, seq, upcoming) = self.connection.read(move |conn| {
            let last = reading::last(conn)?;
            let public = reading::last_of(conn, &public_kinds(), is_seen)?;
            let seq = reading::last_public(conn)?.map_or(0, |(seq, _)| seq);
            Ok((last, public, seq, Entries::upcoming(conn, now, now)?))
        })?;
        cache.clear();
        follower.keys.forget();
        cache.invalidate(&SurrogateKeys::new(), public.map(|entry| entry.at));
        self.position = Some(Position::of_last(last.as_ref()));
        follower.head.send_replace(seq);
        self.confirm(cache, reading, upcoming);
        Ok(())
    }

    fn catch_up(&mut self, follower: &Follower) -> Result<()> {
        let cache = &follower.cache;
        loop {
            let Some(position) = self.position else {
                return self.begin(follower);
            };
            let reading = Reading::begin(cache);
            let now = reading.now;
            let since = self.read_until.min(now);
            let entries = self
                .connection
                .read(move |conn| Entries::after(conn, position, since, now))?;
            let Some(entries) = entries else {
                log::warn!("the change log is another one; the cache is emptied");
                self.position = None;
                continue;
            };
            if let Some(keys) = &entries.affected {
                cache.invalidate(keys, entries.changed_at);
            }
            if entries.concern_keys {
                follower.keys.forget();
            }
            // The position advances only now, so that an entry that was not applied is read again.
            self.position = Some(entries.position);
            if let Some(seq) = entries.head {
                follower.head.send_replace(seq);
            }
            if let Some(upcoming) = entries.upcoming {
                self.confirm(cache, reading, upcoming);
                return Ok(());
            }
        }
    }

    /// Confirms the cache as of the time at which the reading began, because there may have been a write since then.
    /// Until the next reading, only the clock changes anything, at times that the cache knows: `upcoming`.
    fn confirm(&mut self, cache: &Cache, reading: Reading, upcoming: Vec<Timestamp>) {
        cache.expect_changes(reading.now, upcoming);
        self.read_at = Some(reading.begun);
        self.read_until = reading.now;
        cache.confirm_as_of(reading.elapsed);
    }
}

/// The time at which a reading of the log began.
#[derive(Clone, Copy)]
struct Reading {
    begun: Instant,
    /// The same by [`Cache::elapsed`].
    elapsed: Duration,
    /// The same by the clock of the instance.
    now: Timestamp,
}

impl Reading {
    fn begin(cache: &Cache) -> Self {
        Self {
            begun: Instant::now(),
            elapsed: cache.elapsed(),
            now: cache.now(),
        }
    }
}
