//! Follows the change log, and tells the cache what to forget.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::affected::{public_kinds, touched};
use super::log::Log;
use crate::changes::reading::{self, Entry};
use crate::config::Config;
use crate::db::{Conn, off_thread};
use crate::delivery::surrogate_keys;
use crate::delivery::visibility;
use crate::error::{Error, Result};
use crate::http::cache::Cache;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::{Kind, SlugScope};
use crate::slugs;
use crate::timestamp::Timestamp;

/// So many entries are read at a time.
const PAGE: i64 = 500;

/// How far the cache is told of what the clock will do, in seconds: what has no end of its own is kept for one, and the log
/// is read more often than each.
const AHEAD: i64 = 2;

/// How long the answer to a write waits for the log to be read.
const PATIENCE: Duration = Duration::from_secs(2);

/// One instance's follower: cheap to clone, shared by all threads.
#[derive(Clone)]
pub struct Follower {
    cache: Cache,
    reading: Arc<Mutex<Reading>>,
}

/// Where it stands in the log.
struct Reading {
    log: Log,
    /// What the cache was told of; none until it begins.
    told: Option<Told>,
    /// When the log was last read to its end.
    read: Option<Instant>,
}

/// All up to an entry; of an empty log, nothing.
type Told = Option<Place>;

/// An entry by which a log is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    seq: i64,
    at: Timestamp,
}

impl Follower {
    /// Of an instance that keeps its answers in `cache`. It follows nothing, and so nothing is kept, until it begins.
    pub fn new(config: &Config, cache: Cache) -> Self {
        let reading = Reading {
            log: Log::new(config.clone()),
            told: None,
            read: None,
        };
        Self {
            cache,
            reading: Arc::new(Mutex::new(reading)),
        }
    }

    /// Begins at the end of the log as it is now.
    ///
    /// # Errors
    /// What the database reports.
    pub fn begin(&self) -> Result<()> {
        self.reading.blocking_lock().begin(&self.cache)
    }

    /// Tells the cache of all that was written up to now.
    ///
    /// # Errors
    /// What the database reports; then nothing is confirmed, and the next time goes on from the same place.
    pub fn catch_up(&self) -> Result<()> {
        self.reading.blocking_lock().catch_up(&self.cache)
    }

    /// The same, if a bell was heard or the log was last read so long ago; whether it was.
    ///
    /// # Errors
    /// As [`Follower::catch_up`].
    pub(super) fn look(&self, longest: Duration) -> Result<bool> {
        let mut reading = self.reading.blocking_lock();
        let is_due = reading.read.is_none_or(|read| read.elapsed() >= longest);
        if !reading.log.has_rung() && !is_due {
            return Ok(false);
        }
        reading.catch_up(&self.cache).map(|()| true)
    }

    /// Before a write is acknowledged: from then on nothing older than it is answered here. If the log cannot be read, all
    /// is forgotten.
    ///
    /// Whoever comes while another reads waits and reads again: what the other reads may have begun before this write.
    pub async fn acknowledge(&self) {
        let (cache, reading) = (self.cache.clone(), self.reading.clone());
        let read = async move {
            let mut reading = reading.lock_owned().await;
            off_thread(move || match reading.told {
                Some(_) => reading.catch_up(&cache),
                // Nothing is followed, so nothing is kept.
                None => Ok(()),
            })
            .await
        };
        let read = tokio::time::timeout(PATIENCE, read).await;
        let read = read.unwrap_or_else(|_| Err(Error::Unavailable("it takes too long".into())));
        if let Err(error) = read {
            log::warn!("the change log cannot be read, so nothing kept is answered: {error}");
            self.cache.clear();
        }
    }
}

impl Reading {
    /// What was begun before this is not kept: it may have read what is older than the end of the log as it is found here.
    /// What begins after it reads at least that.
    fn begin(&mut self, cache: &Cache) -> Result<()> {
        let begun = (Instant::now(), cache.elapsed());
        let (last, public) = self.log.read(|conn| {
            let last = reading::last(conn)?;
            Ok((last, reading::last_of(conn, &public_kinds())?))
        })?;
        cache.clear();
        cache.invalidate(&SurrogateKeys::new(), public.map(|entry| entry.at));
        self.told = Some(last.as_ref().map(Place::of));
        self.confirm(cache, begun)
    }

    fn catch_up(&mut self, cache: &Cache) -> Result<()> {
        loop {
            let Some(told) = self.told else {
                return self.begin(cache);
            };
            let begun = (Instant::now(), cache.elapsed());
            let page = self.log.read(|conn| Page::after(conn, told))?;
            let Some(page) = page else {
                log::warn!("the change log is another one; all that was kept is forgotten");
                self.told = None;
                continue;
            };
            if let Some(keys) = &page.touched {
                cache.invalidate(keys, page.at);
            }
            // Only now: what has not been touched is read again.
            self.told = Some(page.told);
            if page.is_end {
                return self.confirm(cache, begun);
            }
        }
    }

    /// What is kept is true as of the moment at which the reading began: a write may have come in since. Until the next
    /// reading the clock alone changes something, at moments the cache is told of.
    fn confirm(&mut self, cache: &Cache, (begun, elapsed): (Instant, Duration)) -> Result<()> {
        let now = cache.now();
        let soon =
            |conn: &mut Conn| visibility::changes_between(conn, now, now.plus_seconds(AHEAD));
        for moment in self.log.read(soon)? {
            cache.expect_change(moment);
        }
        self.read = Some(begun);
        cache.confirm_as_of(elapsed);
        Ok(())
    }
}

impl Place {
    fn of(entry: &Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
        }
    }
}

/// Some entries, and what they come to.
struct Page {
    /// What they touch, if anything that the public sees.
    touched: Option<SurrogateKeys>,
    /// When the last of them that touches something was made.
    at: Option<Timestamp>,
    told: Told,
    /// Whether nothing followed.
    is_end: bool,
}

impl Page {
    /// Those that follow; `None` when the last entry told is not the one that was there: another log, restored from a
    /// backup perhaps.
    fn after(conn: &mut Conn, told: Told) -> Result<Option<Self>> {
        let first = told.map_or(0, |last| last.seq);
        let read = reading::from(conn, first, PAGE)?;
        let is_end = i64::try_from(read.len()).is_ok_and(|read| read < PAGE);
        let mut entries = read.iter();
        if told.is_some() && entries.next().map(Place::of) != told {
            return Ok(None);
        }
        let mut page = Self {
            touched: None,
            at: None,
            told,
            is_end,
        };
        let mut named: Vec<Id> = Vec::new();
        for entry in entries {
            page.told = Some(Place::of(entry));
            let Some(keys) = touched(entry) else {
                continue;
            };
            let all = page.touched.get_or_insert_default();
            all.extend(keys.iter().map(str::to_owned));
            page.at = page.at.max(Some(entry.at));
            if shares_slugs(entry.kind) {
                named.extend(entry.entity_id);
            }
        }
        // As they are now, which may be later than the entries: what leads elsewhere since then has entries of its own, and
        // what leads nowhere any more was never seen.
        if let Some(keys) = &mut page.touched {
            named.sort_unstable();
            named.dedup();
            let slugs = slugs::slugs_of(conn, &named)?;
            keys.extend(slugs.iter().map(|slug| surrogate_keys::slug(slug)));
        }
        Ok(Some(page))
    }
}

/// Returns true if things of the kind may share a slug with others, in other languages: a change of one may decide which of
/// them the slug finds. An entry about a publication names its post.
fn shares_slugs(kind: Kind) -> bool {
    kind == Kind::Publication || kind.slugs() == SlugScope::PerLanguage
}
