//! Positions in the change log: after an entry, or within the items that an entry concerns.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::id::Id;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// A position in the change log. Whoever is there has seen everything before it, and nothing after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The number of an entry; 0 at the beginning of an empty log.
    #[serde(rename = "s")]
    pub seq: i64,
    /// The time of this entry, by which the log is recognised. Another log, such as that of a restored backup, has another
    /// entry with this number, or none.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The place within the items of this entry; `None` after the last of them.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Place>,
}

/// The place of an item among those that an entry concerns: after everything up to and including this item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The index of the source of the item ([`super::sources`]).
    #[serde(rename = "n")]
    pub source: usize,
    /// The key of the resource within the source.
    #[serde(rename = "k")]
    pub key: Key,
    /// The language of the item; `None` after all languages of the resource.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_lang = || match (&self.lang, &other.lang) {
            (Some(own), Some(other)) => own.cmp(other),
            (own, other) => own.is_none().cmp(&other.is_none()),
        };
        let resources = (self.source, self.key).cmp(&(other.source, other.key));
        resources.then_with(by_lang)
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The key by which the resources of a source are ordered. All keys of one source are of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    /// An id.
    #[serde(rename = "i")]
    Id(Id),
    /// The number of a publication.
    #[serde(rename = "p")]
    Publication(i64),
    /// The date and the post of an entry in a posting list.
    #[serde(rename = "d")]
    Posting(Timestamp, Id),
}

impl Position {
    /// Returns the position after an entry; `None` stands for an empty log.
    pub fn after(entry: Option<(i64, Timestamp)>) -> Self {
        Self {
            seq: entry.map_or(0, |(seq, _)| seq),
            at: entry.map(|(_, at)| at),
            within: None,
        }
    }

    /// Returns the number of the last entry that lies before the position with all its items.
    pub fn last_complete(&self) -> i64 {
        match self.within {
            Some(_) => self.seq.saturating_sub(1),
            None => self.seq,
        }
    }

    /// Returns whether an item with this place in the log lies before the position, or at it.
    pub fn includes(&self, seq: i64, place: &Place) -> bool {
        match &self.within {
            Some(within) if seq == self.seq => place <= within,
            Some(_) | None => seq <= self.seq,
        }
    }

    /// Returns whether this position is not before another one in the same log.
    pub fn reaches(&self, other: &Self) -> bool {
        match (&self.within, &other.within) {
            _ if self.seq != other.seq => self.seq > other.seq,
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(other)) => own >= other,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn place(source: usize, key: Key, lang: &str) -> Place {
        Place {
            source,
            key,
            lang: lang.parse().ok(),
        }
    }

    #[test]
    fn a_position_within_an_entry_lies_between_its_items() {
        let key = Key::Publication;
        let position = Position {
            seq: 7,
            at: Some(Timestamp::from_millis(5)),
            within: Some(place(1, key(3), "en")),
        };
        for (seq, other, included) in [
            (6, place(2, key(9), "fr"), true),
            (7, place(0, key(9), "fr"), true),
            (7, place(1, key(2), "fr"), true),
            (7, place(1, key(3), "en"), true),
            (7, place(1, key(3), "fr"), false),
            (7, place(1, key(4), "de"), false),
            (7, place(1, key(3), ""), false),
            (8, place(0, key(1), "de"), false),
        ] {
            assert_eq!(position.includes(seq, &other), included, "{seq} {other:?}");
            let other = Position {
                seq,
                at: None,
                within: Some(other),
            };
            let is_same = other.seq == 7 && other.within == position.within;
            assert_eq!(position.reaches(&other), included, "{other:?}");
            assert_eq!(other.reaches(&position), !included || is_same, "{other:?}");
        }
        let whole = Position::after(Some((7, Timestamp::from_millis(5))));
        assert!(whole.includes(7, &place(9, key(9), "fr")) && whole.reaches(&position));
        assert!(!position.reaches(&whole));
    }
}
