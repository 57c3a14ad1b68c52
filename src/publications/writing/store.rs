//! Publishing, replacing and taking down.
//!
//! A language has one row, and at most one more that waits to replace it (`replaces_at`); until then the first one's end is
//! no later than that. Every write first applies the transitions that are due ([`transitions`]).

use super::rows;
use super::rows::{earlier, owner};
use super::snapshot;
use super::snapshot::PublicationSnapshot;
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

/// Publishes a snapshot: replaces all rows of its language or, if it has a `replaces_at`, waits beside the current one.
///
/// # Errors
/// Database errors.
pub fn put(conn: &mut Conn, new: &PublicationSnapshot, now: Timestamp) -> Result<()> {
    transitions::apply_due(conn, new.post_id, &new.lang, now)?;
    let before = current(conn, new.post_id, &new.lang, now)?;
    let former = before.as_ref().and_then(|before| before.unpublish_at);
    let republished = slugs::was_public(conn, owner(new.post_id, &new.lang), now)?;
    snapshot::write(conn, new, former, republished)?;
    match new.replaces_at {
        Some(at) => rows::set_end(conn, new.post_id, &new.lang, earlier(former, at))?,
        None => rows::delete_replacement(conn, new.post_id, &new.lang)?,
    }
    let out_of_use = follow_up(conn, (new.post_id, &new.lang), before.as_ref(), now)?;
    for slug in out_of_use.iter().filter(|slug| **slug != new.slug) {
        slugs::release(conn, owner(new.post_id, &new.lang), slug, now)?;
    }
    Ok(())
}

/// Deletes the replacement that waits. Returns its slug if nothing uses that any more, and `None` if no replacement waits.
///
/// # Errors
/// Database errors.
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

/// Takes down one language of a post. Returns the slugs that nothing uses any more, and `None` if there is no publication.
///
/// # Errors
/// Database errors.
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

/// Derives everything that depends on the rows: their postings, the dates from which their slugs are public, and the
/// transitions to come. Returns the slugs that `before` used and no row uses any more.
///
/// # Errors
/// Database errors.
pub(super) fn follow_up(
    conn: &mut Conn,
    (post_id, lang): (Id, &Lang),
    before: Option<&CurrentPublication>,
    now: Timestamp,
) -> Result<Vec<Slug>> {
    let rows = rows::rows(conn, post_id, lang)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    postings::enter(conn, &ids)?;
    // A date in the future that will not come true must not count as having been public.
    slugs::withdraw(conn, owner(post_id, lang), now)?;
    for row in &rows {
        // A slug becomes public when the public first sees it, however early the post is dated.
        let public_at = row.begins_at().max(now);
        slugs::make_public(conn, owner(post_id, lang), &row.slug, public_at)?;
    }
    transitions::schedule(conn, &rows, now)?;
    rows::mark_representatives(conn, post_id)?;
    let used = before.into_iter().flat_map(|before| {
        let next = before.replacement.as_ref().map(|next| next.slug.clone());
        std::iter::once(before.slug.clone()).chain(next)
    });
    Ok(used
        .filter(|slug| rows.iter().all(|row| row.slug != *slug))
        .collect())
}
