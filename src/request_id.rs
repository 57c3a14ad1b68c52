//! Request ids, which appear in responses, log lines and entries of the change log.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};

use crate::clock::Clock;
use crate::id::Id;

/// A request id of 8 to 64 letters, digits and hyphens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl RequestId {
    const MOST: usize = 64;

    /// Parses an id that a client sent. Returns `None` if it is not well formed.
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.len() < 8 || !text.bytes().all(is_allowed) {
            return None;
        }
        let mut bytes = [0; Self::MOST];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self {
            bytes,
            length: text.len(),
        })
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        let text = self.bytes.get(..self.length);
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }
}

/// Generates ids for the requests of one thread. They are UUIDv7, like all ids. Asking the system for randomness takes
/// longer than serving a cache hit, so it is asked only once, for a key: the random part of an id is a keyed hash of a
/// counter.
pub struct RequestIds {
    clock: Clock,
    key: RandomState,
    count: Cell<u64>,
}

impl RequestIds {
    /// Creates a generator with its own key.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            key: RandomState::new(),
            count: Cell::new(0),
        }
    }

    /// Generates an id.
    pub fn make(&self) -> RequestId {
        let count = self.count.get();
        self.count.set(count.wrapping_add(1));
        let half = |which: u8| self.key.hash_one((count, which)).to_ne_bytes();
        let mut random = [0; 10];
        let both = half(0).into_iter().chain(half(1));
        for (byte, from) in random.iter_mut().zip(both) {
            *byte = from;
        }
        let now = u64::try_from(self.clock.now().millis()).unwrap_or_default();
        let id = uuid::Builder::from_unix_timestamp_millis(now, &random).into_uuid();
        Id(id).into()
    }
}

impl From<Id> for RequestId {
    fn from(Id(id): Id) -> Self {
        let mut bytes = [0; Self::MOST];
        let length = id.hyphenated().encode_lower(&mut bytes).len();
        Self { bytes, length }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn an_id_is_8_to_64_letters_digits_and_hyphens() {
        let longest = "a".repeat(64);
        for sane in ["01932b5e-7c1f", "abcdefgh", &longest] {
            assert_eq!(
                RequestId::parse(sane).map(|id| id.to_string()),
                Some(sane.to_owned())
            );
        }
        for bad in ["", "short", "with space", "line\nbreak", &"a".repeat(65)] {
            assert!(RequestId::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn every_request_has_an_id_of_its_own_with_the_time_in_it() {
        let clock = Clock::manual(Timestamp::from_millis(0x0192_f0c1_2f6b));
        let makers = [RequestIds::new(clock.clone()), RequestIds::new(clock)];
        let ids = makers
            .iter()
            .flat_map(|maker| (0..1000).map(|_| maker.make()));
        let ids: BTreeSet<String> = ids.map(|id| id.to_string()).collect();
        assert_eq!(ids.len(), 2000);
        for id in ids {
            assert!(id.starts_with("0192f0c1-2f6b-7") && id.len() == 36, "{id}");
            assert!(
                id.parse::<uuid::Uuid>()
                    .is_ok_and(|id| id.get_version_num() == 7)
            );
        }
    }
}
