//! SQL for translations: the working copies, one per post and language.

use diesel::prelude::*;

use super::input::{NewTranslation, TranslationPatch};
use super::loaded::{self, LoadedTranslation};
use super::model::{
    IncludedInTranslation, Translation, TranslationIncludable, TranslationInclusion,
};
use super::saving::{Save, save};
use super::shown::{self, Surroundings};
use super::translators;
use super::writing::logged;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::editorial::posts::rows;
use crate::editorial::publishing::model::Takedown;
use crate::editorial::publishing::taking_down::take_down;
use crate::editorial::workflow::steps;
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::schema::translations;
use crate::slugs::{self, Owner};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Reads a working copy that the caller may read.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_read`; [`Error::NotFound`] if the post does not have the language.
pub fn find(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Translation> {
    translation(loaded::load_to_read(conn, by, id)?, by)
}

/// Reads a working copy as [`find`] does, with the names that the request includes.
///
/// # Errors
/// Returns the same errors as [`find`].
pub fn find_including(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    inclusion: &TranslationInclusion,
) -> Result<Translation> {
    let mut found = find(conn, by, id)?;
    if inclusion
        .include
        .contains(&TranslationIncludable::Translators)
    {
        let translators = translators::names(conn, &found.translators)?;
        found.included = Some(IncludedInTranslation { translators });
    }
    Ok(found)
}

/// Returns the working copy in its representation for editors.
pub(super) fn translation(found: LoadedTranslation, by: By) -> Result<Translation> {
    let surroundings = Surroundings {
        current: found.current(by),
        allowed_actions: found.allowed_actions(by)?,
        now: by.at,
    };
    let row = found.copy.ok_or(Error::NotFound)?;
    Ok(shown::translation(&found.post, row, surroundings))
}

/// Writes a translation, new or existing. Returns true if it is new.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change`; [`Error::Stale`] if `seen` does not match the current version;
/// the errors of `LoadedTranslation::guard`; `slug_taken`; [`Error::Invalid`] for translators that are unknown or named
/// twice.
pub fn replace(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    new: NewTranslation,
) -> Result<(Translation, bool)> {
    let (found, references) = loaded::load_to_change_with(conn, by, id, new.lookup())?;
    let is_new = found.copy.is_none();
    check_editable(conn, by, &found, seen)?;
    let saved = save(conn, by, found, Save::new(new, references, ""))?;
    Ok((translation(saved, by)?, is_new))
}

/// Checks that the caller may write the language: edit the working copy they have seen, or create one if there is
/// none.
///
/// # Errors
/// Returns [`Error::Stale`] if `seen` does not match; the errors of [`LoadedTranslation::guard`].
pub(super) fn check_editable(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    seen: &Seen,
) -> Result<()> {
    match &found.copy {
        Some(copy) => {
            preconditions::check_in(conn, seen, copy.version, &found.id)?;
            found.guard(by, Action::Edit)
        }
        None => preconditions::check_absent(conn, seen, &found.id),
    }
}

/// Changes a translation.
///
/// # Errors
/// Returns the same errors as [`replace`]; [`Error::NotFound`] if the post does not have the language.
pub fn update(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    patch: TranslationPatch,
) -> Result<Translation> {
    let (found, references) = loaded::load_to_change_with(conn, by, id, patch.lookup())?;
    found.copy()?;
    check_editable(conn, by, &found, seen)?;
    let new = patch.apply(&translation(found.clone(), by)?);
    let saved = save(conn, by, found, Save::new(new, references, ""))?;
    translation(saved, by)
}

/// Saves a working copy, new or existing, whatever its stage and version, and records the revision. A text that changes
/// nothing writes nothing.
///
/// # Errors
/// Returns the same errors as [`By::require`]; `slug_taken`; [`Error::Invalid`] for unknown translators.
pub fn upsert(conn: &mut Conn, by: By, id: &TranslationId, new: NewTranslation) -> Result<()> {
    by.require(Access::Writers)?;
    let (found, references) = loaded::load_with(conn, by, id, new.lookup())?;
    save(conn, by, found, Save::new(new, references, "")).map(drop)
}

/// Deletes a translation and takes down its publication. Its revisions and workflow steps remain.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_change` and `LoadedTranslation::guard`; [`Error::Stale`] if `seen` does
/// not match the current version.
pub fn delete(conn: &mut Conn, by: By, id: &TranslationId, seen: &Seen) -> Result<()> {
    let found = loaded::load_to_change(conn, by, id)?;
    let old = found.copy()?;
    preconditions::check_in(conn, seen, old.version, id)?;
    found.guard(by, Action::Delete)?;
    take_down(conn, by, &found, Takedown::default())?;
    steps::mark_past(conn, id)?;
    each!(
        conn,
        diesel::delete(translations::table.find((id.post, &id.lang))).execute(conn)
    )?;
    slugs::release(conn, Owner::translation(id), &old.slug, by.at)?;
    rows::bump_version(conn, by, id.post)?;
    let (operation, facts) = (Operation::Delete, Facts::deleted(&logged(old)));
    changes::append_in(conn, by, Kind::Translation, id, operation, facts)
}
