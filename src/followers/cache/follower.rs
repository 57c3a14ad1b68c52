//! The follower: reads the change log and tells the cache what to invalidate.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::affected::public_kinds;
use super::connection::LogConnection;
use super::entries::{Entries, Position};
use crate::changes::reading;
use crate::config::Config;
use crate::db::off_thread;
use crate::error::{Error, Result};
use crate::http::cache::Cache;
use crate::http::cache::surrogate_keys::SurrogateKeys;

/// How long the answer to a write waits for the log to be read.
const PATIENCE: Duration = Duration::from_secs(2);

/// The follower of one instance: cheap to clone, shared by all threads.
#[derive(Clone)]
pub struct Follower {
    cache: Cache,
    progress: Arc<Mutex<Progress>>,
    /// Whether the log could not be read the last time.
    is_stuck: Arc<AtomicBool>,
}

/// How far the log has been read.
struct Progress {
    connection: LogConnection,
    /// The last entry that the cache knows of; `None` until following begins.
    position: Option<Position>,
    /// When the log was last read to its end.
    read_at: Option<Instant>,
}

impl Follower {
    /// The follower of an instance that keeps its answers in `cache`. Until it begins, it follows nothing, and the cache
    /// keeps nothing.
    pub fn new(config: &Config, cache: Cache) -> Self {
        let progress = Progress {
            connection: LogConnection::new(config),
            position: None,
            read_at: None,
        };
        Self {
            cache,
            progress: Arc::new(Mutex::new(progress)),
            is_stuck: Arc::default(),
        }
    }

    /// Begins at the end of the log as it is now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the log cannot be read.
    pub fn begin(&self) -> Result<()> {
        self.progress.blocking_lock().begin(&self.cache)
    }

    /// Tells the cache of all that has been written up to now.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the log cannot be read. Then nothing is confirmed, and the next reading goes on from
    /// the same position.
    pub fn catch_up(&self) -> Result<()> {
        self.read(&mut self.progress.blocking_lock())
    }

    /// Catches up if there was a notification, or if the log was last read `longest` ago or earlier.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
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
                self.is_stuck.store(true, Ordering::Release);
                Err(error)
            }
        }
    }

    /// Makes sure, before a write is acknowledged, that nothing older than it is answered from the cache. If the log cannot
    /// be read, the cache is emptied instead. That happens at once while the log is known to be unreadable: only the job in
    /// the background waits for it then.
    ///
    /// A caller that comes while another reads waits and reads again: the other reading may have begun before this write.
    pub async fn acknowledge(&self) {
        if !self.is_stuck() {
            let follower = self.clone();
            let read = async move {
                let progress = Arc::clone(&follower.progress).lock_owned().await;
                off_thread(move || follower.read_unless_stuck(progress)).await
            };
            let read = tokio::time::timeout(PATIENCE, read).await;
            match read.unwrap_or_else(|_| Err(Error::Unavailable("it takes too long".into()))) {
                Ok(()) => return,
                Err(error) => {
                    if !self.is_stuck.swap(true, Ordering::AcqRel) {
                        log::warn!(
                            "the change log cannot be read, so the cache is emptied: {error}"
                        );
                    }
                }
            }
        }
        self.cache.clear();
    }

    fn is_stuck(&self) -> bool {
        self.is_stuck.load(Ordering::Acquire)
    }

    fn read_unless_stuck(&self, mut progress: OwnedMutexGuard<Progress>) -> Result<()> {
        if progress.position.is_none() {
            // Nothing is followed, so nothing is kept.
            return Ok(());
        }
        if self.is_stuck() {
            return Err(Error::Unavailable("another reading has failed".into()));
        }
        self.read(&mut progress)
    }

    fn read(&self, progress: &mut Progress) -> Result<()> {
        let read = progress.catch_up(&self.cache);
        self.is_stuck.store(read.is_err(), Ordering::Release);
        read
    }
}

impl Progress {
    /// Starts from the end of the log. Answers begun before this are not kept: they may have been read from an older state
    /// than the end of the log shows. Answers begun after it are at least as new.
    fn begin(&mut self, cache: &Cache) -> Result<()> {
        let begun = (Instant::now(), cache.elapsed());
        let now = cache.now();
        let (last, public, upcoming) = self.connection.read(move |conn| {
            let last = reading::last(conn)?;
            let public = reading::last_of(conn, &public_kinds())?;
            Ok((last, public, Entries::upcoming(conn, now)?))
        })?;
        cache.clear();
        cache.invalidate(&SurrogateKeys::new(), public.map(|entry| entry.at));
        self.position = Some(Position::of_last(last.as_ref()));
        for moment in upcoming {
            cache.expect_change(moment);
        }
        self.confirm(cache, begun);
        Ok(())
    }

    fn catch_up(&mut self, cache: &Cache) -> Result<()> {
        loop {
            let Some(position) = self.position else {
                return self.begin(cache);
            };
            let begun = (Instant::now(), cache.elapsed());
            let now = cache.now();
            let entries = self
                .connection
                .read(move |conn| Entries::after(conn, position, now))?;
            let Some(entries) = entries else {
                log::warn!("the change log is another one; the cache is emptied");
                self.position = None;
                continue;
            };
            if let Some(keys) = &entries.affected {
                cache.invalidate(keys, entries.changed_at);
            }
            // Only now: an entry that was not applied is read again.
            self.position = Some(entries.position);
            if let Some(upcoming) = entries.upcoming {
                for moment in upcoming {
                    cache.expect_change(moment);
                }
                self.confirm(cache, begun);
                return Ok(());
            }
        }
    }

    /// Confirms the cache as of the instant at which the reading began: a write may have come in since. Until the next
    /// reading the clock alone changes something, at instants that the cache has been told of.
    fn confirm(&mut self, cache: &Cache, (begun, elapsed): (Instant, Duration)) {
        self.read_at = Some(begun);
        cache.confirm_as_of(elapsed);
    }
}
