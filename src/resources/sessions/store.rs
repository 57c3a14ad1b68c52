//! All SQL of sessions, but for their refresh tokens.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::RefreshToken;
use super::rotation;
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::resources::actor::Role;
use crate::resources::actor::{Actor, By, Caller};
use crate::resources::keys;
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

/// Role and author of a user behind a session, if both are good at `now`.
///
/// # Errors
/// What the database reports.
pub fn live(
    conn: &mut Conn,
    user: Id,
    session: Id,
    now: Timestamp,
) -> Result<Option<(Role, Option<Id>)>> {
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
    Ok(each!(conn, live.first(conn).optional())?)
}

/// Begins a session of `life` for a user whose password has just been checked against `hash`. `None` if the user was
/// deactivated, deleted or given another password since.
///
/// # Errors
/// What the database reports.
pub fn open(
    conn: &mut Conn,
    user: Id,
    hash: &str,
    at: Timestamp,
    life: Duration,
) -> Result<Option<Grant>> {
    let still = users::table
        .find(user)
        .filter(users::active.eq(true).and(users::password_hash.eq(hash)))
        .select(users::role);
    let Some(role) = each!(conn, still.first::<Role>(conn).optional())? else {
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
    grant(conn, session, role, refresh, at).map(Some)
}

/// Ends a session.
///
/// # Errors
/// What the database reports.
pub fn revoke(conn: &mut Conn, session: Id, at: Timestamp) -> Result<()> {
    let live = sessions::table.filter(sessions::id.eq(session).and(sessions::revoked_at.is_null()));
    let ended = sessions::revoked_at.eq(at);
    each!(conn, diesel::update(live).set(ended).execute(conn))?;
    Ok(())
}

/// Ends all sessions of a user, but for the one to `keep`.
///
/// # Errors
/// What the database reports.
pub fn revoke_all(conn: &mut Conn, user: Id, keep: Option<Id>, at: Timestamp) -> Result<()> {
    let of_user = sessions::user_id
        .eq(user)
        .and(sessions::revoked_at.is_null());
    let ended = sessions::revoked_at.eq(at);
    match keep {
        Some(keep) => {
            let others = sessions::table.filter(of_user.and(sessions::id.ne(keep)));
            each!(conn, diesel::update(others).set(ended).execute(conn))?;
        }
        None => {
            let all = sessions::table.filter(of_user);
            each!(conn, diesel::update(all).set(ended).execute(conn))?;
        }
    }
    Ok(())
}

/// What the session is given, with the key to sign it.
///
/// # Errors
/// What the database reports.
pub(super) fn grant(
    conn: &mut Conn,
    session: Session,
    role: Role,
    refresh: RefreshToken,
    at: Timestamp,
) -> Result<Grant> {
    let actor = Actor::User(Caller {
        id: session.user_id,
        role,
        author: None,
        session: session.id,
        reviews_own: false,
    });
    let key = keys::store::ensure(conn, By::new(actor, at))?;
    Ok(Grant {
        session,
        role,
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
