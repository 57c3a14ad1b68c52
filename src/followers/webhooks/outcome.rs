//! Stores how attempts went, and what follows: a delivery is finished, sent again later or given up, and a webhook that
//! cannot be delivered to is disabled.

use diesel::prelude::*;

use super::client::Report;
use super::deliveries::model::{AttemptRequest, DeliveryState};
use super::model::DisabledReason;
use super::purge_all;
use super::retries;
use super::store;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::schema::{webhook_attempts, webhook_deliveries, webhooks};
use crate::timestamp::Timestamp;

/// The status by which a receiver says that it wants nothing any more.
const GONE: u16 = 410;

/// An attempt that has ended.
#[derive(Debug, Clone)]
pub struct Attempted {
    /// The number of the delivery.
    pub number: i64,
    /// The id of the delivery.
    pub id: Id,
    /// The webhook.
    pub webhook: Id,
    /// The number of attempts, with this one.
    pub attempts: i32,
    /// The lease under which it was made.
    pub holder: Option<Id>,
    /// The time at which it began.
    pub at: Timestamp,
    /// The request.
    pub request: AttemptRequest,
    /// The result.
    pub report: Report,
}

/// Stores how an attempt went, at `now`. One whose lease has ended is only written into the log: another dispatcher has the
/// delivery.
///
/// # Errors
/// Returns database errors.
pub fn record(conn: &mut Conn, attempted: &Attempted, now: Timestamp) -> Result<()> {
    let exists = webhook_deliveries::table
        .find(attempted.number)
        .select(webhook_deliveries::number);
    let exists: Option<i64> = each!(conn, exists.first(conn).optional())?;
    if exists.is_none() {
        return Ok(());
    }
    log(conn, attempted)?;
    let is_success = attempted.report.is_success();
    let next = match is_success {
        true => None,
        false => {
            let asked = asked_pause(&attempted.report, now);
            retries::pause(attempted.id, attempted.attempts, asked)
        }
    };
    let state = match (is_success, next) {
        (true, _) => DeliveryState::Delivered,
        (false, Some(_)) => DeliveryState::Pending,
        (false, None) => DeliveryState::Dead,
    };
    let own = webhook_deliveries::table
        .find(attempted.number)
        .filter(webhook_deliveries::holder.eq(attempted.holder));
    let finished = (state != DeliveryState::Pending).then_some(now);
    let set = (
        webhook_deliveries::state.eq(state),
        webhook_deliveries::finished_at.eq(finished),
        webhook_deliveries::due_at.eq(now.plus_seconds(next.unwrap_or_default())),
        webhook_deliveries::holder.eq(None::<Id>),
        webhook_deliveries::held_until.eq(None::<Timestamp>),
    );
    match each!(conn, diesel::update(own).set(set).execute(conn))? {
        0 => Ok(()),
        _ => {
            judge(conn, attempted, now)?;
            match state {
                DeliveryState::Dead => purge_all::enter_after(conn, attempted.number, now),
                DeliveryState::Pending | DeliveryState::Delivered | DeliveryState::Superseded => {
                    Ok(())
                }
            }
        }
    }
}

/// Writes an attempt into the log.
///
/// # Errors
/// Returns database errors.
pub fn log(conn: &mut Conn, attempted: &Attempted) -> Result<()> {
    let report = &attempted.report;
    let millis = i32::try_from(report.took.as_millis()).unwrap_or(i32::MAX);
    let row = (
        webhook_attempts::delivery.eq(attempted.number),
        webhook_attempts::at.eq(attempted.at),
        webhook_attempts::millis.eq(millis),
        webhook_attempts::status.eq(report.status.map(i32::from)),
        webhook_attempts::failure.eq(report.failure.as_deref()),
        webhook_attempts::request.eq(Json(&attempted.request)),
        webhook_attempts::response.eq(report.response.as_ref().map(Json)),
    );
    let row = diesel::insert_into(webhook_attempts::table).values(row);
    each!(conn, row.execute(conn))?;
    Ok(())
}

/// Notes whether a webhook works, and disables it if the receiver is gone or has failed for long.
fn judge(conn: &mut Conn, attempted: &Attempted, now: Timestamp) -> Result<()> {
    let id = attempted.webhook;
    let webhook = webhooks::table.find(id);
    let known = webhook.select((webhooks::failing_since, webhooks::disabled_at));
    let (since, disabled): (Option<Timestamp>, Option<Timestamp>) = each!(conn, known.first(conn))?;
    let failing = match attempted.report.is_success() {
        true => None,
        false => Some(since.unwrap_or(attempted.at)),
    };
    if failing != since {
        let set = diesel::update(webhook).set(webhooks::failing_since.eq(failing));
        each!(conn, set.execute(conn))?;
    }
    let is_hopeless =
        failing.is_some_and(|since| since.plus_seconds(retries::DISABLED_AFTER) <= now);
    let reason = match attempted.report.status {
        Some(GONE) => DisabledReason::Gone,
        _ if is_hopeless => DisabledReason::Failing,
        _ => return Ok(()),
    };
    if disabled.is_some() {
        return Ok(());
    }
    log::warn!(
        "webhook {id}: is disabled ({reason}), after {}",
        attempted.describe()
    );
    store::disable(conn, id, reason, now)
}

impl Attempted {
    /// Describes the attempt, for the log of the server.
    fn describe(&self) -> String {
        let failure = self.report.failure.as_deref().unwrap_or("a success");
        format!("delivery {}: {failure}", self.id)
    }
}

/// Returns the seconds that a receiver asked to wait for: `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3).
fn asked_pause(report: &Report, now: Timestamp) -> Option<i64> {
    let text = report.retry_after.as_deref()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    let since_epoch = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since_epoch.as_secs()).ok()?;
    Some((seconds - now.millis().div_euclid(1000)).max(0))
}
