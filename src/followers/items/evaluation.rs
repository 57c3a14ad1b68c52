//! Looks at items as they are now: what to store, and what to delete.
//!
//! An item is evaluated at one instant, whatever the entry said that named it. So it does not matter how often an item is
//! named, nor in which order pages are applied again. The instant is never before the entries that were read: a publication
//! that the log has seen beginning has begun, even if the clock of this instance is behind that of another.

use std::collections::{BTreeMap, HashMap};

use super::candidates::{Candidate, State, candidates, publications};
use super::gathering::gather;
use super::model::{DeletionReason, Item, ItemFilter, ItemKind};
use super::named;
use super::position::Position;
use super::posts;
use super::tombstones::Endings;
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::post_type::PostType;
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
    let rows = publications(conn, &gathered)?;
    let mut candidates = candidates(&gathered, &rows, filter, now);
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
            (Some(_), State::TakenDown { .. }) => down.push(one.id),
            (Some(_), State::Over) => {}
            (None, _) => things.entry(one.kind).or_default().push(one.id),
        }
    }
    let mut upserts = posts::matching(conn, filter, &live, now)?;
    for (kind, ids) in &things {
        upserts.extend(named::load_by_ids(conn, *kind, ids, filter, now)?);
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
        (Some(lang), State::TakenDown { elsewhere_live }) => {
            endings.reason(one.id, lang, elsewhere_live)
        }
    };
    let item = Item::delete(one.kind, one.id, one.lang.clone(), reason);
    one.may_be_known.then_some(item)
}
