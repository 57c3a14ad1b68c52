//! The recent invalidations, and the times of the last and the next change of public content. An answer that was
//! requested before an invalidation of one of its keys is never stored after it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::timestamp::Timestamp;

/// The period between two invalidations. Answers requested in the same epoch are based on the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(u64);

/// The number of epochs that are remembered. An answer that was requested before them is not stored.
const REMEMBERED: usize = 1024;
/// The maximum number of expected changes that are remembered.
const EXPECTED: usize = 1024;

/// The current epoch and the history of earlier ones.
#[derive(Default)]
pub struct Epochs {
    current: AtomicU64,
    history: Mutex<History>,
}

#[derive(Default)]
struct History {
    /// The remembered epochs, each with the digests that were invalidated when it started.
    invalidated: VecDeque<(u64, Box<[u64]>)>,
    /// The latest epoch whose invalidations are no longer remembered.
    forgotten: u64,
    /// The time of the last change of public content.
    last_modified: Option<Timestamp>,
    /// The times at which public content will change without a write.
    expected: BTreeSet<Timestamp>,
}

impl Epochs {
    /// Returns the current epoch.
    pub fn current(&self) -> Epoch {
        Epoch(self.current.load(Ordering::Acquire))
    }

    /// Starts a new epoch that invalidates these digests, which are sorted. `changed_at` is the time of the change.
    pub fn invalidate(&self, digests: Box<[u64]>, changed_at: Option<Timestamp>) {
        let mut history = self.history();
        let epoch = self.current.fetch_add(1, Ordering::AcqRel) + 1;
        history.last_modified = history.last_modified.max(changed_at);
        history.invalidated.push_back((epoch, digests));
        if history.invalidated.len() > REMEMBERED
            && let Some((oldest, _)) = history.invalidated.pop_front()
        {
            history.forgotten = oldest;
        }
    }

    /// Starts a new epoch that invalidates everything. If the time of the last change is known, it advances to `now`.
    pub fn clear(&self, now: Timestamp) {
        let mut history = self.history();
        history.last_modified = history.last_modified.map(|modified| modified.max(now));
        history.invalidated.clear();
        history.forgotten = self.current.fetch_add(1, Ordering::AcqRel) + 1;
    }

    /// Runs `then` unless one of these digests, which are sorted, was invalidated since `start`. Returns whether it
    /// ran. No invalidation takes place meanwhile.
    pub fn unless_invalidated(&self, start: Epoch, digests: &[u64], then: impl FnOnce()) -> bool {
        let history = self.history();
        let newest_first = history.invalidated.iter().rev();
        let mut since = newest_first.take_while(|(epoch, _)| *epoch > start.0);
        let is_valid = start.0 >= history.forgotten
            && !since.any(|(_, invalidated)| intersect(invalidated, digests));
        if is_valid {
            then();
        }
        is_valid
    }

    /// Returns the time of the last change of public content, by a write or by the clock, as far as it is known at
    /// `now`.
    pub fn last_modified(&self, now: Timestamp) -> Option<Timestamp> {
        let mut history = self.history();
        let later = history.expected.split_off(&now.next());
        let due = std::mem::replace(&mut history.expected, later);
        history.last_modified = history.last_modified.max(due.last().copied());
        history.last_modified
    }

    /// Records that public content will change at `at` without a write.
    pub fn expect_change(&self, at: Timestamp) {
        let mut history = self.history();
        history.expected.insert(at);
        if history.expected.len() > EXPECTED {
            history.expected.pop_last();
        }
    }

    /// Returns the first expected change after `now`.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        self.history().expected.range(now.next()..).next().copied()
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns whether two sorted lists share an element. Looks up each element of the shorter list in the longer one: an
/// invalidation has few digests, an answer may have many.
pub fn intersect(one: &[u64], other: &[u64]) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short
        .iter()
        .any(|digest| long.binary_search(digest).is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn may_be_stored(epochs: &Epochs, start: Epoch, digests: &[u64]) -> bool {
        let mut stored = false;
        let ran = epochs.unless_invalidated(start, digests, || stored = true);
        assert_eq!(ran, stored);
        stored
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn an_answer_is_not_stored_after_an_invalidation_since_its_start() {
        let epochs = Epochs::default();
        let start = epochs.current();
        assert!(may_be_stored(&epochs, start, &[1, 2]));
        epochs.invalidate([2, 3].into(), None);
        assert!(!may_be_stored(&epochs, start, &[1, 2]));
        assert!(may_be_stored(&epochs, start, &[1, 4]));
        assert!(may_be_stored(&epochs, epochs.current(), &[1, 2]));
        epochs.invalidate([9].into(), None);
        assert!(
            !may_be_stored(&epochs, start, &[1, 2]),
            "an epoch later, too"
        );
        let start = epochs.current();
        epochs.clear(at(1));
        assert!(!may_be_stored(&epochs, start, &[7]));
        assert!(may_be_stored(&epochs, epochs.current(), &[7]));
    }

    #[test]
    fn an_answer_started_before_the_remembered_epochs_is_not_stored() {
        let epochs = Epochs::default();
        let start = epochs.current();
        for _ in 0..REMEMBERED {
            epochs.invalidate([1].into(), None);
        }
        assert!(may_be_stored(&epochs, start, &[2]));
        epochs.invalidate([1].into(), None);
        assert!(!may_be_stored(&epochs, start, &[2]));
    }

    #[test]
    fn the_last_change_is_the_latest_that_is_known_or_was_expected() {
        let epochs = Epochs::default();
        assert_eq!(epochs.last_modified(at(10)), None);
        epochs.invalidate([1].into(), Some(at(5)));
        epochs.invalidate([1].into(), Some(at(3)));
        epochs.invalidate([1].into(), None);
        assert_eq!(epochs.last_modified(at(10)), Some(at(5)));
        epochs.expect_change(at(20));
        epochs.expect_change(at(15));
        assert_eq!(epochs.next_change(at(14)), Some(at(15)));
        assert_eq!(epochs.next_change(at(15)), Some(at(20)));
        assert_eq!(epochs.last_modified(at(14)), Some(at(5)));
        assert_eq!(epochs.last_modified(at(15)), Some(at(15)));
        assert_eq!(epochs.last_modified(at(30)), Some(at(20)));
    }

    #[test]
    fn lists_intersect_if_they_share_an_element() {
        assert!(intersect(&[1, 5, 9], &[5]));
        assert!(intersect(&[5], &[1, 5, 9]));
        assert!(!intersect(&[1, 9], &[2, 5]));
        assert!(!intersect(&[], &[2, 5]) && !intersect(&[1], &[]));
    }
}
