//! The queries on existing sessions: finding their user, ending and deleting them, and storing their refresh tokens.

use std::time::Duration;

use diesel::prelude::*;

use super::model::{Grant, Session};
use super::refresh::{RefreshToken, nonce};
use super::token::Presented;
use crate::accounts::signing_keys::store as keys;
use crate::changes::actor::{Access, Actor, By, Caller, Role};
use crate::changes::{self, Facts, Operation};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::kind::Kind;
use crate::schema::{refresh_tokens, sessions, signing_keys, users};
use crate::timestamp::Timestamp;

/// The maximum number of sessions deleted per run.
const BATCH: i64 = 500;

/// Returns the public key that a token claims to be signed with, and the user that it names, in one statement. The caller
/// verifies the token with the key before it trusts the user.
///
/// Returns `None` if no such key verifies tokens that were issued since `since`. The user is `None` if they or their
/// session are not valid at `now`.
///
/// # Errors
/// Returns database errors.
pub(super) fn credentials(
    conn: &mut Conn,
    token: &Presented,
    since: Timestamp,
    now: Timestamp,
) -> Result<Option<(Vec<u8>, Option<Caller>)>> {
    let session = sessions::id
        .eq(token.session)
        .and(sessions::user_id.eq(token.user))
        .and(sessions::revoked_at.is_null())
        .and(sessions::expires_at.gt(now));
    let user = users::id.eq(token.user).and(users::active.eq(true));
    let verifies = signing_keys::retired_at
        .is_null()
        .or(signing_keys::retired_at.gt(since));
    let found = signing_keys::table
        .left_join(sessions::table.on(session))
        .left_join(users::table.on(user))
        .filter(signing_keys::kid.eq(&token.kid).and(verifies))
        .select((
            signing_keys::public_key,
            sessions::id.nullable(),
            (users::role, users::author_id).nullable(),
        ));
    type Row = (Vec<u8>, Option<Id>, Option<(Role, Option<Id>)>);
    let found: Option<Row> = each!(conn, found.first(conn).optional())?;
    Ok(found.map(|(key, session, user)| {
        let user = session.and(user).map(|(role, author)| Caller {
            id: token.user,
            role,
            author,
        });
        (key, user)
    }))
}

/// Ends a session because its user signs out.
///
/// # Errors
/// Returns [`crate::error::Error::Forbidden`] for anyone except the user.
pub fn sign_out(conn: &mut Conn, by: By, user: Id, session: Id) -> Result<()> {
    by.require_self(user)?;
    end_one(conn, session, by.at)?;
    let facts = Facts::none().with("session", session);
    changes::append(conn, by, Kind::Session, user, Operation::SignOut, facts)
}

/// Ends a session for the reason `why`, which is logged.
///
/// # Errors
/// Returns database errors.
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

/// Ends every session of a user except `keep`.
///
/// # Errors
/// Returns [`crate::error::Error::Forbidden`] for anyone except the user and admins.
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

/// Collects the data from which the tokens of a session are created.
///
/// # Errors
/// Returns database errors.
pub(super) fn grant(
    conn: &mut Conn,
    session: Session,
    caller: Caller,
    refresh: RefreshToken,
    at: Timestamp,
) -> Result<Grant> {
    let key = keys::ensure(conn, By::new(Actor::User(caller), at))?;
    Ok(Grant {
        session,
        role: caller.role,
        refresh,
        key,
    })
}

/// Stores a refresh token of a session.
///
/// # Errors
/// Returns database errors, and [`crate::error::Error::Internal`] if the system provides no randomness.
pub(super) fn insert_token(
    conn: &mut Conn,
    session: Id,
    token: &RefreshToken,
    at: Timestamp,
) -> Result<()> {
    let row = (
        refresh_tokens::hash.eq(token.hash()),
        refresh_tokens::session_id.eq(session),
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

/// Returns the end of a session that lasts `life` from `at`.
pub(super) fn end(at: Timestamp, life: Duration) -> Timestamp {
    at.plus_seconds(seconds(life))
}

/// Returns a duration in whole seconds.
pub(super) fn seconds(life: Duration) -> i64 {
    i64::try_from(life.as_secs()).unwrap_or(i64::MAX)
}

/// Deletes the sessions that have expired or were ended early, with their refresh tokens. Used tokens of other sessions
/// stay, so that a copied token is recognised. The change log is not affected.
///
/// # Errors
/// Returns database errors.
pub fn delete_expired(round: &ExpiryRound<'_>) -> Result<()> {
    let now = round.now;
    let over = || {
        sessions::expires_at
            .le(now)
            .or(sessions::revoked_at.is_not_null())
    };
    let oldest = sessions::table.filter(over()).order(sessions::id);
    let ids: Vec<Id> = round.db().read_now(|conn| {
        Ok(each!(
            conn,
            oldest.limit(BATCH).select(sessions::id).load(conn)
        )?)
    })?;
    if !ids.is_empty() {
        let delete = sessions::table
            .filter(sessions::id.eq_any(ids))
            .filter(over());
        round.write(|conn| {
            each!(conn, diesel::delete(delete).execute(conn))?;
            Ok(())
        })?;
    }
    Ok(())
}
