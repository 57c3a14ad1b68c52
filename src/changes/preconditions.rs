//! Preconditions against lost updates. A write that expects a version other than the current one is refused, with the
//! author and time of the last change.

use diesel::prelude::*;

use crate::changes::Operation;
use crate::changes::actor::ActorKind;
use crate::db::{Conn, each};
use crate::error::{Error, Result, Stale};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::{changes, users};
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;
use crate::user_ref::UserRef;
use crate::version::{Seen, etag};

/// Checks that the caller expects this version, or any.
///
/// # Errors
/// Returns [`Error::Stale`] with the current validator and the last change.
pub fn check(conn: &mut Conn, seen: &Seen, version: i32, id: Id) -> Result<()> {
    if seen.allows(version) {
        return Ok(());
    }
    refuse(conn, Some(version), id, None)
}

/// Checks the version of one language of a post.
///
/// # Errors
/// Returns the same errors as [`check`].
pub fn check_in(conn: &mut Conn, seen: &Seen, version: i32, id: &TranslationId) -> Result<()> {
    if seen.allows(version) {
        return Ok(());
    }
    refuse(conn, Some(version), id.post, Some(&id.lang))
}

/// Checks that the caller does not expect an existing version of a language that the write creates.
///
/// # Errors
/// Returns [`Error::Stale`], without a validator, when the caller expects an existing version.
pub fn check_absent(conn: &mut Conn, seen: &Seen, id: &TranslationId) -> Result<()> {
    if seen.allows_absent() {
        return Ok(());
    }
    refuse(conn, None, id.post, Some(&id.lang))
}

/// Checks the version of something whose last change the caller has read.
///
/// # Errors
/// Returns [`Error::Stale`] with the current validator and this change.
pub fn check_read(seen: &Seen, version: i32, last: LastChange) -> Result<()> {
    if seen.allows(version) {
        return Ok(());
    }
    Err(stale(Some(version), Some(last)))
}

/// The user who made a change (`None` if it was no user), and its time.
type LastChange = (Option<UserRef>, Timestamp);

fn refuse(conn: &mut Conn, version: Option<i32>, id: Id, lang: Option<&Lang>) -> Result<()> {
    Err(stale(version, last_change(conn, id, lang)?))
}

fn stale(version: Option<i32>, changed: Option<LastChange>) -> Error {
    Error::Stale(Box::new(Stale {
        current: version.map(etag),
        changed,
    }))
}

/// Returns the author and time of the last change. A change to a whole post changes each of its languages.
fn last_change(conn: &mut Conn, id: Id, lang: Option<&Lang>) -> Result<Option<LastChange>> {
    let actor = users::id.nullable().eq(changes::actor_id);
    let of_it = changes::table
        .left_join(users::table.on(actor))
        .filter(changes::entity_id.eq(id))
        .filter(changes::kind.ne_all([Kind::Session, Kind::PreviewLink]))
        .filter(changes::operation.ne(Operation::Prune))
        .filter(changes::actor.ne(ActorKind::Clock))
        .order(changes::seq.desc())
        .select((
            changes::actor,
            changes::actor_id,
            users::name.nullable(),
            changes::at,
        ));
    let last: Option<(ActorKind, Option<Id>, Option<String>, Timestamp)> = match lang {
        Some(lang) => {
            let of_it = of_it.filter(changes::lang.eq(lang).or(changes::lang.is_null()));
            each!(conn, of_it.first(conn).optional())?
        }
        None => each!(conn, of_it.first(conn).optional())?,
    };
    Ok(last.map(|(actor, id, name, at)| {
        let user = id.filter(|_| actor == ActorKind::User);
        (UserRef::new(user, name), at)
    }))
}
