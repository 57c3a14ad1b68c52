//! Deleting posts: moving them to the trash, restoring them, and deleting them permanently.

use diesel::prelude::*;
use serde_json::json;

use super::access;
use super::loaded::{self, LoadedPost};
use super::model::{Post, PostRow};
use super::pages;
use super::rows::{bump_version, logged_whole, row};
use crate::accounts::api_keys::limits;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::publishing::model::Takedown;
use crate::editorial::publishing::taking_down::take_down;
use crate::editorial::translations;
use crate::editorial::workflow::rules::Refusal;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::posts;
use crate::slugs;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Moves a post to the trash. Takes down its publications at once, for the reason that is given; the post keeps its slugs.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change`; [`Error::Stale`] if `seen` does not match the current version;
/// unless the caller is an editor, [`Error::Forbidden`] if any language has a publication, and `under_review`; `in_use`
/// for a page with pages below it.
pub fn trash(conn: &mut Conn, by: By, id: Id, seen: &Seen, takedown: Takedown) -> Result<()> {
    let found = loaded::load_to_change(conn, by, id)?;
    preconditions::check(conn, seen, found.post.version, id)?;
    found.context(by).may_trash()?;
    limits::check_whole_post(conn, by.actor, &found.langs())?;
    pages::check_is_leaf(conn, &found.post)?;
    let taken_down = take_all_down(conn, by, &found, takedown)?;
    each!(
        conn,
        diesel::update(posts::table.find(id))
            .set(posts::deleted_at.eq(by.at))
            .execute(conn)
    )?;
    bump_version(conn, by, id)?;
    let mut facts = moved(None, Some(by.at));
    if !taken_down.is_empty() {
        facts = facts.with("taken_down", taken_down);
    }
    changes::append(conn, by, Kind::Post, id, Operation::Delete, facts)
}

/// Takes down the publications of a post, and raises the versions of their translations. Returns their languages.
fn take_all_down(
    conn: &mut Conn,
    by: By,
    post: &LoadedPost,
    takedown: Takedown,
) -> Result<Vec<Lang>> {
    let langs = post.published_langs();
    for lang in &langs {
        let id = TranslationId::new(post.post.id, lang.clone());
        let mut found = translations::loaded::load(conn, by, &id)?;
        take_down(conn, by, &found, takedown)?;
        if let Some(copy) = &mut found.copy {
            translations::rows::advance(conn, copy)?;
        }
    }
    Ok(langs)
}

/// Returns the facts of a move to the trash, or out of it, for the change log.
fn moved(before: Option<Timestamp>, after: Option<Timestamp>) -> Facts {
    let side = |deleted_at: Option<Timestamp>| json!({ "deleted_at": deleted_at });
    Facts::updated(&side(before), &side(after))
}

/// Takes a post out of the trash, unchanged and unpublished.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if there is no such post; [`Error::Stale`] if `seen`
/// does not match the current version; `not_in_trash`.
pub fn restore(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<Post> {
    by.require(Access::Editors)?;
    limits::check_post(conn, by.actor, id)?;
    let old = row(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    if old.deleted_at.is_none() {
        return Err(Refusal::NotInTrash.into());
    }
    let never: Option<Timestamp> = None;
    each!(
        conn,
        diesel::update(posts::table.find(id))
            .set(posts::deleted_at.eq(never))
            .execute(conn)
    )?;
    bump_version(conn, by, id)?;
    changes::append(
        conn,
        by,
        Kind::Post,
        id,
        Operation::Restore,
        moved(old.deleted_at, None),
    )?;
    let restored = loaded::load(conn, by, id)?;
    limits::check_whole_post(conn, by.actor, &restored.langs())?;
    restored.written(conn, by)
}

/// Deletes a post permanently. Slugs that were public answer 410 from then on.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such post; [`Error::Forbidden`] unless the caller is an admin;
/// [`Error::Stale`] if `seen` does not match the current version; `in_use` for a page with pages below it.
pub fn purge(conn: &mut Conn, by: By, id: Id, seen: &Seen, takedown: Takedown) -> Result<()> {
    let old = row(conn, id)?;
    access::relationship(conn, by, &old)?.may_purge()?;
    preconditions::check(conn, seen, old.version, id)?;
    pages::check_is_leaf(conn, &old)?;
    erase(conn, by, &old, takedown)
}

/// Deletes a post permanently if it has been in the trash since `limit` or earlier, and does nothing otherwise.
///
/// # Errors
/// Returns the same errors as [`By::require`]: only the system may do this.
pub fn purge_trashed(conn: &mut Conn, by: By, id: Id, limit: Timestamp) -> Result<()> {
    by.require(Access::System)?;
    let is_old = |row: &PostRow| row.deleted_at.is_some_and(|at| at <= limit);
    match row(conn, id) {
        Ok(row) if is_old(&row) => erase(conn, by, &row, Takedown::default()),
        Ok(_) | Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

fn erase(conn: &mut Conn, by: By, old: &PostRow, takedown: Takedown) -> Result<()> {
    let id = old.id;
    let found = loaded::load(conn, by, id)?;
    let facts = Facts::deleted(&logged_whole(old, &found.relations, found.creator.as_ref()));
    take_all_down(conn, by, &found, takedown)?;
    each!(conn, diesel::delete(posts::table.find(id)).execute(conn))?;
    slugs::bury(conn, id, by.at)?;
    changes::append(conn, by, Kind::Post, id, Operation::Purge, facts)
}
