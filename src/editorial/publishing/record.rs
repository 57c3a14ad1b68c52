//! Records a change to the publications of a language: releases slugs, raises versions, and appends to the change log.

use super::model::TakedownReason;
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

/// A change to the publications of a translation.
pub(super) struct Change {
    /// The publications as they are now.
    pub(super) after: Publications,
    /// The operation that the change log records.
    pub(super) operation: Operation,
    /// The shared properties that the change alters, before and after.
    pub(super) shared: Facts,
    /// The reason for taking a publication down, if one was given.
    pub(super) reason: Option<TakedownReason>,
}

impl Change {
    /// A change that leaves the shared properties as they are.
    pub(super) fn new(after: Publications, operation: Operation) -> Self {
        Self {
            after,
            operation,
            shared: Facts::none(),
            reason: None,
        }
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
    change: Change,
) -> Result<LoadedTranslation> {
    let mut found = found;
    if let Some(copy) = &mut found.copy {
        translations::advance(conn, copy)?;
    }
    rows::bump_version(conn, by, found.id.post)?;
    let publications = change.after.clone();
    log(conn, by, &found, change)?;
    Ok(LoadedTranslation {
        publications,
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
    change: Change,
) -> Result<LoadedTranslation> {
    if found.publications.are_like(&change.after) {
        return Ok(LoadedTranslation {
            publications: change.after,
            ..found
        });
    }
    changed(conn, by, found, change)
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
    change: Change,
) -> Result<()> {
    let Change {
        after,
        operation,
        shared,
        reason,
    } = change;
    let before = &found.publications;
    let is_used = |slug: &_| found.copy.as_ref().is_some_and(|copy| copy.slug == *slug);
    for slug in before.unseen_slugs_without(&after, by.at) {
        if !is_used(&slug) {
            slugs::release(conn, Owner::translation(&found.id), &slug, by.at)?;
        }
    }
    let (was, is) = (before.current(by.at), after.current(by.at));
    if was.is_some() || is.is_some() {
        let mut facts = Facts::between(was.as_ref(), is.as_ref()).and(shared);
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
