//! Taking a publication down, and cancelling its planned replacement.

use super::model::{Takedown, TakedownReason};
use super::record::{self, Change};
use super::store::{no_publication, no_replacement, published};
use crate::changes::actor::By;
use crate::changes::reading::{self, Entry};
use crate::changes::visibility::had_begun;
use crate::changes::{Facts, Operation, append_in, preconditions};
use crate::db::Conn;
use crate::editorial::translations::loaded::{self, LoadedTranslation};
use crate::editorial::workflow::rules::{self, TranslationContext};
use crate::editorial::workflow::words::Action;
#[cfg(doc)]
use crate::error::Error;
use crate::error::Result;
use crate::kind::Kind;
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

/// Takes down the publication of one language of a post, live or not, with its replacement. A reason for what was taken
/// down before is told like a new takedown.
///
/// # Errors
/// Returns [`Error::Missing`] if there is no publication, and with a reason, if there was none; [`Error::Stale`] if
/// `seen` does not match the current version; [`Error::Forbidden`] unless the caller is an editor; `post_in_trash`.
pub fn unpublish(
    conn: &mut Conn,
    by: By,
    id: &TranslationId,
    seen: &Seen,
    takedown: Takedown,
) -> Result<()> {
    let found = loaded::load(conn, by, id)?;
    if let (None, Some(reason)) = (found.current(by), takedown.reason) {
        return correct_reason(conn, by, &found, (seen, reason));
    }
    let found = published(conn, by, id, seen)?;
    let after = public::take_down(conn, found.publications.clone(), by.at)?;
    let change = Change {
        reason: takedown.reason,
        ..Change::new(after, Operation::Unpublish)
    };
    record::changed(conn, by, found, change).map(drop)
}

/// Logs another reason for which the language was taken down last, so that everybody who keeps a copy is told. The reason
/// that it has already is not told again.
fn correct_reason(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    (seen, reason): (&Seen, TakedownReason),
) -> Result<()> {
    let id = &found.id;
    let version = found.copy()?.version;
    let entries = reading::endings(conn, &[id.post])?;
    let own = |entry: &&Entry| entry.lang.as_ref() == Some(&id.lang) && had_begun(entry);
    let last = entries.iter().rfind(own);
    let last = last.ok_or_else(|| no_publication(id))?;
    preconditions::check_in(conn, seen, version, id)?;
    let context = TranslationContext {
        has_publication: true,
        ..found.context(by)?
    };
    rules::guard(Action::Unpublish, &context)?;
    let after = last.after.as_ref();
    let given = after.and_then(|after| after.0.get("reason")?.as_str());
    if given == Some(reason.as_str()) {
        return Ok(());
    }
    let facts = Facts::none().with("reason", reason);
    append_in(conn, by, Kind::Publication, id, Operation::Unpublish, facts)
}

/// Deletes the publication of a translation with its replacement, if there is one. The caller raises the versions.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database does not respond.
pub(in crate::editorial) fn take_down(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    takedown: Takedown,
) -> Result<()> {
    if !found.publications.exist() {
        return Ok(());
    }
    let found = found.clone().up_to_date(conn, by)?;
    let after = public::take_down(conn, found.publications.clone(), by.at)?;
    let change = Change {
        reason: takedown.reason,
        ..Change::new(after, Operation::Unpublish)
    };
    record::log(conn, by, &found, change)
}
