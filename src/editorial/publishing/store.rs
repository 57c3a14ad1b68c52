//! Reading the publication of a translation.

use super::model::{Publication, PublicationState};
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::db::Conn;
use crate::editorial::translations::loaded::{self, LoadedTranslation};
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Reads the publication of a translation that the caller may read.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_read`; [`Error::Missing`] if there is no publication.
pub fn find(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Publication> {
    publication(&loaded::load_to_read(conn, by, id)?, by)
}

/// Returns the publication in its representation for editors.
pub(super) fn publication(found: &LoadedTranslation, by: By) -> Result<Publication> {
    let copy = found.copy()?;
    let current = found.current(by).ok_or_else(|| no_publication(&found.id))?;
    Ok(Publication {
        post: copy.post_id,
        lang: copy.lang.clone(),
        state: PublicationState::of(current, by.at),
        allowed_actions: found.allowed_actions(by)?,
        version: copy.version,
    })
}

/// Loads a translation with a publication that the caller may change. Requires the same permission as taking it down.
pub(super) fn published(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
) -> Result<LoadedTranslation> {
    let found = loaded::load(conn, by, id)?;
    let copy = found.copy()?;
    found.current(by).ok_or_else(|| no_publication(id))?;
    preconditions::check_in(conn, seen, copy.version, id)?;
    found.guard(by, Action::Unpublish)?;
    found.up_to_date(conn, by)
}

/// Returns the error for a translation that has no publication.
pub(super) fn no_publication(id: &TranslationId) -> Error {
    Error::missing(format!("The post has no publication in {}.", id.lang))
}

/// Returns the error for a publication without a planned replacement.
pub(super) fn no_replacement() -> Error {
    Error::missing("No replacement of the publication is planned.")
}
