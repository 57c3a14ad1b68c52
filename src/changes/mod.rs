//! The change log. It is append-only, written in the transaction of the change, and numbered in commit order.
//!
//! There is one writer at a time ([`crate::db`]), so a reader that has seen number n has seen all entries before it.
//! Rolled-back transactions may leave gaps, which are never filled later.

pub mod actor;
pub mod ending;
mod facts;
pub mod preconditions;
pub mod reading;
pub mod visibility;

use diesel::prelude::*;
pub use facts::Facts;

use crate::changes::actor::By;
use crate::db::sql_types::{Json, words};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::changes;
use crate::translation_id::TranslationId;

words! {
    /// The operation of a change.
    pub enum Operation {
        /// Created.
        Create = "create",
        /// Updated.
        Update = "update",
        /// Deleted, or moved to the trash.
        Delete = "delete",
        /// Restored from the trash, or from an old revision.
        Restore = "restore",
        /// Deleted for good.
        Purge = "purge",
        /// Published at once.
        Publish = "publish",
        /// The properties that all languages share published, without a text.
        PublishShared = "publish_shared",
        /// Scheduled for publication.
        Schedule = "schedule",
        /// Taken down.
        Unpublish = "unpublish",
        /// Merged into another.
        Merge = "merge",
        /// Replaced by a new one.
        Rotate = "rotate",
        /// Submitted for review.
        Submit = "submit",
        /// Withdrawn from review.
        Withdraw = "withdraw",
        /// Taken into review.
        Take = "take",
        /// Given back to the other reviewers.
        HandBack = "hand_back",
        /// Approved.
        Approve = "approve",
        /// Sent back to its writer.
        RequestChanges = "request_changes",
        /// Archived.
        Archive = "archive",
        /// Unarchived.
        Unarchive = "unarchive",
        /// Old revisions deleted.
        Prune = "prune",
        /// Signed in.
        SignIn = "sign_in",
        /// Sign-in failed.
        SignInFailed = "sign_in_failed",
        /// Signed out.
        SignOut = "sign_out",
        /// Revoked by the server.
        Revoke = "revoke",
    }
}

/// An entry to append.
#[derive(Debug)]
pub struct NewEntry {
    kind: Kind,
    id: Option<Id>,
    lang: Option<Lang>,
    operation: Operation,
    facts: Facts,
}

impl NewEntry {
    /// Creates an entry about a whole resource.
    pub fn new(kind: Kind, id: Id, operation: Operation, facts: Facts) -> Self {
        Self {
            kind,
            id: Some(id),
            lang: None,
            operation,
            facts,
        }
    }

    /// Creates an entry about one language of a post.
    pub fn in_lang(kind: Kind, id: &TranslationId, operation: Operation, facts: Facts) -> Self {
        Self {
            lang: Some(id.lang.clone()),
            ..Self::new(kind, id.post, operation, facts)
        }
    }
}

/// Appends an entry about a whole resource.
///
/// # Errors
/// Returns database errors.
pub fn append(
    conn: &mut Conn,
    by: By,
    kind: Kind,
    id: Id,
    operation: Operation,
    facts: Facts,
) -> Result<()> {
    append_all(conn, by, vec![NewEntry::new(kind, id, operation, facts)])
}

/// Appends an entry about one language of a post.
///
/// # Errors
/// Returns database errors.
pub fn append_in(
    conn: &mut Conn,
    by: By,
    kind: Kind,
    id: &TranslationId,
    operation: Operation,
    facts: Facts,
) -> Result<()> {
    let entry = NewEntry::in_lang(kind, id, operation, facts);
    append_all(conn, by, vec![entry])
}

/// Appends an entry about a resource without an id.
///
/// # Errors
/// Returns database errors.
pub fn append_unnamed(
    conn: &mut Conn,
    by: By,
    kind: Kind,
    operation: Operation,
    facts: Facts,
) -> Result<()> {
    let entry = NewEntry {
        kind,
        id: None,
        lang: None,
        operation,
        facts,
    };
    append_all(conn, by, vec![entry])
}

/// Appends entries in this order, in one statement.
///
/// # Errors
/// Returns database errors.
pub fn append_all(conn: &mut Conn, by: By, entries: Vec<NewEntry>) -> Result<()> {
    let mut rows = Vec::new();
    for entry in entries {
        let (before, after) = entry.facts.sides()?;
        rows.push((
            changes::at.eq(by.at),
            changes::actor.eq(by.actor.kind()),
            changes::actor_id.eq(by.actor.id()),
            changes::address.eq(by.origin.map(|origin| origin.address.to_string())),
            changes::request_id.eq(by.origin.map(|origin| origin.request.to_string())),
            changes::kind.eq(entry.kind),
            changes::entity_id.eq(entry.id),
            changes::lang.eq(entry.lang),
            changes::operation.eq(entry.operation),
            changes::before.eq(before.map(Json)),
            changes::after.eq(after.map(Json)),
        ));
    }
    if !rows.is_empty() {
        let rows = diesel::insert_into(changes::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}
