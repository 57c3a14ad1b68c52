//! What the rules need to know, read from the database.

use diesel::prelude::*;

use super::rules::{self, PostContext, TranslationContext};
use super::words::{Action, Stage};
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::posts::access;
use crate::editorial::posts::model::PostRow;
use crate::editorial::translations::model::TranslationRow;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::publications;
use crate::schema::translations;

/// Lets the caller do something with one language of a post.
///
/// # Errors
/// [`crate::error::Error::NotFound`] when the post has no such language; as [`rules::guard`].
pub fn guard(conn: &mut Conn, by: By, post: &PostRow, lang: &Lang, action: Action) -> Result<()> {
    let copy = translations::table
        .find((post.id, lang))
        .select((translations::stage, translations::submitted_by));
    let (stage, submitted_by): (Stage, Option<Id>) = each!(conn, copy.first(conn))?;
    let placed = publications::writing::store::current(conn, post.id, lang, by.at)?.is_some();
    let facts = facts(conn, by, post, (lang, stage, submitted_by, placed))?;
    rules::guard(action, &facts)
}

/// The actions that the caller may take on a working copy.
///
/// # Errors
/// As [`access::relationship`].
pub fn allowed_actions(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    copy: &TranslationRow,
    has_publication: bool,
) -> Result<Vec<Action>> {
    let copy = (&copy.lang, copy.stage, copy.submitted_by, has_publication);
    Ok(rules::allowed_actions(&facts(conn, by, post, copy)?))
}

/// Language, stage, who submitted it, and whether it has a publication.
type Copied<'a> = (&'a Lang, Stage, Option<Id>, bool);

fn facts(
    conn: &mut Conn,
    by: By,
    post: &PostRow,
    (lang, stage, submitted_by, has_publication): Copied<'_>,
) -> Result<TranslationContext> {
    Ok(TranslationContext {
        relationship: access::relationship(conn, by, post)?,
        trashed: post.deleted_at.is_some(),
        original: post.original_lang == *lang,
        stage,
        has_publication,
        submitter: submitted_by.is_some() && submitted_by == by.actor.user(),
        reviews_own: by.policy.editors_review_own,
    })
}

/// A post as a whole, as the caller stands to it.
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
