//! Where entries are kept, bounded by what they weigh. Who comes once pushes out nobody who comes often.

use std::sync::Arc;

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::entry::Entry;

/// No entry may take more than this part of all.
const LARGEST_PART: u64 = 16;
/// What an entry weighs about, in bytes: how many places are prepared.
const USUAL: u64 = 16 * 1024;

type Entries = Cache<Box<str>, Arc<Entry>, ByWeight>;

/// The store; empty for good if its bound is nothing.
pub struct Kept {
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

impl Kept {
    /// One that takes so many bytes.
    pub fn new(bytes: u64) -> Self {
        let places = usize::try_from(bytes / USUAL).unwrap_or(usize::MAX);
        // Each shard has its part of the bound: none may be smaller than the largest entry.
        let options = OptionsBuilder::new()
            .weight_capacity(bytes)
            .estimated_items_capacity(places.max(1))
            .shards(usize::try_from(LARGEST_PART / 2).unwrap_or(1))
            .build();
        let entries = options.ok().filter(|_| bytes > 0).map(|options| {
            let (hashes, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
            Cache::with_options(options, ByWeight, hashes, lifecycle)
        });
        Self {
            entries,
            largest: bytes / LARGEST_PART,
        }
    }

    /// What is kept under a key.
    pub fn get(&self, key: &str) -> Option<Arc<Entry>> {
        self.entries.as_ref()?.get(key)
    }

    /// Whether it may be kept at all.
    pub fn takes(&self, key: &str, entry: &Entry) -> bool {
        self.entries.is_some() && weight(key, entry) <= self.largest
    }

    /// Keeps it, in place of what was there.
    pub fn insert(&self, key: &str, entry: Arc<Entry>) {
        if let Some(entries) = &self.entries {
            entries.insert(key.into(), entry);
        }
    }

    /// What all takes, in bytes.
    pub fn weight(&self) -> u64 {
        self.entries.as_ref().map_or(0, Entries::weight)
    }

    /// Forgets all but these.
    pub fn retain(&self, stays: impl Fn(&Entry) -> bool) {
        if let Some(entries) = &self.entries {
            entries.retain(|_, entry| stays(entry));
        }
    }

    /// Forgets all.
    pub fn clear(&self) {
        if let Some(entries) = &self.entries {
            entries.clear();
        }
    }
}
