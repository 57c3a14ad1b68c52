//! All SQL of sessions and their refresh tokens.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::{RefreshToken, nonce};
use super::role::Role;
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::resources::changes::{Actor, By};
use crate::resources::keys;
use crate::schema::{refresh_tokens, sessions, users};
use crate::timestamp::Timestamp;

/// For how many seconds a refresh token that was exchanged still gives the same successor: two tabs, a lost answer.
const GRACE: i64 = 10;

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
    insert_token(conn, &session, &refresh, at)?;
    grant(conn, session, role, refresh, at).map(Some)
}

/// Whether this is the hash of one of our refresh tokens: asked before a transaction is begun for it.
///
/// # Errors
/// What the database reports.
pub fn is_known(conn: &mut Conn, hash: &[u8]) -> Result<bool> {
    let found = refresh_tokens::table
        .find(hash)
        .select(refresh_tokens::session_id);
    Ok(each!(conn, found.first::<Id>(conn).optional())?.is_some())
}

/// Exchanges a refresh token for its successor and lets the session live on for `life`. `None` if the token, the session
/// or the user is not good. A token that was exchanged before, outside the grace window, ends the session: somebody has a
/// copy. That must be committed, so it is no error.
///
/// # Errors
/// What the database reports.
pub fn rotate(
    conn: &mut Conn,
    token: &RefreshToken,
    at: Timestamp,
    life: Duration,
) -> Result<Option<Grant>> {
    let Some((mut session, role, stored)) = find(conn, token, at)? else {
        return Ok(None);
    };
    let successor = token.successor(&stored.nonce);
    match stored.used_at {
        None => {
            session.expires_at = end(at, life);
            exchange(conn, token, &session, &successor, at)?;
        }
        Some(used) if at <= used.plus_seconds(GRACE) => {}
        Some(_) => {
            log::warn!(
                "a refresh token was used again; session {} ends",
                session.id
            );
            revoke(conn, session.id, at)?;
            return Ok(None);
        }
    }
    grant(conn, session, role, successor, at).map(Some)
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

/// What is kept of a refresh token.
#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
struct Stored {
    nonce: Vec<u8>,
    used_at: Option<Timestamp>,
}

fn find(
    conn: &mut Conn,
    token: &RefreshToken,
    now: Timestamp,
) -> Result<Option<(Session, Role, Stored)>> {
    let live = refresh_tokens::table
        .inner_join(sessions::table.on(sessions::id.eq(refresh_tokens::session_id)))
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(refresh_tokens::hash.eq(token.hash()))
        .filter(
            users::active
                .eq(true)
                .and(sessions::revoked_at.is_null())
                .and(sessions::expires_at.gt(now)),
        );
    Ok(each!(
        conn,
        live.select((Session::as_select(), users::role, Stored::as_select()))
            .first(conn)
            .optional()
    )?)
}

fn exchange(
    conn: &mut Conn,
    token: &RefreshToken,
    session: &Session,
    successor: &RefreshToken,
    at: Timestamp,
) -> Result<()> {
    let used = refresh_tokens::used_at.eq(at);
    each!(
        conn,
        diesel::update(refresh_tokens::table.find(token.hash()))
            .set(used)
            .execute(conn)
    )?;
    let longer = sessions::expires_at.eq(session.expires_at);
    each!(
        conn,
        diesel::update(sessions::table.find(session.id))
            .set(longer)
            .execute(conn)
    )?;
    insert_token(conn, session, successor, at)
}

fn insert_token(
    conn: &mut Conn,
    session: &Session,
    token: &RefreshToken,
    at: Timestamp,
) -> Result<()> {
    let row = (
        refresh_tokens::hash.eq(token.hash()),
        refresh_tokens::session_id.eq(session.id),
        refresh_tokens::nonce.eq(nonce()?.to_vec()),
        refresh_tokens::issued_at.eq(at),
    );
    each!(
        conn,
        diesel::insert_into(refresh_tokens::table)
            .values(row)
            .execute(conn)
    )?;
    Ok(())
}

fn grant(
    conn: &mut Conn,
    session: Session,
    role: Role,
    refresh: RefreshToken,
    at: Timestamp,
) -> Result<Grant> {
    let actor = Actor::User(session.user_id);
    let key = keys::store::ensure(conn, By { actor, at })?;
    Ok(Grant {
        session,
        role,
        refresh,
        key,
    })
}

fn end(at: Timestamp, life: Duration) -> Timestamp {
    at.plus_seconds(i64::try_from(life.as_secs()).unwrap_or(i64::MAX))
}
