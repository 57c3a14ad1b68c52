//! Reading from the database the facts that the rules need.

use diesel::prelude::*;

use super::rules::PostContext;
use super::words::{Action, Stage};
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::posts::access;
use crate::editorial::posts::model::PostRow;
use crate::editorial::translations::loaded;
use crate::error::Result;
use crate::lang::Lang;
use crate::publications;
use crate::schema::translations;

/// Checks that the caller may take an action on one language of a post.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if the post does not have the language; as [`super::rules::guard`].
pub fn guard(conn: &mut Conn, by: By, post: &PostRow, lang: &Lang, action: Action) -> Result<()> {
    loaded::load(conn, by, (post.id, lang))?.guard(by, action)
}

/// Reads the facts about a whole post, with the caller's relationship to it.
///
/// # Errors
/// As [`access::relationship`].
pub fn post_context(conn: &mut Conn, by: By, post: &PostRow) -> Result<PostContext> {
    let with_reviewers = translations::table
        .filter(translations::post_id.eq(post.id))
        .filter(translations::stage.eq_any([Stage::Submitted, Stage::InReview]));
    Ok(PostContext {
        relationship: access::relationship(conn, by, post)?,
        trashed: post.deleted_at.is_some(),
        has_publication: !publications::writing::store::current_of_posts(conn, &[post.id], by.at)?
            .is_empty(),
        under_review: each!(
            conn,
            diesel::select(diesel::dsl::exists(with_reviewers)).get_result(conn)
        )?,
    })
}
