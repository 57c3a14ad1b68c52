//! The exchange of refresh tokens for their successors. If an old token is used again, its session ends, because the
//! token must have been copied.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::RefreshToken;
use super::store::{end, grant, insert_token, revoke, seconds};
use crate::changes::actor::{By, Caller, Role};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::schema::{refresh_tokens, sessions, users};
use crate::timestamp::Timestamp;

/// The grace period in seconds during which an exchanged refresh token still gives the same successor, for a second
/// browser tab or a lost response.
const GRACE: i64 = 10;

/// Returns whether a refresh token with this hash exists. Checked before a write transaction is started.
///
/// # Errors
/// Returns database errors.
pub fn is_known(conn: &mut Conn, hash: &[u8]) -> Result<bool> {
    let found = refresh_tokens::table
        .find(hash)
        .select(refresh_tokens::session_id);
    Ok(each!(conn, found.first::<Id>(conn).optional())?.is_some())
}

/// Exchanges a refresh token for its successor and extends the session by `life`. Returns `None` if the token, the
/// session or the user is not valid. A token that was exchanged before the grace period ends the session, because
/// someone has a copy. This must be committed, so it is not reported as an error.
///
/// # Errors
/// Returns database errors.
pub fn rotate(
    conn: &mut Conn,
    by: By,
    token: &RefreshToken,
    life: Duration,
) -> Result<Option<Grant>> {
    let at = by.at;
    let Some((mut session, caller, stored)) = find(conn, token, at)? else {
        return Ok(None);
    };
    let successor = token.successor(&stored.nonce);
    match stored.used_at {
        None => {
            session.expires_at = end(at, life);
            exchange(conn, token, &session, &successor, at)?;
            forget(conn, session.id, at.plus_seconds(-seconds(life)))?;
        }
        Some(used) if at <= used.plus_seconds(GRACE) => {}
        Some(_) => {
            log::warn!(
                "a refresh token was used again; session {} ends",
                session.id
            );
            revoke(
                conn,
                by,
                session.user_id,
                session.id,
                "refresh_token_reused",
            )?;
            return Ok(None);
        }
    }
    grant(conn, session, caller, successor, at).map(Some)
}

/// The stored part of a refresh token.
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
) -> Result<Option<(Session, Caller, Stored)>> {
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
    let caller = (users::role, users::author_id);
    let found: Option<(Session, (Role, Option<Id>), Stored)> = each!(
        conn,
        live.select((Session::as_select(), caller, Stored::as_select()))
            .first(conn)
            .optional()
    )?;
    Ok(found.map(|(session, (role, author), stored)| {
        let id = session.user_id;
        (session, Caller { id, role, author }, stored)
    }))
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
    insert_token(conn, session.id, successor, at)
}

/// Deletes the exchanged tokens that were issued before `then` and have therefore expired. Otherwise tokens of a
/// session that is used for years would accumulate.
fn forget(conn: &mut Conn, session: Id, then: Timestamp) -> Result<()> {
    let old = refresh_tokens::table
        .filter(refresh_tokens::session_id.eq(session))
        .filter(
            refresh_tokens::used_at
                .is_not_null()
                .and(refresh_tokens::issued_at.lt(then)),
        );
    each!(conn, diesel::delete(old).execute(conn))?;
    Ok(())
}
