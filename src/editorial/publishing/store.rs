//! Reading the publication of a translation.

use super::model::Publication;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::db::Conn;
use crate::editorial::translations::loaded::{self, LoadedTranslation};
use crate::editorial::translations::rows as translations;
use crate::editorial::workflow::words::Action;
use crate::error::{Error, Result};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Reads the publication of a translation that the caller may read.
///
/// # Errors
/// Returns the same errors as `loaded::load_to_read`; [`Error::NotFound`] if there is no publication.
pub fn find(conn: &mut Conn, by: By, id: &TranslationId) -> Result<Publication> {
    publication(&loaded::load_to_read(conn, by, id)?, by)
}

/// Returns the publication in its representation for editors.
pub(super) fn publication(found: &LoadedTranslation, by: By) -> Result<Publication> {
    let copy = found.copy()?;
    let current = found.current(by).ok_or(Error::NotFound)?;
    Ok(Publication {
        post: copy.post_id,
        lang: copy.lang.clone(),
        state: translations::state(current, by.at),
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
    found.current(by).ok_or(Error::NotFound)?;
    preconditions::check_in(conn, seen, copy.version, id)?;
    found.guard(by, Action::Unpublish)?;
    found.up_to_date(conn, by)
}
