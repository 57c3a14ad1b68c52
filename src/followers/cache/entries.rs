//! Reads entries of the change log and determines the keys that they affect.

use super::affected::affected_keys;
use crate::changes::reading::{self, Entry};
use crate::changes::visibility::is_seen;
use crate::db::Conn;
use crate::delivery::surrogate_keys;
use crate::delivery::visibility;
use crate::error::Result;
use crate::followers::items::sources::sources;
use crate::id::Id;
use crate::kind::Kind;
use crate::slugs;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The maximum number of entries that are read at a time.
const MAX_ENTRIES: i64 = 500;

/// The number of seconds for which the cache is told in advance of changes by the clock. It suffices because a response
/// without an expiry of its own is kept for one second, and the log is read more than once a second.
const AHEAD: i64 = 2;

/// A position in the log: its beginning, or the number and time of an entry, by which the log is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(Option<(i64, Timestamp)>);

impl Position {
    /// Returns the position of the last entry, or of the beginning if the log is empty.
    pub fn of_last(entry: Option<&Entry>) -> Self {
        Self(entry.map(|entry| (entry.seq, entry.at)))
    }
}

/// A sequence of log entries.
pub struct Entries {
    /// The keys that the entries affect; `None` if they change nothing public.
    pub affected: Option<SurrogateKeys>,
    /// True if one of the entries is about an API key.
    pub concern_keys: bool,
    /// The time of the last entry that the public sees.
    pub changed_at: Option<Timestamp>,
    /// The number of the last entry that may alter public items.
    pub head: Option<i64>,
    /// The position after these entries.
    pub position: Position,
    /// The times since the last reading, and the next ones, at which the clock changes public content; `None` unless these
    /// entries reach the end of the log.
    pub upcoming: Option<Vec<Timestamp>>,
}

impl Entries {
    /// Reads the entries after `position`. `since` is the time of the last reading. Returns `None` if the entry at
    /// `position` is not the expected one: the log has been replaced, for example by that of a backup.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn after(
        conn: &mut Conn,
        position: Position,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let first = position.0.map_or(0, |(seq, _)| seq);
        let read = reading::from(conn, first, MAX_ENTRIES)?;
        let is_end = i64::try_from(read.len()).is_ok_and(|read| read < MAX_ENTRIES);
        let mut entries = read.iter();
        if position.0.is_some() && Position::of_last(entries.next()) != position {
            return Ok(None);
        }
        let mut all = Self {
            affected: None,
            concern_keys: false,
            changed_at: None,
            head: None,
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
            all.upcoming = Some(Self::upcoming(conn, since, now)?);
        }
        Ok(Some(all))
    }

    /// Returns the times from `since` until shortly after `now` at which publications appear or disappear. What was
    /// scheduled since then may be over, and the scheduler may not have logged it yet.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn upcoming(conn: &mut Conn, since: Timestamp, now: Timestamp) -> Result<Vec<Timestamp>> {
        visibility::changes_between(conn, since, now.plus_seconds(AHEAD))
    }

    fn add(&mut self, entry: &Entry, named: &mut Vec<Id>) {
        self.position = Position::of_last(Some(entry));
        self.concern_keys |= entry.kind == Kind::ApiKey;
        let Some(keys) = affected_keys(entry) else {
            return;
        };
        let all = self.affected.get_or_insert_default();
        all.extend(keys.iter().map(str::to_owned));
        if !sources(entry).is_empty() {
            self.head = Some(entry.seq);
        }
        if is_seen(entry) {
            self.changed_at = self.changed_at.max(Some(entry.at));
        }
        if shares_slugs(entry.kind) {
            named.extend(entry.entity_id);
        }
    }
}

/// Returns the keys that entries after number `seq` affect, and the number of the last of these entries.
///
/// # Errors
/// Returns database errors.
pub fn keys_after(conn: &mut Conn, seq: i64) -> Result<(SurrogateKeys, i64)> {
    let mut all = SurrogateKeys::new();
    let mut named: Vec<Id> = Vec::new();
    let entries = reading::from(conn, seq.saturating_add(1), MAX_ENTRIES)?;
    for entry in &entries {
        let Some(keys) = affected_keys(entry) else {
            continue;
        };
        all.extend(keys.iter().map(str::to_owned));
        if shares_slugs(entry.kind) {
            named.extend(entry.entity_id);
        }
    }
    all.extend(slug_keys(conn, named)?);
    Ok((all, entries.last().map_or(seq, |last| last.seq)))
}

/// Returns whether resources of this kind may share a slug with others in other languages. A change to one may then
/// affect which of them the slug identifies. An entry about a publication has the id of its post.
fn shares_slugs(kind: Kind) -> bool {
    kind == Kind::Publication || kind.slugs().is_per_language()
}

/// Returns the keys of the current slugs of these resources, which may be newer than the entries. That is sufficient:
/// if a slug has since been given to another resource, that has its own entry, and a slug that no longer leads anywhere
/// was never public.
fn slug_keys(conn: &mut Conn, mut named: Vec<Id>) -> Result<Vec<String>> {
    named.sort_unstable();
    named.dedup();
    let slugs = slugs::slugs_of(conn, &named)?;
    Ok(slugs
        .iter()
        .map(|slug| surrogate_keys::slug(slug))
        .collect())
}
