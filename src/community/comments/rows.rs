//! The rows of comments. Each write keeps three things true in its transaction: the number of public comments of the post,
//! which places in threads are public, and the change log.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::model::CommentRow;
use super::states::CommentState;
use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::publications::comments::discussion::PostComments;
use crate::schema::{comments, discussions};
use crate::timestamp::Timestamp;

/// Returns a comment.
///
/// # Errors
/// Returns [`crate::error::Error::NotFound`] if there is none with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<CommentRow> {
    let row = comments::table.find(id);
    Ok(each!(
        conn,
        row.select(CommentRow::as_select()).first(conn)
    )?)
}

/// Inserts a comment.
///
/// # Errors
/// Returns database errors.
pub(super) fn insert(conn: &mut Conn, by: By, mut row: CommentRow) -> Result<CommentRow> {
    row.is_public = row.state == CommentState::Approved;
    let rows = diesel::insert_into(comments::table).values(&row);
    each!(conn, rows.execute(conn))?;
    let places = published(conn, by.at, None, &row)?;
    log(conn, by, None, &row, (&places, None))?;
    Ok(row)
}

/// Replaces a comment by its next version. Says the reason of a decision in the log.
///
/// # Errors
/// Returns database errors.
pub(super) fn update(
    conn: &mut Conn,
    by: By,
    old: &CommentRow,
    mut row: CommentRow,
    reason: Option<&str>,
) -> Result<CommentRow> {
    row.is_public = row.state == CommentState::Approved || has_public_answer(conn, row.id)?;
    let this = comments::table.find(row.id);
    each!(conn, diesel::update(this).set(&row).execute(conn))?;
    let places = published(conn, by.at, Some(old), &row)?;
    log(conn, by, Some(old), &row, (&places, reason))?;
    Ok(row)
}

/// Counts the comment and shows or hides the places above it, if it appeared or disappeared. Returns the comments above
/// whose places it showed or hid.
fn published(
    conn: &mut Conn,
    at: Timestamp,
    old: Option<&CommentRow>,
    new: &CommentRow,
) -> Result<Vec<Id>> {
    let was_approved = old.is_some_and(|old| old.state == CommentState::Approved);
    match (was_approved, new.state == CommentState::Approved) {
        (false, true) => add_to_count(conn, new.post_id, 1, at)?,
        (true, false) => add_to_count(conn, new.post_id, -1, at)?,
        (true, true) | (false, false) => {}
    }
    match old.is_some_and(|old| old.is_public) == new.is_public {
        true => Ok(Vec::new()),
        false => show_or_hide_above(conn, new.parent_id),
    }
}

/// Shows the places of comments that are not approved while they have public answers. Ends at the first that stays as it is.
fn show_or_hide_above(conn: &mut Conn, mut parent: Option<Id>) -> Result<Vec<Id>> {
    let mut places = Vec::new();
    while let Some(id) = parent {
        let row = find(conn, id)?;
        let is_public = row.state == CommentState::Approved || has_public_answer(conn, id)?;
        if is_public == row.is_public {
            return Ok(places);
        }
        places.push(id);
        let set = comments::is_public.eq(is_public);
        let this = comments::table.find(id);
        each!(conn, diesel::update(this).set(set).execute(conn))?;
        parent = row.parent_id;
    }
    Ok(places)
}

fn has_public_answer(conn: &mut Conn, id: Id) -> Result<bool> {
    let answers = comments::table
        .filter(comments::parent_id.eq(id))
        .filter(comments::is_public.eq(true));
    let found: Option<Id> = each!(conn, answers.select(comments::id).first(conn).optional())?;
    Ok(found.is_some())
}

/// Adds to the number of public comments of a post.
fn add_to_count(conn: &mut Conn, post: Id, more: i32, at: Timestamp) -> Result<()> {
    let row = (
        discussions::post_id.eq(post),
        discussions::comments.eq(PostComments::Inherit),
        discussions::comment_count.eq(more.max(0)),
        discussions::version.eq(1),
        discussions::updated_at.eq(at),
    );
    each!(
        conn,
        diesel::insert_into(discussions::table)
            .values(row)
            .on_conflict(discussions::post_id)
            .do_update()
            .set(discussions::comment_count.eq(discussions::comment_count + more))
            .execute(conn)
    )?;
    Ok(())
}

/// Appends an entry to the change log. The log is kept for ever, so it has neither texts nor names, nor the address of
/// somebody without an account.
fn log(
    conn: &mut Conn,
    by: By,
    old: Option<&CommentRow>,
    new: &CommentRow,
    (places, reason): (&[Id], Option<&str>),
) -> Result<()> {
    let is_approved = |row: &CommentRow| row.state == CommentState::Approved;
    let operation = match (old, old.is_some_and(is_approved), is_approved(new)) {
        (_, _, true) => Operation::Publish,
        (_, true, false) => Operation::Unpublish,
        (None, false, false) => Operation::Create,
        (Some(_), false, false) if new.state == CommentState::Deleted => Operation::Delete,
        (Some(_), false, false) => Operation::Update,
    };
    let mut facts = Facts::between(old.map(members).as_ref(), Some(&members(new)))
        .with("post", new.post_id)
        .with("lang", &new.lang);
    if !places.is_empty() {
        facts = facts.with("places", places);
    }
    if let Some(reason) = reason {
        facts = facts.with("reason", reason);
    }
    let is_account = by.actor.user().is_some();
    let by = By {
        origin: by.origin.filter(|_| is_account),
        ..by
    };
    changes::append(conn, by, Kind::Comment, new.id, operation, facts)
}

fn members(row: &CommentRow) -> Value {
    json!({ "state": row.state, "parent": row.parent_id, "deletion": row.deletion })
}
