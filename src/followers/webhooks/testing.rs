//! Test messages: sent at once, by the request that asks for one.

use actix_web::web;

use super::client::Client;
use super::deliveries::model::{DeliveryDetails, DeliveryState};
use super::deliveries::store as log;
use super::model::Webhook;
use super::outcome::{self, Attempted};
use super::payload;
use super::presets;
use super::queue::{self, NewDelivery};
use super::secret::WebhookSecret;
use super::store;
use crate::accounts::sessions::{As, WebhookManager};
use crate::changes::actor::By;
use crate::db::{Conn, off_thread};
use crate::error::{Error, Result};
use crate::http::input::PathParams;
use crate::http::response::Data;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// Send a test message
///
/// Sends one message of the type `webhook.test` and waits for the response for at most ten seconds. Returns the delivery
/// with the attempt, which is not repeated if it fails. A purge purges the key `webhook-test`, and a build hook starts a
/// build. A disabled webhook can be tested, too.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/test", responses((status = 200, body = Data<DeliveryDetails>)))]
pub async fn test_webhook(
    manager: As<WebhookManager>,
    client: web::Data<Client>,
    PathParams(id): PathParams<Id>,
) -> Result<Data<DeliveryDetails>> {
    let (webhook, secrets) = manager
        .read(move |conn, by| with_secrets(conn, by, id))
        .await?;
    let at = manager.by().at;
    let test = Test::new(webhook, at);
    let permit = client.permit_test().await?;
    // Nothing of the database is held meanwhile, and nothing has been written.
    let attempted = off_thread(move || test.send(&client, &secrets)).await?;
    drop(permit);
    let data = manager
        .write(move |conn, by| store_test(conn, by, attempted))
        .await?;
    Ok(Data { data })
}

fn with_secrets(conn: &mut Conn, by: By, id: Id) -> Result<(Webhook, Vec<WebhookSecret>)> {
    let webhook = store::find(conn, by, id)?;
    let found = store::with_secrets(conn, vec![id], by.at)?;
    let (_, secrets) = found.into_iter().next().ok_or(Error::NotFound)?;
    Ok((webhook, secrets))
}

/// A test message.
struct Test {
    webhook: Webhook,
    delivery: NewDelivery,
}

impl Test {
    fn new(webhook: Webhook, at: Timestamp) -> Self {
        let payload = match webhook.format.purges() {
            true => payload::of_keys(&["webhook-test".to_owned()]),
            false => payload::of_test(at),
        };
        let delivery = NewDelivery {
            id: Id::new(),
            webhook_id: webhook.id,
            event: payload::TEST.to_owned(),
            entity_id: None,
            lang: None,
            payload,
            state: DeliveryState::Pending,
            urgent: false,
            due_at: at,
            created_at: at,
        };
        Self { webhook, delivery }
    }

    fn send(self, client: &Client, secrets: &[WebhookSecret]) -> Result<(NewDelivery, Attempted)> {
        let Self { webhook, delivery } = self;
        let (id, at) = (delivery.id, delivery.created_at);
        let outgoing = presets::outgoing((&webhook, secrets), id, &delivery.payload, at)?;
        let attempted = Attempted {
            number: 0,
            id,
            webhook: webhook.id,
            attempts: 1,
            holder: None,
            at,
            report: client.send(&outgoing),
            request: outgoing.request,
        };
        Ok((delivery, attempted))
    }
}

/// Stores a test message that was sent, and returns it.
fn store_test(
    conn: &mut Conn,
    by: By,
    (delivery, attempted): (NewDelivery, Attempted),
) -> Result<DeliveryDetails> {
    let (webhook, id) = (delivery.webhook_id, delivery.id);
    store::find(conn, by, webhook)?;
    queue::insert(conn, &[delivery])?;
    let number = queue::number(conn, id)?;
    let attempted = Attempted {
        number,
        ..attempted
    };
    outcome::log(conn, &attempted)?;
    let state = match attempted.report.is_success() {
        true => DeliveryState::Delivered,
        false => DeliveryState::Dead,
    };
    queue::finish(conn, number, state, by.at)?;
    log::find(conn, by, webhook, id)
}
