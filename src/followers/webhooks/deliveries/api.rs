//! The operations on the log of deliveries.

use super::model::{Delivery, DeliveryDetails, DeliveryQuery, NewReplay, Replayed};
use super::store;
use crate::accounts::sessions::{As, WebhookManager};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Page};
use crate::id::Id;
use crate::page::{Listing, Paging};

/// List the deliveries to a webhook
///
/// Returns the newest deliveries first. `state=dead` returns only dead letters.
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}/deliveries", params(Paging, DeliveryQuery, Fields), responses((status = 200, body = Page<Delivery>)))]
pub async fn list_deliveries(
    manager: As<WebhookManager>,
    PathParams(webhook): PathParams<Id>,
    listing: Listing,
    Query(query): Query<DeliveryQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Delivery>>> {
    let (data, page) = manager
        .read(move |conn, by| store::list(conn, by, webhook, &listing, &query))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Read a delivery
///
/// Returns the delivery with its body and all attempts: each with its request, its response and its duration.
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}/deliveries/{delivery_id}", params(("delivery_id", Path, description = "The id of the delivery.")), responses((status = 200, body = Data<DeliveryDetails>)))]
pub async fn get_delivery(
    manager: As<WebhookManager>,
    PathParams((webhook, id)): PathParams<(Id, Id)>,
) -> Result<Data<DeliveryDetails>> {
    let data = manager
        .read(move |conn, by| store::find(conn, by, webhook, id))
        .await?;
    Ok(Data { data })
}

/// Replay a delivery
///
/// Resends the delivery with the same id and body. A pending delivery is left unchanged.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/deliveries/{delivery_id}/replay", params(("delivery_id", Path, description = "The id of the delivery.")), responses((status = 200, body = Data<DeliveryDetails>)))]
pub async fn replay_delivery(
    manager: As<WebhookManager>,
    PathParams((webhook, id)): PathParams<(Id, Id)>,
) -> Result<Data<DeliveryDetails>> {
    let data = manager
        .write(move |conn, by| store::replay(conn, by, webhook, id))
        .await?;
    Ok(Data { data })
}

/// Replay deliveries in a time range
///
/// Resends the finished deliveries that were created in the time range and are still in the log, each with the same id and
/// body, in the order of the changes.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/replay", responses((status = 200, body = Data<Replayed>)), request_body = NewReplay)]
pub async fn replay_deliveries(
    manager: As<WebhookManager>,
    PathParams(webhook): PathParams<Id>,
    Json(span): Json<NewReplay>,
) -> Result<Data<Replayed>> {
    let count = manager
        .write(move |conn, by| store::replay_span(conn, by, webhook, &span))
        .await?;
    Ok(Data {
        data: Replayed { count },
    })
}
