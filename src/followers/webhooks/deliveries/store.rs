//! The queries of the log of deliveries.

use diesel::prelude::*;

use super::model::{Attempt, Delivery, DeliveryDetails, DeliveryQuery, DeliveryState, NewReplay};
use crate::changes::actor::{Access, By};
use crate::db::keyset::{self, Order, Select, SortKey};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::followers::webhooks::{payload, store};
use crate::id::Id;
use crate::page::{Listing, PageInfo};
use crate::schema::{webhook_attempts, webhook_deliveries};

/// The columns of a delivery.
const COLUMNS: &str = "t.number, t.id, t.event, t.entity_id AS entity, t.lang, t.state, t.attempts, \
     CASE t.state WHEN 'pending' THEN t.due_at END AS due_at, t.created_at, t.finished_at";

/// Returns a page of the deliveries to a webhook, newest first.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`] if the webhook does not exist, and
/// [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    by: By,
    webhook: Id,
    listing: &Listing,
    query: &DeliveryQuery,
) -> Result<(Vec<Delivery>, PageInfo)> {
    store::find(conn, by, webhook)?;
    let mut from = Sql::new("webhook_deliveries t WHERE t.webhook_id = ");
    from.bind(webhook);
    if !query.state.is_empty() {
        let states = query.state.iter().map(|state| state.as_str());
        from.push(" AND t.state IN ").bind_all(states);
    }
    let select = Select {
        columns: COLUMNS,
        from: &from,
    };
    let key = |row: &Delivery| SortKey::from_number(row.number);
    keyset::sorted(conn, listing, Order::newest("t.number"), select, key)
}

/// Returns a delivery with its attempts.
///
/// # Errors
/// Returns the same errors as [`By::require`], and [`Error::NotFound`] if the webhook has no such delivery.
pub fn find(conn: &mut Conn, by: By, webhook: Id, id: Id) -> Result<DeliveryDetails> {
    by.require(Access::Webhooks)?;
    let mut sql = Sql::new("webhook_deliveries t WHERE t.webhook_id = ");
    sql.bind(webhook).push(" AND t.id = ").bind(id);
    let found: Vec<Delivery> = sql.selecting(COLUMNS).load(conn)?;
    let delivery = found.into_iter().next().ok_or(Error::NotFound)?;
    let payload = webhook_deliveries::table
        .find(delivery.number)
        .select(webhook_deliveries::payload);
    let log = webhook_attempts::table
        .filter(webhook_attempts::delivery.eq(delivery.number))
        .order(webhook_attempts::id)
        .select((
            webhook_attempts::at,
            webhook_attempts::millis,
            webhook_attempts::status,
            webhook_attempts::failure,
            webhook_attempts::request,
            webhook_attempts::response,
        ));
    let log: Vec<Attempt> = each!(conn, log.load(conn))?;
    Ok(DeliveryDetails {
        payload: each!(conn, payload.first(conn))?,
        log,
        delivery,
    })
}

/// Sends a delivery again, with the same id.
///
/// # Errors
/// Returns the same errors as [`find`], and the conflict `webhook_disabled`.
pub fn replay(conn: &mut Conn, by: By, webhook: Id, id: Id) -> Result<DeliveryDetails> {
    check_enabled(conn, by, webhook)?;
    let found = find(conn, by, webhook, id)?;
    let mut only = Sql::new(" AND number = ");
    only.bind(found.delivery.number);
    again(conn, by, webhook, &only)?;
    find(conn, by, webhook, id)
}

/// Sends the deliveries again that were created in a span of time, without tests. Returns their number.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`] if the webhook does not exist, and the conflict
/// `webhook_disabled`.
pub fn replay_span(conn: &mut Conn, by: By, webhook: Id, span: &NewReplay) -> Result<usize> {
    check_enabled(conn, by, webhook)?;
    let mut within = Sql::new(" AND event <> ");
    within
        .bind(payload::TEST)
        .push(" AND created_at >= ")
        .bind(span.from);
    if let Some(until) = span.until {
        within.push(" AND created_at < ").bind(until);
    }
    if let Some(state) = span.state {
        within.push(" AND state = ").bind(state.as_str());
    }
    again(conn, by, webhook, &within)
}

/// Nothing is delivered to a disabled webhook, so a replay would wait for ever.
fn check_enabled(conn: &mut Conn, by: By, webhook: Id) -> Result<()> {
    match store::find(conn, by, webhook)?.enabled {
        true => Ok(()),
        false => Err(Error::conflict(
            Code::WebhookDisabled,
            "The webhook is disabled. Enable it first.",
        )),
    }
}

/// Makes finished deliveries pending again. Those that wait already stay as they are.
fn again(conn: &mut Conn, by: By, webhook: Id, condition: &Sql) -> Result<usize> {
    let pending = DeliveryState::Pending.as_str();
    let mut sql = Sql::new("UPDATE webhook_deliveries SET state = ");
    sql.bind(pending)
        .push(", attempts = 0, finished_at = NULL, due_at = ")
        .bind(by.at)
        .push(" WHERE state <> ")
        .bind(pending)
        .push(" AND webhook_id = ")
        .bind(webhook)
        .append(condition);
    sql.execute(conn)
}
