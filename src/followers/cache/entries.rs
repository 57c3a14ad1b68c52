//! Reading some entries of the change log, and the keys that they affect.

use super::affected::affected_keys;
use crate::changes::reading::{self, Entry};
use crate::db::Conn;
use crate::delivery::surrogate_keys;
use crate::delivery::visibility;
use crate::error::Result;
use crate::http::cache::surrogate_keys::SurrogateKeys;
use crate::id::Id;
use crate::kind::{Kind, SlugScope};
use crate::slugs;
use crate::timestamp::Timestamp;

/// The most entries that are read at a time.
const MOST: i64 = 500;

/// How many seconds ahead the cache is told of what the clock will change: an answer that has no end of its own is kept for
/// one second, and the log is read more often than each second.
const AHEAD: i64 = 2;

/// A position in the log: the number and the time of an entry, by which the log is recognized; or the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(Option<(i64, Timestamp)>);

impl Position {
    /// The position at the last entry of the log, or at the beginning of an empty one.
    pub fn of_last(entry: Option<&Entry>) -> Self {
        Self(entry.map(|entry| (entry.seq, entry.at)))
    }
}

/// Some entries of the log, in order.
pub struct Entries {
    /// The keys that the entries affect, if they change anything that the public sees.
    pub affected: Option<SurrogateKeys>,
    /// The time of the last entry that affects a key.
    pub changed_at: Option<Timestamp>,
    /// The position after these entries.
    pub position: Position,
    /// At the end of the log: the next instants at which the clock changes something.
    pub upcoming: Option<Vec<Timestamp>>,
}

impl Entries {
    /// The entries after `position`. Returns `None` when the entry at `position` is another one: the log has been replaced,
    /// perhaps by that of a backup.
    ///
    /// # Errors
    /// Database errors.
    pub fn after(conn: &mut Conn, position: Position, now: Timestamp) -> Result<Option<Self>> {
        let first = position.0.map_or(0, |(seq, _)| seq);
        let read = reading::from(conn, first, MOST)?;
        let is_end = i64::try_from(read.len()).is_ok_and(|read| read < MOST);
        let mut entries = read.iter();
        if position.0.is_some() && Position::of_last(entries.next()) != position {
            return Ok(None);
        }
        let mut all = Self {
            affected: None,
            changed_at: None,
            position,
            upcoming: None,
        };
        let mut named: Vec<Id> = Vec::new();
        for entry in entries {
            all.add(entry, &mut named);
        }
        if let Some(keys) = &mut all.affected {
            keys.extend(slug_keys(conn, named)?);
        }
        if is_end {
            all.upcoming = Some(Self::upcoming(conn, now)?);
        }
        Ok(Some(all))
    }

    /// The instants soon after `now` at which publications appear or go.
    ///
    /// # Errors
    /// Database errors.
    pub fn upcoming(conn: &mut Conn, now: Timestamp) -> Result<Vec<Timestamp>> {
        visibility::changes_between(conn, now, now.plus_seconds(AHEAD))
    }

    fn add(&mut self, entry: &Entry, named: &mut Vec<Id>) {
        self.position = Position::of_last(Some(entry));
        let Some(keys) = affected_keys(entry) else {
            return;
        };
        let all = self.affected.get_or_insert_default();
        all.extend(keys.iter().map(str::to_owned));
        self.changed_at = self.changed_at.max(Some(entry.at));
        if shares_slugs(entry.kind) {
            named.extend(entry.entity_id);
        }
    }
}

/// Returns whether things of the kind may share a slug with others, in other languages: a change of one may decide
/// which of them the slug finds. An entry about a publication names its post.
fn shares_slugs(kind: Kind) -> bool {
    kind == Kind::Publication || kind.slugs() == SlugScope::PerLanguage
}

/// The keys of the slugs of these things as they are now, which may be later than the entries: a slug that leads elsewhere
/// since then has an entry of its own, and one that leads nowhere any more was never seen.
fn slug_keys(conn: &mut Conn, mut named: Vec<Id>) -> Result<Vec<String>> {
    named.sort_unstable();
    named.dedup();
    let slugs = slugs::slugs_of(conn, &named)?;
    Ok(slugs
        .iter()
        .map(|slug| surrogate_keys::slug(slug))
        .collect())
}
