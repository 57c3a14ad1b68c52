//! Publishes, replaces and takes down publications.
//!
//! A language has one row, and at most one more that waits to replace it (`replaces_at`). Until then the first one ends
//! no later than that time. Every write first applies the due transitions ([`transitions`]).

use super::present::Publications;
use super::rows;
use super::rows::{PublicationRow, earlier, owner};
use super::snapshot;
use super::snapshot::{Placement, PublicationSnapshot};
use super::transitions;
use crate::db::Conn;
use crate::delivery::postings;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::slugs;
use crate::timestamp::Timestamp;

pub use super::current::{CurrentPublication, Replacement, current, current_of_posts};

/// Publishes a snapshot. It replaces all rows of its language or, if it has a `replaces_at`, waits beside the current
/// one. Takes the publications as they were loaded and returns them as they are after the write.
///
/// # Errors
/// Returns database errors.
pub fn put(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    present: Publications,
    now: Timestamp,
) -> Result<Publications> {
    let present = present.applied(conn, (new.post_id, &new.lang), now)?;
    let rows = if let Some(at) = new.replaces_at {
        plan(conn, new, &present, (at, now))?
    } else {
        replace_all(conn, new, &present, now)?
    };
    // The slug of a publication that has begun was public. Only a slug that never was is released.
    let unseen = present.rows.iter().filter(|row| row.begins_at() > now);
    for old in unseen.filter(|old| rows.iter().all(|row| row.slug != old.slug)) {
        slugs::release(conn, owner(new.post_id, &new.lang), &old.slug, now)?;
    }
    Ok(present.with_rows(rows))
}

/// Writes a snapshot that replaces all rows of its language.
fn replace_all(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    present: &Publications,
    now: Timestamp,
) -> Result<Vec<PublicationRow>> {
    if present.exist() {
        rows::delete(conn, new.post_id, &new.lang)?;
    }
    // Only the dates determine which publications may represent the post.
    let same_dates = match present.rows.as_slice() {
        [old] => old.published_at == new.published_at && old.unpublish_at == new.unpublish_at,
        _ => false,
    };
    let placement = Placement {
        former_end: None,
        republished: present.was_public(),
        may_represent: !same_dates || present.rows.iter().all(|old| old.may_represent),
    };
    let row = snapshot::insert(conn, new, &placement)?;
    if new.has_relations() {
        postings::add(conn, &[row.id])?;
    }
    let was_seen = |old: &PublicationRow| old.slug == row.slug && old.begins_at() <= now;
    if !matches!(present.rows.as_slice(), [old] if was_seen(old)) || row.begins_at() > now {
        publish_slugs(
            conn,
            new.post_id,
            &new.lang,
            std::slice::from_ref(&row),
            now,
        )?;
    }
    transitions::schedule(conn, std::slice::from_ref(&row), now)?;
    if !same_dates {
        rows::mark_representatives(conn, new.post_id)?;
    }
    Ok(vec![row])
}

/// Writes a snapshot beside the current publication, which ends when the snapshot replaces it.
fn plan(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    present: &Publications,
    (at, now): (Timestamp, Timestamp),
) -> Result<Vec<PublicationRow>> {
    let former_end = present.current(now).and_then(|before| before.unpublish_at);
    let mut rows = present.rows.clone();
    if rows.iter().any(|row| row.replaces_at.is_some()) {
        rows::delete_replacement(conn, new.post_id, &new.lang)?;
        rows.retain(|row| row.replaces_at.is_none());
    }
    let end = earlier(former_end, at);
    rows::set_end(conn, new.post_id, &new.lang, end)?;
    rows.iter_mut().for_each(|row| row.unpublish_at = end);
    let placement = Placement {
        former_end,
        republished: present.was_public(),
        may_represent: true,
    };
    rows.push(snapshot::insert(conn, new, &placement)?);
    derive(conn, (new.post_id, &new.lang), &rows, now)?;
    Ok(rows)
}

/// Deletes the waiting replacement. Returns its slug if it is no longer used, and `None` if no replacement waits.
///
/// # Errors
/// Returns database errors.
pub fn cancel(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    now: Timestamp,
) -> Result<Option<Vec<Slug>>> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let before = current(conn, post_id, lang, now)?;
    let Some(before) = before.filter(|before| before.replacement.is_some()) else {
        return Ok(None);
    };
    rows::delete_replacement(conn, post_id, lang)?;
    rows::set_end(conn, post_id, lang, before.unpublish_at)?;
    follow_up(conn, (post_id, lang), Some(&before), now).map(Some)
}

/// Takes down one language of a post. Returns the slugs that are no longer used, and `None` if there is no publication.
///
/// # Errors
/// Returns database errors.
pub fn take_down(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    now: Timestamp,
) -> Result<Option<Vec<Slug>>> {
    transitions::apply_due(conn, post_id, lang, now)?;
    let Some(before) = current(conn, post_id, lang, now)? else {
        return Ok(None);
    };
    rows::delete(conn, post_id, lang)?;
    follow_up(conn, (post_id, lang), Some(&before), now).map(Some)
}

/// Updates everything that depends on the rows in the database. Returns the slugs of `before` that no row uses any
/// more.
///
/// # Errors
/// Returns database errors.
pub(super) fn follow_up(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Vec<Slug>> {
    let rows = rows::rows(conn, post_id, lang)?;
    derive(conn, (post_id, lang), &rows, now)?;
    let used = before.into_iter().flat_map(|before| {
        let next = before.replacement.as_ref().map(|next| next.slug.clone());
        std::iter::once(before.slug.clone()).chain(next)
    });
    Ok(used
        .filter(|slug| rows.iter().all(|row| row.slug != *slug))
        .collect())
}

/// Updates everything that is derived from the rows: their postings, the times from which their slugs are public, the
/// scheduled transitions, and the marks of rows that may represent the post.
fn derive(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    rows: &[PublicationRow],
    now: Timestamp,
) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    postings::enter(conn, &ids)?;
    publish_slugs(conn, post_id, lang, rows, now)?;
    transitions::cancel(conn, &ids)?;
    transitions::schedule(conn, rows, now)?;
    rows::mark_representatives(conn, post_id)
}

/// Sets the times from which the slugs of the rows are public. A slug becomes public when it is first visible, even if
/// the post has an earlier date. A future time that no longer applies is ignored.
fn publish_slugs(
    conn: &mut Conn,
    post_id: Id,
    lang: &Lang,
    rows: &[PublicationRow],
    now: Timestamp,
) -> Result<()> {
    let uses = rows.iter().map(|row| (&row.slug, row.begins_at().max(now)));
    slugs::set_public(conn, owner(post_id, lang), uses.collect(), now)
}
