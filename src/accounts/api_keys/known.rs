//! The keys that this instance knows, in memory, so that a request with a known key reads no database.
//!
//! The memory is trusted only while the follower of the change log confirms that it has read the log up to now, as that of
//! answers is. An entry about keys empties it. What was read before that is not stored afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::sync::Cache as Bounded;

use super::copies::SyncedCopy;
use super::lookup::{self, Found};
use super::model::KeyQuota;
use super::secret::SecretHash;
use super::usage::{Usage, Use};
use crate::changes::actor::KeyCaller;
use crate::error::Result;
use crate::http::cache::Cache;
use crate::http::quota::Rate;
use crate::state::State;
use crate::timestamp::Timestamp;

/// The maximum number of keys in memory, and also of hashes that belong to no key.
const MAX_KEYS: usize = 10_000;

/// A key, as far as requests need it.
pub struct KnownKey {
    /// The key as an actor.
    pub caller: KeyCaller,
    /// The key's own quota.
    pub rate: Option<Rate>,
    /// The time at which the secret ends, because another has replaced it.
    pub secret_ends_at: Option<Timestamp>,
    /// The time at which the key ends.
    ends_at: Option<Timestamp>,
    used: Arc<Use>,
}

impl KnownKey {
    /// Returns whether the key works at `now`.
    pub fn works(&self, now: Timestamp) -> bool {
        let mut ends = [self.ends_at, self.secret_ends_at].into_iter().flatten();
        ends.all(|end| now < end)
    }

    /// Counts a request with the key.
    pub fn count(&self, now: Timestamp) {
        self.used.count(now);
    }

    /// Records that a copy of the holder was continued.
    pub fn record(&self, copy: SyncedCopy) {
        self.used.copies.record(copy);
    }

    /// Returns the requests that have not been stored yet.
    pub fn unstored_requests(&self) -> u64 {
        self.used.requests()
    }
}

/// The memory of one instance. Clones share it.
#[derive(Clone)]
pub struct KnownKeys(Arc<Inner>);

struct Inner {
    /// The key of each hash.
    keys: Bounded<SecretHash, Arc<KnownKey>>,
    /// The hashes that belong to no key.
    strangers: Bounded<SecretHash, ()>,
    /// The number of times that the memory was emptied.
    emptied: AtomicU64,
    /// Held while something is stored, and while the memory is emptied.
    storing: Mutex<()>,
    usage: Usage,
    /// Tells whether the change log has been read up to now.
    cache: Cache,
}

impl KnownKeys {
    /// Creates an empty memory that trusts itself as long as `cache` is confirmed.
    pub fn new(cache: Cache) -> Self {
        Self(Arc::new(Inner {
            keys: Bounded::new(MAX_KEYS),
            strangers: Bounded::new(MAX_KEYS),
            emptied: AtomicU64::new(0),
            storing: Mutex::new(()),
            usage: Usage::default(),
            cache,
        }))
    }

    /// Returns the use of keys that has not been stored yet.
    pub fn usage(&self) -> &Usage {
        &self.0.usage
    }

    /// Forgets all keys, because one of them may have changed.
    pub fn forget(&self) {
        let storing = self.0.storing.lock();
        let _storing = storing.unwrap_or_else(PoisonError::into_inner);
        self.0.emptied.fetch_add(1, Ordering::AcqRel);
        self.0.keys.clear();
        self.0.strangers.clear();
    }

    /// Returns the key with this hash, or that there is none, without waiting. Returns `None` if the database must be asked.
    pub fn recall(&self, hash: &SecretHash) -> Option<Option<Arc<KnownKey>>> {
        if !self.0.cache.is_confirmed() {
            return None;
        }
        if let Some(known) = self.0.keys.get(hash) {
            return Some(Some(known));
        }
        self.0.strangers.get(hash).map(|()| None)
    }

    /// Returns the key with this hash, from memory or from the database; `None` if there is none.
    ///
    /// # Errors
    /// Returns the same errors as [`crate::db::Db::read`].
    pub async fn find(&self, state: &State, hash: SecretHash) -> Result<Option<Arc<KnownKey>>> {
        if let Some(known) = self.recall(&hash) {
            return Ok(known);
        }
        let emptied = self.0.emptied.load(Ordering::Acquire);
        let read = move |conn: &mut _| lookup::by_hash(conn, &hash);
        let found = state.db.read(read).await?;
        let known = found.map(|found| Arc::new(self.known(found)));
        self.store(hash, known.as_ref(), emptied);
        Ok(known)
    }

    fn known(&self, found: Found) -> KnownKey {
        KnownKey {
            used: self.0.usage.of(found.caller.id),
            caller: found.caller,
            rate: found.quota.and_then(KeyQuota::rate),
            secret_ends_at: found.secret_ends_at,
            ends_at: found.ends_at,
        }
    }

    /// Stores what was read, unless the memory has been emptied since it had been emptied `emptied` times.
    fn store(&self, hash: SecretHash, known: Option<&Arc<KnownKey>>, emptied: u64) {
        let storing = self.0.storing.lock();
        let _storing = storing.unwrap_or_else(PoisonError::into_inner);
        if self.0.emptied.load(Ordering::Acquire) != emptied {
            return;
        }
        match known {
            Some(known) => self.0.keys.insert(hash, Arc::clone(known)),
            None => self.0.strangers.insert(hash, ()),
        }
    }
}
