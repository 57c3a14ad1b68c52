//! The SQL of idempotency keys and of the answers that are kept under them.

use diesel::prelude::*;

use crate::changes::Operation;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::jobs::cleanup::Cleanup;
use crate::request_id::RequestId;
use crate::schema::{changes, idempotency_keys};
use crate::timestamp::Timestamp;

/// How long an answer is kept, in seconds.
const KEPT_SECONDS: i64 = 24 * 60 * 60;
/// For how many seconds a claim holds a key. No request takes half as long, so its holder has died by then.
const HELD_SECONDS: i64 = 60;

/// The claim of a request to be carried out under a key.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// The id of the key.
    pub id: [u8; 32],
    /// The fingerprint of the request.
    pub fingerprint: [u8; 32],
    /// The holder of the claim: every try has its own.
    pub holder: Id,
    /// The id of the request, as in the change log.
    pub request: RequestId,
}

/// The outcome of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The key was free: carry out the request, then [`keep`] the answer or [`release`] the key.
    Granted,
    /// The request has been answered; the sealed answer.
    Answered(Vec<u8>),
    /// The key was sent with another request.
    Reused,
    /// The request is being carried out.
    InProgress,
    /// The request was carried out, but its holder died before the answer was kept.
    Lost,
}

#[derive(Queryable)]
struct KeyRow {
    fingerprint: Vec<u8>,
    request: String,
    until: Timestamp,
    answer: Option<Vec<u8>>,
    expires_at: Timestamp,
}

/// Claims a key.
///
/// # Errors
/// Database errors.
pub fn claim(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<Claimed> {
    let row = idempotency_keys::table.find(claim.id.as_slice()).select((
        idempotency_keys::fingerprint,
        idempotency_keys::request_id,
        idempotency_keys::held_until,
        idempotency_keys::answer,
        idempotency_keys::expires_at,
    ));
    let held: Option<KeyRow> = each!(conn, row.first(conn).optional())?;
    let Some(held) = held.filter(|held| now < held.expires_at) else {
        take(conn, claim, now)?;
        return Ok(Claimed::Granted);
    };
    if held.fingerprint != claim.fingerprint {
        return Ok(Claimed::Reused);
    }
    if let Some(answer) = held.answer {
        return Ok(Claimed::Answered(answer));
    }
    if now < held.until {
        return Ok(Claimed::InProgress);
    }
    if has_changed(conn, &held.request, held.until.plus_seconds(-HELD_SECONDS))? {
        return Ok(Claimed::Lost);
    }
    take(conn, claim, now)?;
    Ok(Claimed::Granted)
}

fn take(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<()> {
    let none: Option<Vec<u8>> = None;
    let row = (
        idempotency_keys::id.eq(claim.id.as_slice()),
        idempotency_keys::fingerprint.eq(claim.fingerprint.as_slice()),
        idempotency_keys::request_id.eq(claim.request.to_string()),
        idempotency_keys::holder.eq(claim.holder),
        idempotency_keys::held_until.eq(now.plus_seconds(HELD_SECONDS)),
        idempotency_keys::answer.eq(none),
        idempotency_keys::expires_at.eq(now.plus_seconds(KEPT_SECONDS)),
    );
    each!(conn, {
        diesel::delete(idempotency_keys::table.find(claim.id.as_slice())).execute(conn)?;
        diesel::insert_into(idempotency_keys::table)
            .values(row)
            .execute(conn)
    })?;
    Ok(())
}

/// Returns whether the change log has an entry of the request since an instant: callers may use one request id again
/// and again.
fn has_changed(conn: &mut Conn, request: &str, since: Timestamp) -> Result<bool> {
    let entries = changes::table
        .filter(changes::request_id.eq(request))
        .filter(changes::at.ge(since))
        .filter(changes::operation.ne(Operation::SignInFailed));
    let any = diesel::select(diesel::dsl::exists(entries));
    Ok(each!(conn, any.get_result(conn))?)
}

/// Keeps the answer, unless another holder has taken over.
///
/// # Errors
/// Database errors.
pub fn keep(conn: &mut Conn, claim: &Claim, answer: &[u8]) -> Result<()> {
    let mine = idempotency_keys::table
        .find(claim.id.as_slice())
        .filter(idempotency_keys::holder.eq(claim.holder));
    let set = idempotency_keys::answer.eq(answer);
    each!(conn, diesel::update(mine).set(set).execute(conn))?;
    Ok(())
}

/// Releases a key whose answer is not kept. If the request `failed` but has changed something, the key stays claimed, and
/// a repeated request learns that the answer is lost.
///
/// # Errors
/// Database errors.
pub fn release(conn: &mut Conn, claim: &Claim, failed: bool, now: Timestamp) -> Result<()> {
    let mine = idempotency_keys::table
        .find(claim.id.as_slice())
        .filter(idempotency_keys::holder.eq(claim.holder));
    let until: Option<Timestamp> = each!(
        conn,
        mine.select(idempotency_keys::held_until)
            .first(conn)
            .optional()
    )?;
    let Some(until) = until else {
        return Ok(());
    };
    if failed
        && has_changed(
            conn,
            claim.request.as_str(),
            until.plus_seconds(-HELD_SECONDS),
        )?
    {
        let over = idempotency_keys::held_until.eq(now.min(until));
        each!(conn, diesel::update(mine).set(over).execute(conn))?;
    } else {
        each!(conn, diesel::delete(mine).execute(conn))?;
    }
    Ok(())
}

/// Deletes the keys that have expired, with their answers.
///
/// # Errors
/// Database errors.
pub fn delete_expired(cleanup: &Cleanup<'_>) -> Result<()> {
    cleanup.delete_expired(
        |conn, now| {
            let expired = idempotency_keys::table.filter(idempotency_keys::expires_at.le(now));
            let any = diesel::select(diesel::dsl::exists(expired));
            Ok(each!(conn, any.get_result(conn))?)
        },
        |conn, now| {
            let expired = idempotency_keys::table.filter(idempotency_keys::expires_at.le(now));
            each!(conn, diesel::delete(expired).execute(conn))?;
            Ok(())
        },
    )
}
