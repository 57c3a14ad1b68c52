//! The row of a translation, and how far it has come.

use diesel::prelude::*;

use super::model::{BodySource, NewTranslation, Seo};
use crate::content::Format;
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
use crate::slug::Slug;
use crate::slugs::Owner;
use crate::timestamp::Timestamp;

/// The row of a translation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = translations, treat_none_as_null = true)]
pub struct TranslationRow {
    /// The post.
    pub post_id: Id,
    /// The language.
    pub lang: Lang,
    /// Its slug.
    pub slug: Slug,
    /// Its title.
    pub title: String,
    /// Its subtitle.
    pub subtitle: Option<String>,
    /// Its excerpt.
    pub excerpt: Option<String>,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
    /// The format of the body.
    pub body_format: Format,
    /// The source of the body.
    pub body_source: String,
    /// The number of the last revision.
    pub revision: i32,
    /// The stage of the workflow.
    pub stage: Stage,
    /// The time since which it has this stage.
    pub stage_at: Timestamp,
    /// The user who submitted it last.
    pub submitted_by: Option<Id>,
    /// The user who reviews it, or did last.
    pub reviewed_by: Option<Id>,
    /// The version, which grows with every change.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl TranslationRow {
    /// The same text as the working copy of another post, whose slug is derived from its title.
    pub fn copied(self, note: String) -> NewTranslation {
        NewTranslation {
            title: self.title,
            slug: None,
            subtitle: self.subtitle,
            excerpt: self.excerpt,
            body: BodySource {
                format: self.body_format,
                source: self.body_source,
            },
            seo: Some(Seo {
                title: self.seo_title,
                description: self.seo_description,
            }),
            note: Some(note),
            take_over: false,
        }
    }
}

/// The row of a translation.
///
/// # Errors
/// Database errors.
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
/// Database errors.
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
