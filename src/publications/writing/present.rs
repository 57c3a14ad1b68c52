//! The publications of a language before a write. They are read once and passed on.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::current::{CurrentPublication, current_of_rows};
use super::rows::PublicationRow;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::{publications, slugs, transitions};
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// The publications of one language of a post, with the facts that a write needs.
#[derive(Debug, Clone)]
pub struct Publications {
    pub(super) id: TranslationId,
    /// The rows: none, one, or two while a replacement waits.
    pub(super) rows: Vec<PublicationRow>,
    pub(super) facts: LanguageFacts,
}

/// The facts that a write needs in addition to the rows.
#[derive(Debug, Clone, Copy)]
pub struct LanguageFacts {
    /// A transition is due and not applied yet.
    pub is_due: bool,
    /// The language has been public.
    pub was_public: bool,
    /// A slug of the language still redirects to a former owner.
    pub has_former_slugs: bool,
    /// The language is the original one of the post.
    pub is_original: bool,
    /// The date of the publication of the original language, if that has no end.
    pub original_since: Option<Timestamp>,
    /// The post has publications in other languages than its original one.
    pub has_translations: bool,
}

/// Selects whether a transition of a publication is due at `now` but not yet applied.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn is_due(now: Timestamp) -> _ {
    let due = transitions::table
        .filter(transitions::publication_id.eq(publications::id))
        .filter(transitions::at.le(now));
    exists(due)
}

/// Selects whether a language of a post has been public by `now`.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn was_public(post: Id, lang: Lang, now: Timestamp) -> _ {
    let public = slugs::table
        .filter(slugs::owner_id.eq(post).and(slugs::lang.eq(lang)))
        .filter(slugs::public_at.le(now));
    exists(public)
}

/// Selects whether a slug of a language still redirects to a former owner.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn has_former_slugs(post: Id, lang: Lang) -> _ {
    let former = slugs::table
        .filter(slugs::owner_id.eq(post).and(slugs::lang.eq(lang)))
        .filter(slugs::former_id.is_not_null());
    exists(former)
}

impl Publications {
    /// Combines the rows of a language with the facts about them.
    pub fn new(id: TranslationId, rows: Vec<PublicationRow>, facts: LanguageFacts) -> Self {
        Self { id, rows, facts }
    }

    /// Returns whether a transition is due that is not applied yet. Then no write may begin.
    pub fn is_due(&self) -> bool {
        self.facts.is_due
    }

    /// Returns whether a slug of the language still redirects to a former owner.
    pub fn has_former_slugs(&self) -> bool {
        self.facts.has_former_slugs
    }

    /// Returns the publication that is current at `now`.
    pub fn current(&self, now: Timestamp) -> Option<CurrentPublication> {
        current_of_rows(self.rows.clone(), now).pop()
    }

    /// Returns the row that a publication of the language replaces now, or later.
    pub fn row(&self) -> Option<&PublicationRow> {
        self.rows.iter().find(|row| row.replaces_at.is_none())
    }

    /// Returns whether there is a publication, whether live, scheduled or ended.
    pub fn exist(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Returns whether the rows have the same content. A row that was written anew has another id.
    pub fn are_like(&self, other: &Self) -> bool {
        let content = |row: &PublicationRow| PublicationRow {
            id: 0,
            ..row.clone()
        };
        let contents = |rows: &[PublicationRow]| {
            let mut contents: Vec<PublicationRow> = rows.iter().map(content).collect();
            contents.sort_by_key(|row| row.replaces_at);
            contents
        };
        contents(&self.rows) == contents(&other.rows)
    }

    /// The slugs that the public has not seen by `now` and that no row of `after` uses.
    pub fn unseen_slugs_without(&self, after: &Self, now: Timestamp) -> Vec<Slug> {
        let unseen = self.rows.iter().filter(|row| row.begins_at() > now);
        let is_used = |slug: &Slug| after.rows.iter().any(|row| row.slug == *slug);
        let slugs = unseen.map(|row| row.slug.clone());
        slugs.filter(|slug| !is_used(slug)).collect()
    }

    /// Returns true if a publication of this date may stand for its post when a reader names no language. The same rule
    /// in SQL is `rows::mark_representatives`.
    pub(super) fn may_represent(&self, published_at: Timestamp) -> bool {
        let is_later = |since| since > published_at;
        self.facts.is_original || self.facts.original_since.is_none_or(is_later)
    }
}
