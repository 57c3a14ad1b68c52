//! Who may touch which post: editors all, contributors and authors their own, and contributors only until it was published.

use diesel::prelude::*;

use super::model::PostRow;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::resources::actor::{Actor, By, Caller, Role};
use crate::resources::slugs;
use crate::schema::post_bylines;

/// What somebody wants to do with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Look at it.
    Read,
    /// Change its working copy.
    Write,
}

/// Who has own posts only; `None` for whoever decides about all.
pub fn own_only(by: By) -> Option<Caller> {
    match by.actor {
        Actor::User(caller) if !matches!(caller.role, Role::Editor | Role::Admin) => Some(caller),
        _ => None,
    }
}

/// Appends the condition that the post called `t` is the caller's own.
pub fn push_own(sql: &mut Sql, caller: Caller) {
    sql.push(" AND (t.created_by = ").bind(caller.id);
    if let Some(author) = caller.author {
        sql.push(" OR t.id IN (SELECT b.post_id FROM post_bylines b WHERE b.author_id = ")
            .bind(author)
            .push(")");
    }
    sql.push(")");
}

/// Whether they decide about all posts.
pub fn sees_all(by: By) -> bool {
    own_only(by).is_none()
}

/// Lets the caller do it.
///
/// # Errors
/// [`Error::NotFound`] for a post of others, [`Error::Forbidden`] for an own one that is out of the caller's hands.
pub fn check(conn: &mut Conn, by: By, post: &PostRow, want: Want) -> Result<()> {
    let Some(caller) = own_only(by) else {
        return Ok(());
    };
    if !is_own(conn, caller, post)? {
        return Err(Error::NotFound);
    }
    let bound = caller.role == Role::Contributor && want == Want::Write;
    if bound && !slugs::public_langs(conn, post.id, by.at)?.is_empty() {
        return Err(Error::Forbidden(
            "A contributor may not change a post that was published; ask an editor.",
        ));
    }
    Ok(())
}

/// Made by the caller, or credited to the caller's author.
fn is_own(conn: &mut Conn, caller: Caller, post: &PostRow) -> Result<bool> {
    if post.created_by == Some(caller.id) {
        return Ok(true);
    }
    let Some(author) = caller.author else {
        return Ok(false);
    };
    let credited = post_bylines::table.filter(
        post_bylines::post_id
            .eq(post.id)
            .and(post_bylines::author_id.eq(author)),
    );
    Ok(each!(
        conn,
        diesel::select(diesel::dsl::exists(credited)).get_result(conn)
    )?)
}
