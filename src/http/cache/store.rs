//! The store of the cache, bounded by the memory that its entries take. Scans over many addresses do not evict entries
//! that are requested often.

use std::sync::Arc;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::entry::Entry;

/// The bound divided by the maximum weight of one entry.
const LARGEST_SHARE: u64 = 16;
/// The estimated weight of an entry in bytes, by which the store sizes its tables.
const TYPICAL_WEIGHT: u64 = 16 * 1024;

type Entries = Cache<Box<str>, Arc<Entry>, ByWeight>;

/// The entries by cache key. A store with a bound of 0 bytes stays empty.
pub struct Store {
    entries: Option<Entries>,
    largest: u64,
}

#[derive(Clone)]
struct ByWeight;

impl Weighter<Box<str>, Arc<Entry>> for ByWeight {
    fn weight(&self, key: &Box<str>, entry: &Arc<Entry>) -> u64 {
        weight(key, entry)
    }
}

fn weight(key: &str, entry: &Entry) -> u64 {
    u64::try_from(key.len() + entry.weight()).unwrap_or(u64::MAX)
}

impl Store {
    /// Creates an empty store that holds at most `bytes` bytes.
    pub fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / TYPICAL_WEIGHT).unwrap_or(usize::MAX);
        // Each shard gets an equal part of the bound and must be able to hold the largest entry.
        let options = OptionsBuilder::new()
            .weight_capacity(bytes)
            .estimated_items_capacity(items.max(1))
            .shards(usize::try_from(LARGEST_SHARE / 2).unwrap_or(1))
            .build();
        let entries = options.ok().filter(|_| bytes > 0).map(|options| {
            let (hashes, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
            Cache::with_options(options, ByWeight, hashes, lifecycle)
        });
        Self {
            entries,
            largest: bytes / LARGEST_SHARE,
        }
    }

    /// Returns the entry stored under `key`.
    pub fn get(&self, key: &str) -> Option<Arc<Entry>> {
        self.entries.as_ref()?.get(key)
    }

    /// Returns whether the entry is small enough to be stored.
    pub fn accepts(&self, key: &str, entry: &Entry) -> bool {
        self.entries.is_some() && weight(key, entry) <= self.largest
    }

    /// Stores the entry under `key`, replacing any previous one.
    pub fn insert(&self, key: &str, entry: Arc<Entry>) {
        if let Some(entries) = &self.entries {
            entries.insert(key.into(), entry);
        }
    }

    /// Returns the memory that all entries take, in bytes.
    pub fn weight(&self) -> u64 {
        self.entries.as_ref().map_or(0, Entries::weight)
    }

    /// Removes every entry for which `keep` returns false.
    pub fn retain(&self, keep: impl Fn(&Entry) -> bool) {
        if let Some(entries) = &self.entries {
            entries.retain(|_, entry| keep(entry));
        }
    }

    /// Removes every entry.
    pub fn clear(&self) {
        if let Some(entries) = &self.entries {
            entries.clear();
        }
    }
}
