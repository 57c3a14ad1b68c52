//! The row of a translation, and how far it has come.

use diesel::prelude::*;

use super::model::TranslationRow;
use crate::db::{Conn, each};
use crate::editorial::posts::model::PostRow;
use crate::editorial::publishing::model::{PublicationState, ReplacementState};
use crate::editorial::workflow::words::{Stage, Status};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::publications::writing::store::CurrentPublication;
use crate::schema::translations;
use crate::slugs::Owner;
use crate::timestamp::Timestamp;

/// Its row.
///
/// # Errors
/// What the database reports.
pub fn row(conn: &mut Conn, post: Id, lang: &Lang) -> Result<Option<TranslationRow>> {
    Ok(each!(
        conn,
        translations::table
            .find((post, lang))
            .select(TranslationRow::as_select())
            .first(conn)
            .optional()
    )?)
}

/// How far a translation has come: its stage or, from a draft on, its publication, by the clock.
pub fn status(stage: Stage, standing: Option<&CurrentPublication>, now: Timestamp) -> Status {
    match stage {
        Stage::Draft => standing.map_or(Status::Draft, |standing| public_status(standing, now)),
        Stage::Submitted => Status::Submitted,
        Stage::InReview => Status::InReview,
        Stage::ChangesRequested => Status::ChangesRequested,
        Stage::Approved => Status::Approved,
        Stage::Archived => Status::Archived,
    }
}

/// What the public sees of a publication, by the clock.
pub fn public_status(standing: &CurrentPublication, now: Timestamp) -> Status {
    match standing {
        standing if standing.is_live(now) => Status::Published,
        standing if now < standing.published_at => Status::Scheduled,
        _ => Status::Expired,
    }
}

/// What editors are told of a publication.
pub fn state(standing: CurrentPublication, now: Timestamp) -> PublicationState {
    PublicationState {
        status: public_status(&standing, now),
        publish_at: standing.published_at,
        unpublish_at: standing.unpublish_at,
        time_zone: standing.time_zone,
        revision: standing.revision,
        slug: standing.slug,
        updated_at: standing.updated_at,
        replacement: standing.replacement.map(|next| ReplacementState {
            publish_at: next.replaces_at,
            unpublish_at: next.unpublish_at,
            time_zone: next.time_zone,
            revision: next.revision,
            slug: next.slug,
        }),
    }
}

/// The working copy is at this revision, and at the stage that it says.
///
/// # Errors
/// What the database reports.
pub fn advance(conn: &mut Conn, copy: &mut TranslationRow, revision: i32) -> Result<()> {
    copy.revision = revision;
    copy.version += 1;
    let set = (
        translations::revision.eq(revision),
        translations::stage.eq(copy.stage),
        translations::stage_at.eq(copy.stage_at),
        translations::version.eq(copy.version),
    );
    let row = translations::table.find((copy.post_id, &copy.lang));
    each!(conn, diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Who has the slugs of one language of a post.
pub(super) fn owner<'a>(post: &PostRow, lang: &'a Lang) -> Owner<'a> {
    Owner {
        kind: Kind::Post,
        id: post.id,
        lang: Some(lang),
    }
}
