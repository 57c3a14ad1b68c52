//! The change log. It is append-only, written in the transaction of the change, and numbered in commit order.
//!
//! There is one writer at a time ([`crate::db`]), so a reader that has seen number n has seen all entries before it.
//! Rolled-back transactions may leave gaps, which are never filled later.

pub mod actor;
mod facts;
pub mod preconditions;
pub mod reading;

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
    write(conn, by, (kind, Some(id), None), operation, facts)
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
    let about = (kind, Some(id.post), Some(&id.lang));
    write(conn, by, about, operation, facts)
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
    write(conn, by, (kind, None, None), operation, facts)
}

fn write(
    conn: &mut Conn,
    by: By,
    (kind, id, lang): (Kind, Option<Id>, Option<&Lang>),
    operation: Operation,
    facts: Facts,
) -> Result<()> {
    let (before, after) = facts.sides()?;
    let row = (
        changes::at.eq(by.at),
        changes::actor.eq(by.actor.kind()),
        changes::actor_id.eq(by.actor.user()),
        changes::address.eq(by.origin.map(|origin| origin.address.to_string())),
        changes::request_id.eq(by.origin.map(|origin| origin.request.to_string())),
        changes::kind.eq(kind),
        changes::entity_id.eq(id),
        changes::lang.eq(lang),
        changes::operation.eq(operation),
        changes::before.eq(before.map(Json)),
        changes::after.eq(after.map(Json)),
    );
    each!(
        conn,
        diesel::insert_into(changes::table)
            .values(row)
            .execute(conn)
    )?;
    Ok(())
}
