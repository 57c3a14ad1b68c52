//! One language of a post, loaded for an operation: read once and passed on. `posts::loaded` loads all languages.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::rows::TranslationRow;
use crate::accounts::api_keys::limits;
use crate::catalogue::references::{Existing, ReferenceLookup, References};
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::posts::access::{self, Involvement};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::related::{self, Related};
use crate::editorial::posts::relations::Relations;
use crate::editorial::posts::rows::check_not_in_trash;
use crate::editorial::workflow::rules::{self, Relationship, TranslationContext};
use crate::editorial::workflow::status::status;
use crate::editorial::workflow::words::{Action, Status};
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::publications::writing::present::{
    LanguageFacts, Publications, has_former_slugs, is_due, was_public,
};
use crate::publications::writing::rows::PublicationRow;
use crate::publications::writing::transitions;
use crate::schema::{posts, publications, translations};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// The rows that one statement reads for an operation on one language of a post: the row and the relations of the post,
/// the working copy, the publications of the language with the facts that a write to them needs, and the caller's
/// relationship to the post. Nothing is known of other languages; an operation on them takes a `LoadedPost`.
#[derive(Debug, Clone)]
pub(in crate::editorial) struct LoadedTranslation {
    pub(in crate::editorial) id: TranslationId,
    pub(in crate::editorial) post: PostRow,
    pub(in crate::editorial) relations: Relations,
    /// The working copy; `None` if the post does not have the language.
    pub(in crate::editorial) copy: Option<TranslationRow>,
    pub(in crate::editorial) publications: Publications,
    pub(in crate::editorial) relationship: Relationship,
}

type Columns = (
    PostRow,
    String,
    Option<TranslationRow>,
    Option<PublicationRow>,
    (bool, bool, bool, Option<Timestamp>, bool),
    (bool, bool),
    String,
);

/// Loads one language of a post and the caller's relationship to the post, in one statement.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such post; the errors of [`access::restricted_to`].
pub(in crate::editorial) fn load(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
) -> Result<LoadedTranslation> {
    Ok(load_with(conn, by, id, ReferenceLookup::default())?.0)
}

/// Loads one language of a post and those of the things to look up that exist, in one statement.
///
/// # Errors
/// Returns the same errors as [`load`].
pub(super) fn load_with(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    lookup: ReferenceLookup,
) -> Result<(LoadedTranslation, References)> {
    limits::check_post(conn, by.actor, id.post)?;
    limits::check_written_language(conn, by.actor, &id.lang)?;
    let existing = Existing(lookup);
    let rows = rows(conn, by, id, existing.clone())?;
    let found = rows.first().map_or("[]", |row| row.6.as_str());
    let found = References::read(&existing.0, found)?;
    Ok((together(by, id, rows)?, found))
}

fn rows(conn: &mut Conn, by: By, id: &TranslationId, existing: Existing) -> Result<Vec<Columns>> {
    let lang = || id.lang.clone();
    let joined = posts::table
        .left_join(translations::table.on(copy_in(lang())))
        .left_join(publications::table.on(published_in(lang())))
        .filter(posts::id.eq(id.post));
    let (originals, others) = diesel::alias!(publications as originals, publications as others);
    let original = originals
        .filter(originals.field(publications::post_id).eq(posts::id))
        .filter(originals.field(publications::lang).eq(posts::original_lang))
        .filter(originals.field(publications::replaces_at).is_null())
        .filter(originals.field(publications::unpublish_at).is_null())
        .select(originals.field(publications::published_at));
    let translated = others
        .filter(others.field(publications::post_id).eq(posts::id))
        .filter(others.field(publications::lang).ne(posts::original_lang));
    let facts = (
        is_due(by.at),
        was_public(id.post, lang(), by.at),
        has_former_slugs(id.post, lang()),
        original.single_value(),
        exists(translated),
    );
    Ok(each!(
        conn,
        joined
            .select((
                PostRow::as_select(),
                Related,
                Option::<TranslationRow>::as_select(),
                Option::<PublicationRow>::as_select(),
                facts,
                access::involvement(id.post, access::author(by), by.at),
                existing,
            ))
            .load(conn)
    )?)
}

/// Selects the working copy of a post in a language.
#[diesel::dsl::auto_type(no_type_alias)]
fn copy_in(lang: Lang) -> _ {
    let of_post = translations::post_id.eq(posts::id);
    of_post.and(translations::lang.eq(lang))
}

/// Selects the publications of a post in a language.
#[diesel::dsl::auto_type(no_type_alias)]
fn published_in(lang: Lang) -> _ {
    let of_post = publications::post_id.eq(posts::id);
    of_post.and(publications::lang.eq(lang))
}

fn together(by: By, id: &TranslationId, rows: Vec<Columns>) -> Result<LoadedTranslation> {
    let is_due = rows.iter().any(|row| row.4.0);
    let published = rows.iter().filter_map(|row| row.3.clone()).collect();
    let (post, related, copy, _, facts, (credited, ever_public), _) =
        rows.into_iter().next().ok_or(Error::NotFound)?;
    let (_, was_public, has_former_slugs, original_since, has_translations) = facts;
    let facts = LanguageFacts {
        is_due,
        was_public,
        has_former_slugs,
        is_original: post.original_lang == id.lang,
        original_since,
        has_translations,
    };
    let involvement = Involvement {
        credited,
        ever_public,
    };
    Ok(LoadedTranslation {
        relationship: access::relationship_of(by, &post, involvement)?,
        publications: Publications::new(id.clone(), published, facts),
        relations: related::read(&related)?,
        id: id.clone(),
        post,
        copy,
    })
}

/// Loads one language of a post that the caller may read.
///
/// # Errors
/// Returns the same errors as [`load`]; [`Error::NotFound`] for a post of others.
pub(in crate::editorial) fn load_to_read(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
) -> Result<LoadedTranslation> {
    limits::check_language(conn, by.actor, &id.lang)?;
    let found = load(conn, by, id)?;
    found.relationship.may_read()?;
    Ok(found)
}

/// Loads one language of a post that the caller may change.
///
/// # Errors
/// Returns the same errors as [`load`]; [`Error::NotFound`] for a post of others; [`Error::Forbidden`] if the caller
/// may not change it; `post_in_trash`.
pub(in crate::editorial) fn load_to_change(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
) -> Result<LoadedTranslation> {
    Ok(load_to_change_with(conn, by, id, ReferenceLookup::default())?.0)
}

/// Loads one language of a post that the caller may change, and those of the things to look up that exist.
///
/// # Errors
/// Returns the same errors as [`load_to_change`].
pub(super) fn load_to_change_with(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    lookup: ReferenceLookup,
) -> Result<(LoadedTranslation, References)> {
    let (found, references) = load_with(conn, by, id, lookup)?;
    found.relationship.may_write()?;
    check_not_in_trash(&found.post)?;
    Ok((found, references))
}

impl LoadedTranslation {
    /// Returns the working copy.
    ///
    /// # Errors
    /// Returns [`Error::Missing`] if the post does not have the language.
    pub(in crate::editorial) fn copy(&self) -> Result<&TranslationRow> {
        let missing = || match self.relationship.may_read() {
            Ok(()) => Error::missing(format!("The post has no translation in {}.", self.id.lang)),
            Err(refusal) => refusal.into(),
        };
        self.copy.as_ref().ok_or_else(missing)
    }

    /// Applies the transitions that are due, as every write to the publications does first. Loads again what they
    /// change.
    ///
    /// # Errors
    /// Returns the same errors as [`load`].
    pub(in crate::editorial) fn up_to_date(self, conn: &mut Conn, by: By) -> Result<Self> {
        if !self.publications.is_due() {
            return Ok(self);
        }
        transitions::apply_due(conn, &self.id, by.at)?;
        load(conn, by, &self.id)
    }

    /// Checks that the caller may take an action.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if the post does not have the language; the errors of [`rules::guard`].
    pub(in crate::editorial) fn guard(&self, by: By, action: Action) -> Result<()> {
        rules::guard(action, &self.context(by)?)
    }

    /// Returns the actions that the caller may take now.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn allowed_actions(&self, by: By) -> Result<Vec<Action>> {
        Ok(rules::allowed_actions(&self.context(by)?))
    }

    /// Returns the facts that decide on an action.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn context(&self, by: By) -> Result<TranslationContext> {
        let post = AccessedPost {
            row: &self.post,
            relationship: self.relationship,
        };
        Ok(context(by, post, self.copy()?, self.publications.exist()))
    }

    /// Returns the current publication.
    pub(in crate::editorial) fn current(&self, by: By) -> Option<CurrentPublication> {
        self.publications.current(by.at)
    }

    /// Returns the status of the translation.
    ///
    /// # Errors
    /// Returns [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn status(&self, by: By) -> Result<Status> {
        let current = self.current(by);
        Ok(status(self.copy()?.stage, current.as_ref(), by.at))
    }
}

/// A post, and the caller's relationship to it.
#[derive(Clone, Copy)]
pub(in crate::editorial) struct AccessedPost<'a> {
    pub(in crate::editorial) row: &'a PostRow,
    pub(in crate::editorial) relationship: Relationship,
}

/// Returns the facts about one language of a post that decide on an action.
pub(in crate::editorial) fn context(
    by: By,
    post: AccessedPost<'_>,
    copy: &TranslationRow,
    has_publication: bool,
) -> TranslationContext {
    TranslationContext {
        relationship: post.relationship,
        trashed: post.row.deleted_at.is_some(),
        original: post.row.original_lang == copy.lang,
        stage: copy.stage,
        has_publication,
        submitter: copy.submitter().is(by.actor),
        reviews_own: by.policy.editors_review_own,
    }
}
