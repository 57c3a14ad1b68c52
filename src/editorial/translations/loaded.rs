//! A translation as loaded for an operation: its post, its working copy and its publications, read once and passed
//! on.

use diesel::prelude::*;

use super::rows;
use super::rows::TranslationRow;
use crate::changes::actor::By;
use crate::db::{Conn, each};
use crate::editorial::posts::access;
use crate::editorial::posts::model::PostRow;
use crate::editorial::workflow::rules::{self, Refusal, Relationship, TranslationContext};
use crate::editorial::workflow::words::{Action, Status};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::writing::current::CurrentPublication;
use crate::publications::writing::present::{
    Flags, Publications, has_former_slugs, is_due, was_public,
};
use crate::publications::writing::rows::PublicationRow;
use crate::schema::{posts, publications, revisions, translations};

/// One language of a post, with the caller's relationship to the post.
#[derive(Debug, Clone)]
pub(in crate::editorial) struct Loaded {
    pub(in crate::editorial) post: PostRow,
    pub(in crate::editorial) lang: Lang,
    /// The working copy; `None` if the post does not have the language.
    pub(in crate::editorial) copy: Option<TranslationRow>,
    /// The hash of the working copy's last revision.
    pub(in crate::editorial) hash: Option<Vec<u8>>,
    pub(in crate::editorial) publications: Publications,
    pub(in crate::editorial) relationship: Relationship,
}

type Columns = (
    PostRow,
    Option<TranslationRow>,
    Option<Vec<u8>>,
    Option<PublicationRow>,
    bool,
    Flags,
);

/// Loads one language of a post in one statement, and the caller's relationship to the post in at most two more.
///
/// # Errors
/// [`Error::NotFound`] if there is no such post; as [`access::relationship`].
pub(in crate::editorial) fn load(
    conn: &mut Conn,
    by: By,
    (post, lang): (Id, &Lang),
) -> Result<Loaded> {
    let copy = translations::post_id
        .eq(posts::id)
        .and(translations::lang.eq(lang.clone()));
    // A working copy has the number of its last revision.
    let last = revisions::post_id
        .eq(posts::id)
        .and(revisions::lang.eq(lang.clone()))
        .and(revisions::number.eq(translations::revision));
    let published = publications::post_id
        .eq(posts::id)
        .and(publications::lang.eq(lang.clone()));
    let joined = posts::table
        .left_join(translations::table.on(copy))
        .left_join(revisions::table.on(last))
        .left_join(publications::table.on(published))
        .filter(posts::id.eq(post));
    let rows: Vec<Columns> = each!(
        conn,
        joined
            .select((
                PostRow::as_select(),
                Option::<TranslationRow>::as_select(),
                revisions::hash.nullable(),
                Option::<PublicationRow>::as_select(),
                is_due(by.at),
                (
                    was_public(post, lang.clone(), by.at),
                    has_former_slugs(post, lang.clone())
                ),
            ))
            .load(conn)
    )?;
    let mut rows = rows.into_iter();
    let (post, copy, hash, first, first_due, flags) = rows.next().ok_or(Error::NotFound)?;
    let rest = rows.map(|(_, _, _, row, is_due, _)| (row, is_due));
    let publications = std::iter::once((first, first_due)).chain(rest);
    let publications = publications.filter_map(|(row, is_due)| Some((row?, is_due)));
    Ok(Loaded {
        relationship: access::relationship(conn, by, &post)?,
        publications: Publications::new(publications.collect(), flags),
        lang: lang.clone(),
        post,
        copy,
        hash,
    })
}

/// Loads one language of a post that the caller may read.
///
/// # Errors
/// As [`load`]; [`Error::NotFound`] for a post of others.
pub(in crate::editorial) fn load_to_read(
    conn: &mut Conn,
    by: By,
    id: (Id, &Lang),
) -> Result<Loaded> {
    let found = load(conn, by, id)?;
    found.relationship.may_read()?;
    Ok(found)
}

/// Loads one language of a post that the caller may change.
///
/// # Errors
/// As [`load`]; [`Error::NotFound`] for a post of others; [`Error::Forbidden`] if the caller may not change it;
/// `post_in_trash`.
pub(in crate::editorial) fn load_to_change(
    conn: &mut Conn,
    by: By,
    id: (Id, &Lang),
) -> Result<Loaded> {
    let found = load(conn, by, id)?;
    found.relationship.may_write()?;
    if found.post.deleted_at.is_some() {
        return Err(Refusal::InTrash.into());
    }
    Ok(found)
}

impl Loaded {
    /// Returns the working copy.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn copy(&self) -> Result<&TranslationRow> {
        self.copy.as_ref().ok_or(Error::NotFound)
    }

    /// Checks that the caller may take an action.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not have the language; as [`rules::guard`].
    pub(in crate::editorial) fn guard(&self, by: By, action: Action) -> Result<()> {
        rules::guard(action, &self.context(by)?)
    }

    /// Returns the actions that the caller may take now.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn allowed_actions(&self, by: By) -> Result<Vec<Action>> {
        Ok(rules::allowed_actions(&self.context(by)?))
    }

    fn context(&self, by: By) -> Result<TranslationContext> {
        let copy = self.copy()?;
        Ok(TranslationContext {
            relationship: self.relationship,
            trashed: self.post.deleted_at.is_some(),
            original: self.post.original_lang == copy.lang,
            stage: copy.stage,
            has_publication: self.publications.exist(),
            submitter: copy.submitted_by.is_some() && copy.submitted_by == by.actor.user(),
            reviews_own: by.policy.editors_review_own,
        })
    }

    /// Returns the current publication.
    pub(in crate::editorial) fn current(&self, by: By) -> Option<CurrentPublication> {
        self.publications.current(by.at)
    }

    /// Returns the status of the translation.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the post does not have the language.
    pub(in crate::editorial) fn status(&self, by: By) -> Result<Status> {
        let current = self.current(by);
        Ok(rows::status(self.copy()?.stage, current.as_ref(), by.at))
    }
}
