//! Reading a row of the table `posts`, and raising its version.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::access;
use super::model::PostRow;
use super::relations::Relations;
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::workflow::rules::Refusal;
use crate::error::Result;
use crate::id::Id;
use crate::schema::posts;
use crate::user_ref::UserRef;

/// Reads the row of a post, whether it is in the trash or not.
///
/// # Errors
/// Returns `Error::NotFound` if there is no such post.
pub fn row(conn: &mut Conn, id: Id) -> Result<PostRow> {
    Ok(each!(
        conn,
        posts::table
            .find(id)
            .select(PostRow::as_select())
            .first(conn)
    )?)
}

/// Reads the row of a post that the caller may read.
///
/// # Errors
/// Returns `Error::NotFound` for an unknown post or one of others; `Error::Forbidden` for a role or key that reads no
/// posts.
pub fn row_to_read(conn: &mut Conn, by: By, id: Id) -> Result<PostRow> {
    let row = row(conn, id)?;
    access::relationship(conn, by, &row)?.may_read()?;
    Ok(row)
}

/// Checks that a post is not in the trash.
///
/// # Errors
/// Returns `post_in_trash`.
pub(in crate::editorial) fn check_not_in_trash(row: &PostRow) -> Result<()> {
    match row.deleted_at {
        Some(_) => Err(Refusal::InTrash.into()),
        None => Ok(()),
    }
}

/// Returns the members of a post that the change log records of a change.
pub(super) fn logged(row: &PostRow, relations: &Relations) -> Value {
    json!({
        "type": row.post_type, "parent": row.parent, "position": row.position, "original_lang": row.original_lang,
        "authors": relations.authors, "categories": relations.categories,
        "tags": relations.tags, "featured": row.featured, "licence": row.licence, "canonical_url": row.canonical_url,
    })
}

/// Returns the members of a post that the change log records of its creation and of its end.
pub(super) fn logged_whole(
    row: &PostRow,
    relations: &Relations,
    creator: Option<&UserRef>,
) -> Value {
    let mut members = logged(row, relations);
    if let Value::Object(members) = &mut members {
        members.insert("created_by".into(), json!(creator));
    }
    members
}

/// Raises the version of a post after a change to one of its translations.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond, and
/// [`crate::error::Error::Unwritable`] if it accepts no writes.
pub(in crate::editorial) fn bump_version(conn: &mut Conn, by: By, id: Id) -> Result<()> {
    let set = (
        posts::version.eq(posts::version + 1),
        posts::updated_at.eq(by.at),
    );
    each!(
        conn,
        diesel::update(posts::table.find(id)).set(set).execute(conn)
    )?;
    Ok(())
}
