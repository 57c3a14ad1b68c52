//! Derives data from the rows of publications: their postings, the dates from which their slugs are public, their
//! transitions, and the publication that represents the post. A write derives only the data that it changes.

use std::collections::BTreeMap;

use super::present::Publications;
use super::rows::{self, PublicationRow};
use super::transitions;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::postings;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::timestamp::Timestamp;

/// The rows that a language has after a write.
pub(super) struct Rows {
    /// The existing rows, with their new times.
    pub(super) kept: Vec<PublicationRow>,
    /// The inserted row. On SQLite, it may reuse the id of a deleted row.
    pub(super) new: Option<PublicationRow>,
}

/// Gives a language these rows instead of the present ones: writes the times of those that differ, and derives what depends
/// on the rows. The caller has deleted those that are gone. Returns the publications as they are now.
///
/// # Errors
/// [`Error::Internal`] if transitions were due before the write.
pub(super) fn write(
    conn: &mut Conn,
    present: Publications,
    Rows { kept, new }: Rows,
    now: Timestamp,
) -> Result<Publications> {
    if present.is_due() {
        return Err(Error::Internal("a transition was not applied".into()));
    }
    let retimed = retimed(&present.rows, &kept);
    for row in &retimed {
        rows::write_times(conn, row.new)?;
    }
    enter_postings(conn, &retimed, new.as_ref())?;
    let ids: Vec<i64> = kept.iter().map(|row| row.id).collect();
    let rows: Vec<PublicationRow> = kept.into_iter().chain(new).collect();
    publish_slugs(conn, &present, &rows, now)?;
    transitions::reschedule(conn, &present.rows, &rows, &ids, now)?;
    let facts = present.facts;
    if facts.is_original && facts.has_translations && endless(&rows) != endless(&present.rows) {
        rows::mark_representatives(conn, present.id.post)?;
    }
    Ok(Publications { rows, ..present })
}

/// A row that a write gives other times, or other marks that depend on them.
struct Retimed<'a> {
    old: &'a PublicationRow,
    new: &'a PublicationRow,
}

fn retimed<'a>(present: &'a [PublicationRow], kept: &'a [PublicationRow]) -> Vec<Retimed<'a>> {
    let change = |new: &'a PublicationRow| {
        let old = present.iter().find(|old| old.id == new.id)?;
        (old != new).then_some(Retimed { old, new })
    };
    kept.iter().filter_map(change).collect()
}

/// Enters the postings of rows that are new or have other times.
fn enter_postings(
    conn: &mut Conn,
    retimed: &[Retimed<'_>],
    new: Option<&PublicationRow>,
) -> Result<()> {
    let moved = retimed
        .iter()
        .filter(|one| one.old.span() != one.new.span());
    let moved = moved.map(|one| one.new.id);
    let ids: Vec<i64> = moved.chain(new.map(|row| row.id)).collect();
    // The date is part of the key of a posting.
    let has_other_date = |one: &Retimed<'_>| one.old.published_at != one.new.published_at;
    if retimed.iter().any(has_other_date) {
        postings::enter(conn, &ids)
    } else {
        postings::add(conn, &ids)
    }
}

/// Sets from when on the slugs of the rows are public. A date in the future that will not come true does not count.
fn publish_slugs(
    conn: &mut Conn,
    present: &Publications,
    rows: &[PublicationRow],
    now: Timestamp,
) -> Result<()> {
    let (old, new) = (slug_uses(&present.rows, now), slug_uses(rows, now));
    let is_new = |(slug, at): (&&Slug, &Timestamp)| old.get(*slug) != Some(at);
    let is_cancelled = |(slug, at): (&&Slug, &Timestamp)| *at > now && new.get(*slug) != Some(at);
    if new.iter().any(is_new) || old.iter().any(is_cancelled) {
        let uses = new.into_iter().collect();
        slugs::set_public(conn, Owner::translation(&present.id), uses, now)?;
    }
    Ok(())
}

/// The slugs that rows use, each with the first instant at which the public sees it. A slug becomes public when the public
/// first sees it, however early the post is dated.
fn slug_uses(rows: &[PublicationRow], now: Timestamp) -> BTreeMap<&Slug, Timestamp> {
    let mut uses = BTreeMap::new();
    for row in rows {
        let at = row.begins_at().max(now);
        let first = uses.entry(&row.slug).or_insert(at);
        *first = at.min(*first);
    }
    uses
}

/// The date of the publication without end, which decides for which dates other languages may stand for the post.
fn endless(rows: &[PublicationRow]) -> Option<Timestamp> {
    let mut endless = rows
        .iter()
        .filter(|row| row.replaces_at.is_none() && row.unpublish_at.is_none());
    endless.next().map(|row| row.published_at)
}
