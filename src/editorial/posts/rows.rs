//! The row of a post: reading it, and its version.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::access::{self, Intent};
use super::model::PostRow;
use super::relations::Relations;
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::workflow::rules::Refusal;
use crate::error::Result;
use crate::id::Id;
use crate::schema::posts;

/// The row of a post, in the trash or not.
///
/// # Errors
/// `Error::NotFound`.
pub fn row(conn: &mut Conn, id: Id) -> Result<PostRow> {
    Ok(each!(
        conn,
        posts::table
            .find(id)
            .select(PostRow::as_select())
            .first(conn)
    )?)
}

/// The row of a post that the caller is about to change.
///
/// # Errors
/// `Error::NotFound`, `Error::Forbidden`, `post_in_trash`.
pub fn row_to_change(conn: &mut Conn, by: By, id: Id) -> Result<PostRow> {
    let row = row(conn, id)?;
    access::check(conn, by, &row, Intent::Write)?;
    if row.deleted_at.is_some() {
        return Err(Refusal::InTrash.into());
    }
    Ok(row)
}

/// What the change log tells of a post.
pub(super) fn logged(row: &PostRow, relations: &Relations) -> Value {
    json!({
        "original_lang": row.original_lang, "authors": relations.authors, "categories": relations.categories,
        "tags": relations.tags, "featured": row.featured, "licence": row.licence, "canonical_url": row.canonical_url,
        "created_by": row.created_by,
    })
}

/// A post changed through one of its translations.
///
/// # Errors
/// What the database reports.
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
