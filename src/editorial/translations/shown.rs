//! The working copy in its representation for editors.

use diesel::prelude::*;

use super::model::{BodySource, Seo, Translation, TranslationSummary};
use super::rows::TranslationRow;
use crate::editorial::posts::model::PostRow;
use crate::editorial::publishing::model::PublicationState;
use crate::editorial::workflow::status::status;
use crate::editorial::workflow::words::{Action, Stage};
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::schema::translations;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Returns whether the working copy of a post differs from its current publication: in its text, or in what all languages
/// share. False without a publication.
pub(in crate::editorial) fn has_unpublished_changes(
    post: &PostRow,
    row: &TranslationRow,
    current: Option<&CurrentPublication>,
) -> bool {
    current.is_some_and(|current| {
        !row.has_text_of(current.revision) || current.shared_version != post.shared_version
    })
}

/// The properties of a translation that are not in its working copy.
pub(in crate::editorial) struct Surroundings {
    pub(in crate::editorial) current: Option<CurrentPublication>,
    pub(in crate::editorial) allowed_actions: Vec<Action>,
    /// The time at which the translation is shown.
    pub(in crate::editorial) now: Timestamp,
}

/// Returns a working copy of a post in its representation for editors.
pub(in crate::editorial) fn translation(
    post: &PostRow,
    row: TranslationRow,
    surroundings: Surroundings,
) -> Translation {
    let Surroundings {
        current,
        allowed_actions,
        now,
    } = surroundings;
    Translation {
        status: status(row.stage, current.as_ref(), now),
        has_unpublished_changes: has_unpublished_changes(post, &row, current.as_ref()),
        publication: current.map(|current| PublicationState::of(current, now)),
        post: row.post_id,
        lang: row.lang,
        title: row.title,
        slug: row.slug,
        subtitle: row.subtitle,
        excerpt: row.excerpt,
        body: BodySource {
            format: row.body_format,
            source: row.body_source,
        },
        seo: Seo {
            title: row.seo_title,
            description: row.seo_description,
        },
        translators: row.translators.0,
        allowed_actions,
        revision: row.revision,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        included: None,
    }
}

/// The columns of a translation that its summary shows.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = translations)]
pub(in crate::editorial) struct SummaryRow {
    pub(in crate::editorial) post_id: Id,
    pub(in crate::editorial) lang: Lang,
    slug: Slug,
    title: String,
    revision: i32,
    stage: Stage,
    version: i32,
    updated_at: Timestamp,
}

impl SummaryRow {
    /// Takes the columns of a row that was read whole.
    pub(in crate::editorial) fn of(row: &TranslationRow) -> Self {
        Self {
            post_id: row.post_id,
            lang: row.lang.clone(),
            slug: row.slug.clone(),
            title: row.title.clone(),
            revision: row.revision,
            stage: row.stage,
            version: row.version,
            updated_at: row.updated_at,
        }
    }

    /// Returns true if this is the publication of the translation.
    pub(in crate::editorial) fn is_published_by(&self, current: &CurrentPublication) -> bool {
        current.id.post == self.post_id && current.id.lang == self.lang
    }

    /// Returns the summary at `now`.
    pub(in crate::editorial) fn shown(
        self,
        current: Option<&CurrentPublication>,
        now: Timestamp,
    ) -> TranslationSummary {
        TranslationSummary {
            version: self.version,
            status: status(self.stage, current, now),
            published_revision: current.map(|current| current.revision),
            lang: self.lang,
            slug: self.slug,
            title: self.title,
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }
}
