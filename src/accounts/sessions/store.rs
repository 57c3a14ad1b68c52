//! All SQL of sessions, but for their refresh tokens.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::RefreshToken;
use super::rotation;
use crate::accounts::signing_keys;
use crate::changes::actor::{Access, Actor, By, Caller, Role};
use crate::changes::{self, Facts, Kind, Operation};
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::schema::{sessions, users};
use crate::timestamp::Timestamp;

/// Id and password hash of the active user with this e-mail.
///
/// # Errors
/// What the database reports.
pub fn credentials(conn: &mut Conn, email: &Email) -> Result<Option<(Id, String)>> {
    let active = users::table
        .filter(users::email.eq(email).and(users::active.eq(true)))
        .select((users::id, users::password_hash));
    Ok(each!(conn, active.first(conn).optional())?)
}

/// The user behind a session, if both are good at `now`.
///
/// # Errors
/// What the database reports.
pub fn live(conn: &mut Conn, user: Id, session: Id, now: Timestamp) -> Result<Option<Caller>> {
    let live = users::table
        .inner_join(sessions::table.on(sessions::user_id.eq(users::id)))
        .filter(users::id.eq(user).and(users::active.eq(true)))
        .filter(
            sessions::id
                .eq(session)
                .and(sessions::revoked_at.is_null())
                .and(sessions::expires_at.gt(now)),
        )
        .select((users::role, users::author_id));
    let found: Option<(Role, Option<Id>)> = each!(conn, live.first(conn).optional())?;
    Ok(found.map(|(role, author)| Caller {
        id: user,
        role,
        author,
    }))
}

/// Begins a session of `life` for a user whose password has just been checked against `hash`. `None` if the user was
/// deactivated, deleted or given another password since.
///
/// # Errors
/// What the database reports.
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
    let refresh = RefreshToken::random()?;
    rotation::insert(conn, session.id, &refresh, at)?;
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

/// Somebody tried to sign in as this user and was refused, or not even let try.
///
/// # Errors
/// What the database reports.
pub fn refuse(conn: &mut Conn, by: By, email: Option<&Email>, throttled: bool) -> Result<()> {
    let mut facts = Facts::none().with("throttled", throttled);
    let mut known: Option<Id> = None;
    // What is no e-mail is not kept: it may well be a password.
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

/// Ends a session at its user's wish.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for anybody but the user.
pub fn sign_out(conn: &mut Conn, by: By, user: Id, session: Id) -> Result<()> {
    by.require_self(user)?;
    end_one(conn, session, by.at)?;
    let facts = Facts::none().with("session", session);
    changes::append(conn, by, Kind::Session, user, Operation::SignOut, facts)
}

/// Ends a session for a reason of ours.
///
/// # Errors
/// What the database reports.
pub(super) fn revoke(conn: &mut Conn, by: By, user: Id, session: Id, why: &str) -> Result<()> {
    end_one(conn, session, by.at)?;
    let facts = Facts::none().with("session", session).with("reason", why);
    changes::append(conn, by, Kind::Session, user, Operation::Revoke, facts)
}

fn end_one(conn: &mut Conn, session: Id, at: Timestamp) -> Result<()> {
    let live = sessions::table.filter(sessions::id.eq(session).and(sessions::revoked_at.is_null()));
    let ended = sessions::revoked_at.eq(at);
    each!(conn, diesel::update(live).set(ended).execute(conn))?;
    Ok(())
}

/// Ends all sessions of a user, but for the one to `keep`.
///
/// # Errors
/// [`crate::error::Error::Forbidden`] for anybody but the user and admins.
pub fn revoke_all(conn: &mut Conn, by: By, user: Id, keep: Option<Id>, why: &str) -> Result<()> {
    by.require(Access::Admins)
        .or_else(|_| by.require_self(user))?;
    let of_user = sessions::user_id
        .eq(user)
        .and(sessions::revoked_at.is_null());
    let ended = sessions::revoked_at.eq(by.at);
    let count = match keep {
        Some(keep) => {
            let others = sessions::table.filter(of_user.and(sessions::id.ne(keep)));
            each!(conn, diesel::update(others).set(ended).execute(conn))?
        }
        None => {
            let all = sessions::table.filter(of_user);
            each!(conn, diesel::update(all).set(ended).execute(conn))?
        }
    };
    if count == 0 {
        return Ok(());
    }
    let facts = Facts::none().with("sessions", count).with("reason", why);
    changes::append(conn, by, Kind::Session, user, Operation::Revoke, facts)
}

/// What the session is given, with the key to sign it.
///
/// # Errors
/// What the database reports.
pub(super) fn grant(
    conn: &mut Conn,
    session: Session,
    caller: Caller,
    refresh: RefreshToken,
    at: Timestamp,
) -> Result<Grant> {
    let key = signing_keys::store::ensure(conn, By::new(Actor::User(caller), at))?;
    Ok(Grant {
        session,
        role: caller.role,
        refresh,
        key,
    })
}

/// When a session of `life` ends.
pub(super) fn end(at: Timestamp, life: Duration) -> Timestamp {
    at.plus_seconds(seconds(life))
}

/// A length of time in seconds.
pub(super) fn seconds(life: Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX)
}
