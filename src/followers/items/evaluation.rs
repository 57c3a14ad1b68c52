//! Looks at items as they are now: what to store, and what to delete.
//!
//! An item is evaluated at one instant, whatever the entry said that named it. So it does not matter how often an item is
//! named, nor in which order pages are applied again. The instant is never before the entries that were read: a publication
//! that the log has seen beginning has begun, even if the clock of this instance is behind that of another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::gathering::{Gathered, Touch, gather};
use super::model::{DeletionReason, Item, ItemFilter, ItemKind};
use super::named;
use super::position::{Place, Position};
use super::posts;
use super::tombstones::Endings;
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::publications::siblings::{self, Sibling};
use crate::timestamp::Timestamp;

/// An item with its position.
#[derive(Debug)]
pub struct Placed {
    /// The item.
    pub item: Item,
    /// The position after it.
    pub position: Position,
    /// The type of a post, if it is known.
    pub post_type: Option<PostType>,
    /// True if a copy may have had the item before, with this filter or a narrower one.
    pub may_be_known: bool,
}

/// Items after a position.
#[derive(Debug)]
pub struct Items {
    /// The items, in the order of the log.
    pub items: Vec<Placed>,
    /// The time at which they are like this.
    pub at: Timestamp,
    /// The position after these items.
    pub end: Position,
    /// True if there may be more after it.
    pub more: bool,
}

/// Returns up to `most` items after a position, as they are at `now`.
///
/// # Errors
/// Returns the conflict `sync_token_expired` if the log has no such position, and database errors.
pub fn after(
    conn: &mut Conn,
    start: &Position,
    filter: &ItemFilter,
    most: usize,
    now: Timestamp,
) -> Result<Items> {
    let gathered = gather(conn, start, filter, most)?;
    let now = gathered.latest.map_or(now, |latest| latest.max(now));
    let (mut end, mut more) = (gathered.end.clone(), gathered.more);
    let mut candidates = candidates(conn, &gathered, filter, now)?;
    candidates.retain(|one| !start.includes(one.last.seq, &one.place()));
    candidates.sort_by_cached_key(|one| (one.last.seq, one.place()));
    if candidates.len() > most {
        candidates.truncate(most);
        more = true;
        if let Some(last) = candidates.last() {
            end = last.position();
        }
    }
    let items = evaluate(conn, candidates, filter, now)?;
    Ok(Items {
        items,
        at: now,
        end,
        more,
    })
}

/// Something to evaluate: a post in one language, or another resource.
struct Candidate<'a> {
    kind: ItemKind,
    id: Id,
    lang: Option<Lang>,
    state: State,
    post_type: Option<PostType>,
    /// The last entry that concerns it.
    last: &'a Touch,
    /// True if it may have been in the copy before, in any state of the copy since the beginning of the page.
    may_be_known: bool,
}

/// The state of a post in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Live,
    /// Its time is over.
    Over,
    /// It was taken down. True if another language is live.
    Down(bool),
}

impl Candidate<'_> {
    fn place(&self) -> Place {
        self.last.place(self.lang.clone())
    }

    fn position(&self) -> Position {
        Position {
            seq: self.last.seq,
            at: Some(self.last.at),
            within: Some(self.place()),
        }
    }
}

fn candidates<'a>(
    conn: &mut Conn,
    gathered: &'a Gathered,
    filter: &ItemFilter,
    now: Timestamp,
) -> Result<Vec<Candidate<'a>>> {
    let posts = gathered.touched.keys();
    let posts = posts.filter(|(kind, _)| *kind == ItemKind::Post);
    let posts: Vec<Id> = posts.map(|(_, id)| *id).collect();
    let rows = match posts.as_slice() {
        [] => Vec::new(),
        posts => siblings::load(conn, posts)?,
    };
    let mut by_post: HashMap<Id, Vec<&Sibling>> = HashMap::new();
    for row in &rows {
        by_post.entry(row.post_id).or_default().push(row);
    }
    let mut found = Vec::new();
    for ((kind, id), touches) in &gathered.touched {
        match kind {
            ItemKind::Post => {
                let rows = by_post.remove(id).unwrap_or_default();
                found.extend(of_post(*id, touches, &rows, filter, now));
            }
            ItemKind::Category | ItemKind::Tag | ItemKind::Author | ItemKind::Organization => {
                found.extend(touches.last().map(|last| Candidate {
                    kind: *kind,
                    id: *id,
                    lang: None,
                    state: State::Live,
                    post_type: None,
                    last,
                    may_be_known: true,
                }));
            }
        }
    }
    Ok(found)
}

/// Returns the languages of a post to evaluate: those that are live, and those of which an entry says that they were.
/// Nothing tells of a language that was never public.
fn of_post<'a>(
    id: Id,
    touches: &'a [Touch],
    rows: &[&Sibling],
    filter: &ItemFilter,
    now: Timestamp,
) -> Vec<Candidate<'a>> {
    let only = filter.of_posts().only();
    let is_other_type = |row: &&Sibling| only.is_some_and(|only| only != row.post_type);
    if rows.first().is_some_and(is_other_type) {
        return Vec::new();
    }
    let live: BTreeSet<&Lang> = rows
        .iter()
        .filter(|row| row.is_live(now))
        .map(|row| &row.lang)
        .collect();
    let named = touches.iter().filter_map(|touch| touch.lang.as_ref());
    let langs: BTreeSet<&Lang> = live.iter().copied().chain(named).collect();
    let candidate = |lang: &Lang| {
        let is_own = |touch: &&Touch| touch.lang.as_ref().is_none_or(|named| named == lang);
        let is_live = live.contains(lang);
        let last = match is_live {
            // Each language lists the others, so whatever concerns one of them concerns it.
            true => touches.last(),
            false => touches
                .iter()
                .rfind(|touch| touch.lang.as_ref() == Some(lang)),
        };
        let moving: Vec<&Touch> = touches
            .iter()
            .filter(is_own)
            .filter(|touch| touch.moves)
            .collect();
        let is_over = |row: &&&Sibling| row.lang == *lang && row.is_over(now);
        Some(Candidate {
            kind: ItemKind::Post,
            id,
            lang: Some(lang.clone()),
            state: match is_live {
                true => State::Live,
                false if rows.iter().any(|row| is_over(&row)) => State::Over,
                false => State::Down(!live.is_empty()),
            },
            post_type: rows.first().map(|row| row.post_type),
            last: last?,
            may_be_known: match moving.as_slice() {
                [] => false,
                [only] => !only.is_first,
                _ => true,
            },
        })
    };
    let langs = langs.into_iter().filter(|lang| filter.has_lang(lang));
    langs.filter_map(candidate).collect()
}

/// Turns candidates into items, in the same order.
fn evaluate(
    conn: &mut Conn,
    candidates: Vec<Candidate<'_>>,
    filter: &ItemFilter,
    now: Timestamp,
) -> Result<Vec<Placed>> {
    let mut live: BTreeMap<Lang, Vec<Id>> = BTreeMap::new();
    let mut things: BTreeMap<ItemKind, Vec<Id>> = BTreeMap::new();
    let mut down: Vec<Id> = Vec::new();
    for one in &candidates {
        match (&one.lang, one.state) {
            (Some(lang), State::Live) => live.entry(lang.clone()).or_default().push(one.id),
            (Some(_), State::Down(_)) => down.push(one.id),
            (Some(_), State::Over) => {}
            (None, _) => things.entry(one.kind).or_default().push(one.id),
        }
    }
    let mut upserts = posts::matching(conn, filter, &live, now)?;
    for (kind, ids) in &things {
        upserts.extend(named::found(conn, *kind, ids, filter, now)?);
    }
    let mut upserts: HashMap<(ItemKind, Id, Option<Lang>), Item> = upserts
        .into_iter()
        .map(|item| ((item.kind, item.id, item.lang.clone()), item))
        .collect();
    let endings = Endings::load(conn, &down)?;
    let item = |one: Candidate<'_>| {
        let position = one.position();
        let upsert = upserts.remove(&(one.kind, one.id, one.lang.clone()));
        let item = upsert.or_else(|| deletion(&one, &endings))?;
        Some(Placed {
            item,
            position,
            post_type: one.post_type,
            may_be_known: one.may_be_known,
        })
    };
    Ok(candidates.into_iter().filter_map(item).collect())
}

/// Returns the deletion of an item; `None` if no copy can have it.
fn deletion(one: &Candidate<'_>, endings: &Endings) -> Option<Item> {
    let reason = match (&one.lang, one.state) {
        (None, _) => DeletionReason::Deleted,
        (Some(_), State::Live) => DeletionReason::LeftFilter,
        (Some(_), State::Over) => DeletionReason::Expired,
        (Some(lang), State::Down(is_elsewhere)) => endings.reason(one.id, lang, is_elsewhere),
    };
    let item = Item::delete(one.kind, one.id, one.lang.clone(), reason);
    one.may_be_known.then_some(item)
}
