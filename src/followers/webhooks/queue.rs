//! The queue of deliveries. A delivery that is due is leased to one dispatcher, which alone may store how it went. If that
//! dispatcher dies, the lease ends, and another one sends the delivery again.
//!
//! Leases are taken in write transactions, and there is one writer at a time on both databases ([`crate::db`]). So no
//! delivery is leased twice, without further locks (`SKIP LOCKED` would skip nothing).

use diesel::prelude::*;

use super::deliveries::model::DeliveryState;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::webhook_deliveries;
use crate::timestamp::Timestamp;

/// The number of seconds after a change at which its keys are purged. Within a second, every instance knows of a change,
/// and none fills a cache with what was before.
pub const PURGE_DELAY: i64 = 2;
/// The number of seconds for which a delivery is leased: more than an attempt may take.
const LEASE_SECONDS: i64 = 30;
/// The maximum number of deliveries that are sent to one webhook at a time, so that a slow receiver does not stop others.
const MOST_AT_ONCE: i64 = 4;
/// The same for a webhook whose last attempt failed. Receivers that do not answer would otherwise hold most threads.
const MOST_AT_ONCE_FAILING: i64 = 1;

/// A delivery to enter into the queue.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = webhook_deliveries)]
#[diesel(treat_none_as_default_value = false)]
pub struct NewDelivery {
    /// The id, which receivers see.
    pub id: Id,
    /// The webhook.
    pub webhook_id: Id,
    /// The event.
    pub event: String,
    /// The post, term, author or organization; `None` for deliveries about nothing particular.
    pub entity_id: Option<Id>,
    /// The language of a post.
    pub lang: Option<Lang>,
    /// The body.
    pub payload: String,
    /// The state.
    pub state: DeliveryState,
    /// True if it is sent before all others.
    pub urgent: bool,
    /// The time at which it is to be sent.
    pub due_at: Timestamp,
    /// The time of creation.
    pub created_at: Timestamp,
}

/// A delivery that is leased.
#[derive(Debug, Clone, Queryable)]
pub struct Leased {
    /// The number in the queue.
    pub number: i64,
    /// The id.
    pub id: Id,
    /// The webhook.
    pub webhook: Id,
    /// The body.
    pub payload: String,
    /// The number of attempts, with the one that begins.
    pub attempts: i32,
    /// The lease.
    pub holder: Option<Id>,
}

/// Enters deliveries, in this order.
///
/// # Errors
/// Returns database errors.
pub fn insert(conn: &mut Conn, deliveries: &[NewDelivery]) -> Result<()> {
    for some in deliveries.chunks(100) {
        let rows = diesel::insert_into(webhook_deliveries::table).values(some);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}

/// Finishes the messages about a language of a post that a takedown makes pointless. One that is being sent stays: the
/// takedown waits for it.
///
/// # Errors
/// Returns database errors.
pub fn supersede(conn: &mut Conn, takedown: &NewDelivery) -> Result<()> {
    let pointless = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(takedown.webhook_id))
        .filter(webhook_deliveries::entity_id.eq(takedown.entity_id))
        .filter(webhook_deliveries::lang.eq(&takedown.lang))
        .filter(webhook_deliveries::state.eq(DeliveryState::Pending))
        .filter(webhook_deliveries::holder.is_null());
    let set = (
        webhook_deliveries::state.eq(DeliveryState::Superseded),
        webhook_deliveries::finished_at.eq(takedown.created_at),
    );
    each!(conn, diesel::update(pointless).set(set).execute(conn))?;
    Ok(())
}

/// Returns the number of a delivery.
///
/// # Errors
/// Returns database errors.
pub fn number(conn: &mut Conn, id: Id) -> Result<i64> {
    let row = webhook_deliveries::table
        .filter(webhook_deliveries::id.eq(id))
        .select(webhook_deliveries::number);
    Ok(each!(conn, row.first(conn))?)
}

/// Finishes a delivery after its only attempt.
///
/// # Errors
/// Returns database errors.
pub fn finish(conn: &mut Conn, number: i64, state: DeliveryState, at: Timestamp) -> Result<()> {
    let set = (
        webhook_deliveries::state.eq(state),
        webhook_deliveries::attempts.eq(1),
        webhook_deliveries::finished_at.eq(at),
    );
    let row = diesel::update(webhook_deliveries::table.find(number)).set(set);
    each!(conn, row.execute(conn))?;
    Ok(())
}

/// The delivery of a build hook that waits.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Waiting {
    /// The number in the queue.
    pub number: i64,
    /// The number of attempts.
    pub attempts: i32,
    /// The time at which it is to be sent.
    pub due_at: Timestamp,
    /// The time of creation.
    pub created_at: Timestamp,
}

/// Returns the delivery to a webhook that waits to be sent, if there is one.
///
/// # Errors
/// Returns database errors.
pub fn waiting(conn: &mut Conn, webhook: Id) -> Result<Option<Waiting>> {
    let pending = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .filter(webhook_deliveries::state.eq(DeliveryState::Pending))
        .filter(webhook_deliveries::holder.is_null())
        .order(webhook_deliveries::number)
        .select((
            webhook_deliveries::number,
            webhook_deliveries::attempts,
            webhook_deliveries::due_at,
            webhook_deliveries::created_at,
        ));
    Ok(each!(conn, pending.first(conn).optional())?)
}

/// Sets the time at which a delivery is to be sent.
///
/// # Errors
/// Returns database errors.
pub fn postpone(conn: &mut Conn, number: i64, due_at: Timestamp) -> Result<()> {
    let row = diesel::update(webhook_deliveries::table.find(number))
        .set(webhook_deliveries::due_at.eq(due_at));
    each!(conn, row.execute(conn))?;
    Ok(())
}

/// Turns everything that waits for delivery to a webhook into dead letters.
///
/// # Errors
/// Returns database errors.
pub fn bury(conn: &mut Conn, webhook: Id, at: Timestamp) -> Result<()> {
    let pending = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .filter(webhook_deliveries::state.eq(DeliveryState::Pending));
    let set = (
        webhook_deliveries::state.eq(DeliveryState::Dead),
        webhook_deliveries::finished_at.eq(at),
        webhook_deliveries::holder.eq(None::<Id>),
        webhook_deliveries::held_until.eq(None::<Timestamp>),
    );
    each!(conn, diesel::update(pending).set(set).execute(conn))?;
    Ok(())
}

/// Returns the enabled webhooks that have deliveries to send at `now`, and to which not too many are under way.
///
/// # Errors
/// Returns database errors.
pub fn due(conn: &mut Conn, now: Timestamp) -> Result<Vec<Id>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = crate::db::sql_types::Uuid)]
        id: Id,
    }
    let mut sql = Sql::new(
        "SELECT w.id FROM webhooks w WHERE w.disabled_at IS NULL \
         AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id",
    );
    push_ready(&mut sql, now);
    sql.push(
        ") AND (SELECT count(*) FROM webhook_deliveries h WHERE h.holder IS NOT NULL \
         AND h.webhook_id = w.id AND h.held_until > ",
    )
    .bind(now)
    .push(&format!(
        ") < CASE WHEN w.failing_since IS NULL THEN {MOST_AT_ONCE} ELSE {MOST_AT_ONCE_FAILING} END \
         ORDER BY w.id"
    ));
    let found: Vec<Found> = sql.load(conn)?;
    Ok(found.into_iter().map(|one| one.id).collect())
}

/// Appends the condition that the delivery `d` is to be sent at `now`: it is due, nobody is sending it, and it is the
/// first one about its thing that is not finished.
fn push_ready(sql: &mut Sql, now: Timestamp) {
    sql.push(" AND d.state = 'pending' AND d.due_at <= ")
        .bind(now)
        .push(" AND (d.held_until IS NULL OR d.held_until <= ")
        .bind(now)
        .push(
            ") AND NOT EXISTS (SELECT 1 FROM webhook_deliveries e WHERE e.state = 'pending' \
             AND e.webhook_id = d.webhook_id AND e.entity_id = d.entity_id AND e.number < d.number)",
        );
}

/// Leases up to `most` deliveries of a webhook that are due at `now`. What is about one thing waits until everything
/// before it was delivered or given up.
///
/// # Errors
/// Returns database errors.
pub fn lease(
    conn: &mut Conn,
    (webhook, is_failing): (Id, bool),
    most: i64,
    now: Timestamp,
) -> Result<Vec<Leased>> {
    let mut held = Sql::new(
        "SELECT count(*) AS n FROM webhook_deliveries h WHERE h.holder IS NOT NULL AND h.webhook_id = ",
    );
    held.bind(webhook).push(" AND h.held_until > ").bind(now);
    let at_once = match is_failing {
        true => MOST_AT_ONCE_FAILING,
        false => MOST_AT_ONCE,
    };
    let room = (at_once - held.number(conn)?).min(most);
    if room <= 0 {
        return Ok(Vec::new());
    }
    let numbers = ready(conn, webhook, room, now)?;
    let rows = webhook_deliveries::table.filter(webhook_deliveries::number.eq_any(numbers));
    let set = (
        webhook_deliveries::attempts.eq(webhook_deliveries::attempts + 1),
        webhook_deliveries::holder.eq(Id::new()),
        webhook_deliveries::held_until.eq(now.plus_seconds(LEASE_SECONDS)),
    );
    let leased = diesel::update(rows).set(set).returning((
        webhook_deliveries::number,
        webhook_deliveries::id,
        webhook_deliveries::webhook_id,
        webhook_deliveries::payload,
        webhook_deliveries::attempts,
        webhook_deliveries::holder,
    ));
    Ok(each!(conn, leased.get_results(conn))?)
}

/// Returns the numbers of up to `most` deliveries to a webhook that are to be sent, the urgent ones first.
fn ready(conn: &mut Conn, webhook: Id, most: i64, now: Timestamp) -> Result<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        number: i64,
    }
    let mut numbers = Vec::new();
    for urgency in [" AND d.urgent", " AND NOT d.urgent"] {
        let room = most - i64::try_from(numbers.len()).unwrap_or_default();
        if room <= 0 {
            break;
        }
        let mut sql = Sql::new("SELECT d.number FROM webhook_deliveries d WHERE d.webhook_id = ");
        sql.bind(webhook).push(urgency);
        push_ready(&mut sql, now);
        sql.push(" ORDER BY d.due_at, d.number LIMIT ").bind(room);
        let found: Vec<Found> = sql.load(conn)?;
        numbers.extend(found.into_iter().map(|one| one.number));
    }
    Ok(numbers)
}
