//! Taking a publication down, and cancelling its planned replacement.

use super::model::Takedown;
use super::record::{self, Change};
use super::store::{no_replacement, published};
use crate::changes::Operation;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::translations::loaded::LoadedTranslation;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::publications::writing::store as public;
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Cancels the planned replacement of a publication.
///
/// # Errors
/// Returns [`Error::Missing`] if none is planned; [`Error::Stale`] if `seen` does not match the current version;
/// [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`.
pub fn cancel_replacement(conn: &mut Conn, by: By, id: &TranslationId, seen: &Seen) -> Result<()> {
    let found = published(conn, by, id, seen)?;
    let before = found.current(by);
    before
        .and_then(|before| before.replacement)
        .ok_or_else(no_replacement)?;
    let after = public::cancel_replacement(conn, found.publications.clone(), by.at)?;
    let change = Change::new(after, Operation::Update);
    record::changed(conn, by, found, change).map(drop)
}

/// Takes down the publication of one language of a post, live or not, with its replacement.
///
/// # Errors
/// Returns [`Error::Missing`] if there is no publication; [`Error::Stale`] if `seen` does not match the current
/// version; [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`.
pub fn unpublish(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    takedown: Takedown,
) -> Result<()> {
    let found = published(conn, by, id, seen)?;
    let after = public::take_down(conn, found.publications.clone(), by.at)?;
    let change = Change {
        reason: takedown.reason,
        ..Change::new(after, Operation::Unpublish)
    };
    record::changed(conn, by, found, change).map(drop)
}

/// Deletes the publication of a translation with its replacement, if there is one. The caller raises the versions.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond.
pub(in crate::editorial) fn take_down(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
) -> Result<()> {
    if !found.publications.exist() {
        return Ok(());
    }
    let found = found.clone().up_to_date(conn, by)?;
    let after = public::take_down(conn, found.publications.clone(), by.at)?;
    record::log(conn, by, &found, Change::new(after, Operation::Unpublish))
}
