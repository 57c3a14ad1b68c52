//! The queries that begin a session and record failed attempts.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::RefreshToken;
use super::store::{end, grant, insert_token};
use crate::changes::actor::{Actor, By, Caller, Role};
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema::{sessions, users};
use crate::timestamp::Timestamp;

/// Returns the id and the password hash of the active user with this e-mail address.
///
/// # Errors
/// Returns database errors.
pub fn credentials(conn: &mut Conn, email: &Email) -> Result<Option<(Id, String)>> {
    let active = users::table
        .filter(users::email.eq(email).and(users::active.eq(true)))
        .select((users::id, users::password_hash));
    Ok(each!(conn, active.first(conn).optional())?)
}

/// Begins a session that lasts for `life`, for a user whose password was just verified against `hash`. Returns `None`
/// if the user has been deactivated or deleted since, or has a new password.
///
/// # Errors
/// Returns database errors.
pub fn open(
    conn: &mut Conn,
    by: By,
    user: Id,
    hash: &str,
    life: Duration,
) -> Result<Option<Grant>> {
    let at = by.at;
    let still = users::table
        .find(user)
        .filter(users::active.eq(true).and(users::password_hash.eq(hash)))
        .select((users::role, users::author_id));
    let found: Option<(Role, Option<Id>)> = each!(conn, still.first(conn).optional())?;
    let Some((role, author)) = found else {
        return Ok(None);
    };
    let session = replace_expired(conn, user, at, life)?;
    let refresh = RefreshToken::random()?;
    insert_token(conn, session.id, &refresh, at)?;
    let caller = Caller {
        id: user,
        role,
        author,
    };
    let actor = Actor::User(caller);
    let (by, facts) = (
        By { actor, ..by },
        Facts::none().with("session", session.id),
    );
    changes::append(conn, by, Kind::Session, user, Operation::SignIn, facts)?;
    grant(conn, session, caller, refresh, at).map(Some)
}

/// Inserts a new session of a user and deletes the user's expired ones.
fn replace_expired(conn: &mut Conn, user: Id, at: Timestamp, life: Duration) -> Result<Session> {
    let ended = sessions::table.filter(sessions::user_id.eq(user).and(sessions::expires_at.le(at)));
    each!(conn, diesel::delete(ended).execute(conn))?;
    let session = Session {
        id: Id::new(),
        user_id: user,
        created_at: at,
        expires_at: end(at, life),
        revoked_at: None,
    };
    each!(
        conn,
        diesel::insert_into(sessions::table)
            .values(&session)
            .execute(conn)
    )?;
    Ok(session)
}

/// Records a failed sign-in. `throttled` means that the password was not verified.
///
/// # Errors
/// Returns database errors.
pub fn refuse(conn: &mut Conn, by: By, email: Option<&Email>, throttled: bool) -> Result<()> {
    let mut facts = Facts::none().with("throttled", throttled);
    let mut known: Option<Id> = None;
    // Text that is not an e-mail address is not logged, because it may be a password.
    if let Some(email) = email {
        let user = users::table
            .filter(users::email.eq(email))
            .select(users::id);
        known = each!(conn, user.first(conn).optional())?;
        facts = facts.with("email", email.as_str());
    }
    let (kind, operation) = (Kind::Session, Operation::SignInFailed);
    match known {
        Some(user) => changes::append(conn, by, kind, user, operation, facts),
        None => changes::append_unnamed(conn, by, kind, operation, facts),
    }
}
