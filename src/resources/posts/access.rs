//! Who may touch which post: editors all, contributors and authors their own, and contributors only until it was published.

use diesel::prelude::*;

use super::model::PostRow;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::resources::sessions::caller::Caller;
use crate::resources::slugs;
use crate::resources::users::model::Role;
use crate::schema::post_bylines;
use crate::timestamp::Timestamp;

/// What somebody wants to do with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Look at it.
    Read,
    /// Change its working copy.
    Write,
}

/// Whether the caller decides about all posts.
pub fn sees_all(caller: &Caller) -> bool {
    matches!(caller.role, Role::Editor | Role::Admin)
}

/// Lets the caller do it.
///
/// # Errors
/// [`Error::NotFound`] for a post of others, [`Error::Forbidden`] for an own one that is out of the caller's hands.
pub fn check(
    conn: &mut Conn,
    caller: &Caller,
    post: &PostRow,
    want: Want,
    now: Timestamp,
) -> Result<()> {
    if sees_all(caller) {
        return Ok(());
    }
    if !is_own(conn, caller, post)? {
        return Err(Error::NotFound);
    }
    let bound = caller.role == Role::Contributor && want == Want::Write;
    if bound && !slugs::public_langs(conn, post.id, now)?.is_empty() {
        return Err(Error::Forbidden(
            "A contributor may not change a post that was published; ask an editor.",
        ));
    }
    Ok(())
}

/// Made by the caller, or credited to the caller's author.
fn is_own(conn: &mut Conn, caller: &Caller, post: &PostRow) -> Result<bool> {
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
