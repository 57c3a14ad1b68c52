//! The queries for idempotency keys and their stored responses.

use diesel::prelude::*;

use crate::changes::Operation;
use crate::db::{Conn, each};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::jobs::expiry::ExpiryRound;
use crate::request_id::RequestId;
use crate::schema::{changes, idempotency_keys};
use crate::timestamp::Timestamp;

/// The time for which a response is stored, in seconds.
const STORED_SECONDS: i64 = 24 * 60 * 60;
/// The number of seconds for which a claim holds a key. No request takes half as long, so the holder of an older claim
/// has died.
const HELD_SECONDS: i64 = 60;

/// The claim of a request to be executed under a key.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// The id of the key.
    pub id: [u8; 32],
    /// The fingerprint of the request.
    pub fingerprint: [u8; 32],
    /// The id of the claim's holder; each attempt has its own.
    pub holder: Id,
    /// The instance that carries out the request.
    pub instance: Id,
    /// The id of the request, as in the change log.
    pub request: RequestId,
}

/// The outcome of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The key was free. Execute the request, then [`store_response`] the response or [`release`] the key.
    Granted,
    /// The request has been processed; this is the encrypted response.
    Stored(Vec<u8>),
    /// The key belongs to another request.
    Reused,
    /// The request is still being processed.
    InProgress,
    /// The request was executed, but its response was not stored.
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

/// Claims a key for a request. If the instance that holds the key is no longer connected, its claim ends. Whoever held it
/// before cannot write any more ([`expect_held`]).
///
/// # Errors
/// Returns database errors.
pub fn claim(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<Claimed> {
    let mut found = find(conn, claim, now)?;
    if found == Claimed::InProgress && !is_holder_connected(conn, claim)? {
        end(conn, claim, now)?;
        found = find(conn, claim, now)?;
    }
    match found {
        Claimed::Granted => take(conn, claim, now)?,
        // The holder has taken longer than a request can, but perhaps it still runs.
        Claimed::Lost => take_from_holder(conn, claim)?,
        Claimed::Stored(_) | Claimed::Reused | Claimed::InProgress => {}
    }
    Ok(found)
}

/// Checks, in the transaction of a write, that the request still holds its key.
///
/// # Errors
/// Returns [`Error::Unavailable`] if another request has taken the key over, and database errors.
pub fn expect_held(conn: &mut Conn, claim: &Claim) -> Result<()> {
    let mine = idempotency_keys::table
        .find(claim.id.as_slice())
        .filter(idempotency_keys::holder.eq(claim.holder));
    let any = diesel::select(diesel::dsl::exists(mine));
    match each!(conn, any.get_result(conn))? {
        true => Ok(()),
        false => Err(Error::Unavailable(
            "another request has taken the Idempotency-Key over".into(),
        )),
    }
}

/// Returns the outcome that a claim would have, without claiming the key.
///
/// # Errors
/// Returns database errors.
pub fn find(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<Claimed> {
    let row = idempotency_keys::table.find(claim.id.as_slice()).select((
        idempotency_keys::fingerprint,
        idempotency_keys::request_id,
        idempotency_keys::held_until,
        idempotency_keys::answer,
        idempotency_keys::expires_at,
    ));
    let held: Option<KeyRow> = each!(conn, row.first(conn).optional())?;
    let Some(held) = held.filter(|held| now < held.expires_at) else {
        return Ok(Claimed::Granted);
    };
    if held.fingerprint != claim.fingerprint {
        return Ok(Claimed::Reused);
    }
    if let Some(answer) = held.answer {
        return Ok(Claimed::Stored(answer));
    }
    if now < held.until {
        return Ok(Claimed::InProgress);
    }
    if has_changed(conn, &held.request, held.until.plus_seconds(-HELD_SECONDS))? {
        return Ok(Claimed::Lost);
    }
    Ok(Claimed::Granted)
}

/// Ends all claims without a response at `now`, because their holders have died.
///
/// # Errors
/// Returns database errors.
pub fn end_all(conn: &mut Conn, now: Timestamp) -> Result<()> {
    let held = idempotency_keys::table
        .filter(idempotency_keys::answer.is_null())
        .filter(idempotency_keys::held_until.gt(now));
    let over = idempotency_keys::held_until.eq(now);
    each!(conn, diesel::update(held).set(over).execute(conn))?;
    Ok(())
}

/// Ends the claim of an instance that has died, before its time is over.
fn end(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<()> {
    let held = idempotency_keys::table.find(claim.id.as_slice());
    let over = idempotency_keys::held_until.eq(now);
    each!(conn, diesel::update(held).set(over).execute(conn))?;
    take_from_holder(conn, claim)
}

/// Makes this claim the holder. The time stays, because the search for changes of the first request begins by it.
fn take_from_holder(conn: &mut Conn, claim: &Claim) -> Result<()> {
    let held = idempotency_keys::table.find(claim.id.as_slice());
    let holder = idempotency_keys::holder.eq(claim.holder);
    each!(conn, diesel::update(held).set(holder).execute(conn))?;
    Ok(())
}

fn is_holder_connected(conn: &mut Conn, claim: &Claim) -> Result<bool> {
    let row = idempotency_keys::table.find(claim.id.as_slice());
    let instance: Option<Option<Id>> = each!(
        conn,
        row.select(idempotency_keys::instance)
            .first(conn)
            .optional()
    )?;
    // Without an instance, the claim was made by an earlier version; it ends by time.
    instance
        .flatten()
        .map_or(Ok(true), |one| conn.is_connected(one))
}

fn take(conn: &mut Conn, claim: &Claim, now: Timestamp) -> Result<()> {
    let none: Option<Vec<u8>> = None;
    let row = (
        idempotency_keys::id.eq(claim.id.as_slice()),
        idempotency_keys::fingerprint.eq(claim.fingerprint.as_slice()),
        idempotency_keys::request_id.eq(claim.request.to_string()),
        idempotency_keys::holder.eq(claim.holder),
        idempotency_keys::instance.eq(Some(claim.instance)),
        idempotency_keys::held_until.eq(now.plus_seconds(HELD_SECONDS)),
        idempotency_keys::answer.eq(none),
        idempotency_keys::expires_at.eq(now.plus_seconds(STORED_SECONDS)),
    );
    each!(conn, {
        diesel::delete(idempotency_keys::table.find(claim.id.as_slice())).execute(conn)?;
        diesel::insert_into(idempotency_keys::table)
            .values(row)
            .execute(conn)
    })?;
    Ok(())
}

/// Returns whether the change log has an entry of the request at or after `since`. The limit is necessary because
/// callers may reuse a request id.
fn has_changed(conn: &mut Conn, request: &str, since: Timestamp) -> Result<bool> {
    let entries = changes::table
        .filter(changes::request_id.eq(request))
        .filter(changes::at.ge(since))
        .filter(changes::operation.ne(Operation::SignInFailed));
    let any = diesel::select(diesel::dsl::exists(entries));
    Ok(each!(conn, any.get_result(conn))?)
}

/// Stores the response, unless another holder has taken over the key.
///
/// # Errors
/// Returns database errors.
pub fn store_response(conn: &mut Conn, claim: &Claim, response: &[u8]) -> Result<()> {
    let mine = idempotency_keys::table
        .find(claim.id.as_slice())
        .filter(idempotency_keys::holder.eq(claim.holder));
    let set = idempotency_keys::answer.eq(response);
    each!(conn, diesel::update(mine).set(set).execute(conn))?;
    Ok(())
}

/// Releases a key whose response is not stored. If the request `failed` but changed something, the key stays in use,
/// and a repeated request is told that the response is lost.
///
/// # Errors
/// Returns database errors.
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

/// Deletes the expired keys with their responses.
///
/// # Errors
/// Returns database errors.
pub fn delete_expired(round: &ExpiryRound<'_>) -> Result<()> {
    round.delete_expired(
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
