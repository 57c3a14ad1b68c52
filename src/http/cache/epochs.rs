//! What was touched, and when the world changed last: so that an answer begun before a change is never kept after it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::timestamp::Timestamp;

/// The time between two changes. Answers begun in one epoch saw the same world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(u64);

/// How many epochs are remembered; what was begun before them is not kept.
const REMEMBERED: usize = 1024;
/// How many moments ahead are remembered.
const AHEAD: usize = 1024;

/// All epochs.
#[derive(Default)]
pub struct Epochs {
    now: AtomicU64,
    past: Mutex<Past>,
}

#[derive(Default)]
struct Past {
    /// The epochs remembered, and what was touched at the start of each.
    touched: VecDeque<(u64, Box<[u64]>)>,
    /// What was touched in epochs up to this is not known any more.
    forgotten: u64,
    /// When anything public changed last.
    modified: Option<Timestamp>,
    /// When time itself will change an answer that was given.
    ahead: BTreeSet<Timestamp>,
}

impl Epochs {
    /// The present one.
    pub fn now(&self) -> Epoch {
        Epoch(self.now.load(Ordering::Acquire))
    }

    /// Begins a new one, with a change made at `at` of what these (sorted) stand for.
    pub fn invalidate(&self, touched: Box<[u64]>, at: Option<Timestamp>) {
        let mut past = self.past();
        let now = self.now.fetch_add(1, Ordering::AcqRel) + 1;
        past.modified = past.modified.max(at);
        past.touched.push_back((now, touched));
        if past.touched.len() > REMEMBERED
            && let Some((oldest, _)) = past.touched.pop_front()
        {
            past.forgotten = oldest;
        }
    }

    /// Begins a new one in which everything is another, as of `now`; unless nothing was known before.
    pub fn clear(&self, now: Timestamp) {
        let mut past = self.past();
        past.modified = past.modified.map(|modified| modified.max(now));
        past.touched.clear();
        past.forgotten = self.now.fetch_add(1, Ordering::AcqRel) + 1;
    }

    /// Does it, unless one of these (sorted) was touched since `begun`; nothing is touched meanwhile.
    pub fn unless_invalidated(&self, begun: Epoch, shown: &[u64], then: impl FnOnce()) -> bool {
        let past = self.past();
        let since = past.touched.iter().rev();
        let mut since = since.take_while(|(epoch, _)| *epoch > begun.0);
        let untouched =
            begun.0 >= past.forgotten && !since.any(|(_, touched)| meet(touched, shown));
        if untouched {
            then();
        }
        untouched
    }

    /// When anything public changed last, by a write or by itself, as far as is known at `now`.
    pub fn modified(&self, now: Timestamp) -> Option<Timestamp> {
        let mut past = self.past();
        let later = past.ahead.split_off(&now.next());
        let come = std::mem::replace(&mut past.ahead, later);
        past.modified = past.modified.max(come.last().copied());
        past.modified
    }

    /// At `moment` an answer will be another.
    pub fn expect_change(&self, moment: Timestamp) {
        let mut past = self.past();
        past.ahead.insert(moment);
        if past.ahead.len() > AHEAD {
            past.ahead.pop_last();
        }
    }

    /// The next of those moments after `now`.
    pub fn next_moment(&self, now: Timestamp) -> Option<Timestamp> {
        self.past().ahead.range(now.next()..).next().copied()
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether two sorted lists have something in common. The shorter leads: a change touches little, an answer shows much.
pub fn meet(one: &[u64], other: &[u64]) -> bool {
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

    fn may_be_kept(epochs: &Epochs, begun: Epoch, shown: &[u64]) -> bool {
        let mut kept = false;
        let told = epochs.unless_invalidated(begun, shown, || kept = true);
        assert_eq!(told, kept);
        kept
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_was_touched_since_it_was_begun_is_not_kept() {
        let epochs = Epochs::default();
        let begun = epochs.now();
        assert!(may_be_kept(&epochs, begun, &[1, 2]));
        epochs.invalidate([2, 3].into(), None);
        assert!(!may_be_kept(&epochs, begun, &[1, 2]));
        assert!(may_be_kept(&epochs, begun, &[1, 4]));
        assert!(may_be_kept(&epochs, epochs.now(), &[1, 2]));
        epochs.invalidate([9].into(), None);
        assert!(!may_be_kept(&epochs, begun, &[1, 2]), "an epoch later, too");
        let begun = epochs.now();
        epochs.clear(at(1));
        assert!(!may_be_kept(&epochs, begun, &[7]));
        assert!(may_be_kept(&epochs, epochs.now(), &[7]));
    }

    #[test]
    fn what_was_begun_before_all_that_is_remembered_is_not_kept() {
        let epochs = Epochs::default();
        let begun = epochs.now();
        for _ in 0..REMEMBERED {
            epochs.invalidate([1].into(), None);
        }
        assert!(may_be_kept(&epochs, begun, &[2]));
        epochs.invalidate([1].into(), None);
        assert!(!may_be_kept(&epochs, begun, &[2]));
    }

    #[test]
    fn the_last_change_is_the_latest_that_was_told_or_has_come() {
        let epochs = Epochs::default();
        assert_eq!(epochs.modified(at(10)), None);
        epochs.invalidate([1].into(), Some(at(5)));
        epochs.invalidate([1].into(), Some(at(3)));
        epochs.invalidate([1].into(), None);
        assert_eq!(epochs.modified(at(10)), Some(at(5)));
        epochs.expect_change(at(20));
        epochs.expect_change(at(15));
        assert_eq!(epochs.next_moment(at(14)), Some(at(15)));
        assert_eq!(epochs.next_moment(at(15)), Some(at(20)));
        assert_eq!(epochs.modified(at(14)), Some(at(5)));
        assert_eq!(epochs.modified(at(15)), Some(at(15)));
        assert_eq!(epochs.modified(at(30)), Some(at(20)));
    }

    #[test]
    fn lists_meet_where_they_share_one() {
        assert!(meet(&[1, 5, 9], &[5]));
        assert!(meet(&[5], &[1, 5, 9]));
        assert!(!meet(&[1, 9], &[2, 5]));
        assert!(!meet(&[], &[2, 5]) && !meet(&[1], &[]));
    }
}
