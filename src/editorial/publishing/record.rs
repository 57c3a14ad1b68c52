//! Records a change to the publications of a language: releases slugs, raises versions, and appends to the change log.

use super::model::{Takedown, TakedownReason};
use crate::changes::actor::By;
use crate::changes::{self, Facts, Operation};
use crate::db::Conn;
use crate::editorial::posts::rows;
use crate::editorial::translations::loaded::LoadedTranslation;
use crate::editorial::translations::rows as translations;
use crate::error::Result;
use crate::kind::Kind;
use crate::publications::writing::present::Publications;
use crate::publications::writing::transitions;
use crate::slugs::{self, Owner};

/// What the log says of a change: the operation and, of a publication that is taken down, the reason.
pub(super) struct Change {
    operation: Operation,
    reason: Option<TakedownReason>,
}

impl From<Operation> for Change {
    fn from(operation: Operation) -> Self {
        let reason = None;
        Self { operation, reason }
    }
}

impl From<Takedown> for Change {
    fn from(Takedown { reason }: Takedown) -> Self {
        let operation = Operation::Unpublish;
        Self { operation, reason }
    }
}

/// Completes a change to the publications of a translation. Raises its version and that of its post. Returns the
/// translation as it is now.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond, and
/// [`crate::error::Error::Unwritable`] if it accepts no writes.
pub(super) fn changed(
    conn: &mut Conn,
    by: By,
    found: LoadedTranslation,
    after: Publications,
    change: impl Into<Change>,
) -> Result<LoadedTranslation> {
    let mut found = found;
    if let Some(copy) = &mut found.copy {
        translations::advance(conn, copy)?;
    }
    rows::bump_version(conn, by, found.id.post)?;
    log(conn, by, &found, &after, change)?;
    Ok(LoadedTranslation {
        publications: after,
        ..found
    })
}

/// Completes a change to the times or the text of the publications of a translation, as [`changed`] does. A change that
/// leaves them as they were has no effect.
///
/// # Errors
/// Database errors.
pub(super) fn if_changed(
    conn: &mut Conn,
    by: By,
    found: LoadedTranslation,
    after: Publications,
    operation: Operation,
) -> Result<LoadedTranslation> {
    if found.publications.are_like(&after) {
        return Ok(LoadedTranslation {
            publications: after,
            ..found
        });
    }
    changed(conn, by, found, after, operation)
}

/// Logs a change to the publications of a translation, and releases the slugs that nothing uses any more.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the database does not respond, and
/// [`crate::error::Error::Unwritable`] if it accepts no writes.
pub(super) fn log(
    conn: &mut Conn,
    by: By,
    found: &LoadedTranslation,
    after: &Publications,
    change: impl Into<Change>,
) -> Result<()> {
    let before = &found.publications;
    let is_used = |slug: &_| found.copy.as_ref().is_some_and(|copy| copy.slug == *slug);
    for slug in before.unseen_slugs_without(after, by.at) {
        if !is_used(&slug) {
            slugs::release(conn, Owner::translation(&found.id), &slug, by.at)?;
        }
    }
    let (was, is) = (before.current(by.at), after.current(by.at));
    if was.is_some() || is.is_some() {
        let Change { operation, reason } = change.into();
        let mut facts = Facts::between(was.as_ref(), is.as_ref());
        if let Some(reason) = reason {
            facts = facts.with("reason", reason);
        }
        changes::append_in(conn, by, Kind::Publication, &found.id, operation, facts)?;
    }
    if after.has_former_slugs() {
        transitions::log_lost_slugs(conn, by, &found.id)?;
    }
    Ok(())
}
