//! Gathers what the entries after a position may have altered, up to a bounded number of resources.

use std::collections::BTreeMap;

use super::expansion::members;
use super::model::{ItemFilter, ItemKind};
use super::position::{Key, Place, Position};
use super::sources::{Source, is_first_publication, lang, sources};
use crate::changes::reading::{self, Entry};
use crate::db::Conn;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::timestamp::Timestamp;

/// The maximum number of entries that are read at a time.
const MAX_ENTRIES: i64 = 500;

/// An entry that may have altered a resource.
#[derive(Debug, Clone)]
pub struct Touch {
    /// The number of the entry.
    pub seq: i64,
    /// The time of the entry.
    pub at: Timestamp,
    /// The source in which the entry names the resource.
    pub source: usize,
    /// The key of the resource in this source.
    pub key: Key,
    /// The language that was public, or is; `None` for all languages that are.
    pub lang: Option<Lang>,
    /// True if the entry may have altered which filters the resource matches.
    pub moves: bool,
    /// True if the language had no publication before the entry.
    pub is_first: bool,
}

impl Touch {
    /// Returns the place of the resource in this language.
    pub fn place(&self, lang: Option<Lang>) -> Place {
        Place {
            source: self.source,
            key: self.key,
            lang,
        }
    }
}

/// The resources that entries may have altered.
#[derive(Debug)]
pub struct Gathered {
    /// The resources, each with the entries that name it, oldest first.
    pub touched: BTreeMap<(ItemKind, Id), Vec<Touch>>,
    /// The position after all of this.
    pub end: Position,
    /// True if there may be more after it.
    pub more: bool,
    /// The time of the latest entry.
    pub latest: Option<Timestamp>,
}

/// Gathers up to `most` resources after a position. The position moves only past entries that alter something public,
/// so that a reader who is up to date stays where it is.
///
/// # Errors
/// Returns the conflict `sync_token_expired` if the log has no such position, and database errors.
pub fn gather(
    conn: &mut Conn,
    start: &Position,
    filter: &ItemFilter,
    most: usize,
) -> Result<Gathered> {
    check(conn, start)?;
    let mut gathered = Gathered {
        touched: BTreeMap::new(),
        end: start.clone(),
        more: false,
        latest: start.at,
    };
    let first = start.seq + i64::from(start.within.is_none());
    let entries = reading::public_from(conn, first, MAX_ENTRIES)?;
    for entry in &entries {
        gathered.latest = gathered.latest.max(Some(entry.at));
        let within = start.within.as_ref().filter(|_| entry.seq == start.seq);
        if !gathered.add(conn, entry, within, filter, most)? {
            gathered.more = true;
            return Ok(gathered);
        }
    }
    let is_full = i64::try_from(entries.len()).is_ok_and(|read| read == MAX_ENTRIES);
    if let Some(last) = entries.last().filter(|_| is_full) {
        gathered.end = Position::after(Some((last.seq, last.at)));
        gathered.more = true;
    }
    Ok(gathered)
}

/// Checks that the log has the entry at a position.
fn check(conn: &mut Conn, position: &Position) -> Result<()> {
    if position.at.is_none() || reading::time_of(conn, position.seq)? == position.at {
        return Ok(());
    }
    let detail = "The change log no longer reaches back to this token, or is another one. Start again with initial=true.";
    Err(Error::conflict(Code::SyncTokenExpired, detail))
}

impl Gathered {
    /// Adds what an entry may have altered after a place. Returns false if there is more than fits.
    fn add(
        &mut self,
        conn: &mut Conn,
        entry: &Entry,
        after: Option<&Place>,
        filter: &ItemFilter,
        most: usize,
    ) -> Result<bool> {
        let sources = sources(entry);
        for (index, source) in sources.iter().enumerate() {
            let is_past = after.is_some_and(|after| index < after.source);
            if is_past || !is_wanted(*source, filter) {
                continue;
            }
            let after = after.filter(|after| index == after.source);
            let from = after.map(|after| after.key);
            let part = Part {
                entry,
                index,
                source: *source,
            };
            if !self.add_source(conn, &part, from, filter, most)? {
                return Ok(false);
            }
        }
        if !sources.is_empty() {
            self.end = Position::after(Some((entry.seq, entry.at)));
        }
        Ok(true)
    }

    fn add_source(
        &mut self,
        conn: &mut Conn,
        part: &Part<'_>,
        mut from: Option<Key>,
        filter: &ItemFilter,
        most: usize,
    ) -> Result<bool> {
        let mut is_known = None;
        loop {
            let room = most.saturating_sub(self.touched.len());
            if room == 0 {
                return Ok(false);
            }
            // One more, because the source is read from its last key on.
            let found = members(conn, part.source, from, &filter.lang, room + 1)?;
            let is_end = found.len() <= room;
            for (key, id) in found.into_iter().take(room + 1) {
                if is_known == Some(key) {
                    continue;
                }
                if self.touched.len() >= most && !self.has(part, id) {
                    return Ok(false);
                }
                self.touch(part, key, id);
                is_known = Some(key);
            }
            if is_end {
                return Ok(true);
            }
            from = is_known;
        }
    }

    fn has(&self, part: &Part<'_>, id: Id) -> bool {
        self.touched.contains_key(&(part.source.kind(), id))
    }

    fn touch(&mut self, part: &Part<'_>, key: Key, id: Id) {
        let Part {
            entry,
            index,
            source,
        } = *part;
        let is_own = matches!(source, Source::Post(_));
        let touch = Touch {
            seq: entry.seq,
            at: entry.at,
            source: index,
            key,
            lang: lang(entry).filter(|_| is_own).cloned(),
            moves: source.moves_items(),
            is_first: is_own && is_first_publication(entry),
        };
        self.end = Position {
            seq: entry.seq,
            at: Some(entry.at),
            within: Some(touch.place(None)),
        };
        let touches = self.touched.entry((source.kind(), id)).or_default();
        touches.push(touch);
    }
}

/// A source of an entry.
struct Part<'a> {
    entry: &'a Entry,
    index: usize,
    source: Source,
}

/// Returns whether a source may have items that match the filter.
fn is_wanted(source: Source, filter: &ItemFilter) -> bool {
    let has_pages = || filter.of_posts().only() != Some(PostType::Post);
    filter.has_kind(source.kind()) && (!matches!(source, Source::PagesBelow(_)) || has_pages())
}
