//! Purges of everything: when a webhook that purges a CDN begins, and after a time in which it may have missed changes.

use diesel::prelude::*;

use super::deliveries::model::DeliveryState;
use super::model::Webhook;
use super::payload;
use super::queue::{self, NewDelivery};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::schema::{webhook_deliveries, webhooks};
use crate::surrogate_keys;
use crate::timestamp::Timestamp;

/// Enters a purge of everything, if the webhook purges a CDN, unless one waits already.
///
/// # Errors
/// Returns database errors.
pub fn enter(conn: &mut Conn, webhook: &Webhook, now: Timestamp) -> Result<()> {
    match webhook.format.purges() {
        true => enter_once(conn, webhook.id, now),
        false => Ok(()),
    }
}

/// Enters a purge of everything in the place of a purge that was given up, unless its webhook is disabled. One that is
/// enabled again purges everything anyway.
///
/// # Errors
/// Returns database errors.
pub fn enter_after(conn: &mut Conn, given_up: i64, now: Timestamp) -> Result<()> {
    let webhook = webhook_deliveries::table
        .inner_join(webhooks::table)
        .filter(webhook_deliveries::number.eq(given_up))
        .filter(webhook_deliveries::event.eq(payload::PURGE))
        .filter(webhooks::disabled_at.is_null())
        .select(webhooks::id);
    let webhook: Option<Id> = each!(conn, webhook.first(conn).optional())?;
    match webhook {
        Some(webhook) => enter_once(conn, webhook, now),
        None => Ok(()),
    }
}

fn enter_once(conn: &mut Conn, webhook: Id, now: Timestamp) -> Result<()> {
    let purge = NewDelivery {
        id: Id::new(),
        webhook_id: webhook,
        event: payload::PURGE.to_owned(),
        entity_id: None,
        lang: None,
        payload: payload::of_keys(&[surrogate_keys::ALL.to_owned()]),
        state: DeliveryState::Pending,
        urgent: false,
        due_at: now.plus_seconds(queue::PURGE_DELAY),
        created_at: now,
    };
    let waiting = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook))
        .filter(webhook_deliveries::state.eq(DeliveryState::Pending))
        .filter(webhook_deliveries::payload.eq(&purge.payload))
        .select(webhook_deliveries::number);
    let waiting: Option<i64> = each!(conn, waiting.first(conn).optional())?;
    match waiting {
        Some(_) => Ok(()),
        None => queue::insert(conn, &[purge]),
    }
}
