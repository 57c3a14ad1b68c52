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
/// Newest first. `state=dead` lists dead letters.
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
/// With its body, and with each attempt: the request, the response and the time that it took.
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

/// Send a delivery again
///
/// With the same id and the same body. One that waits already stays as it is.
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

/// Send the deliveries of a time again
///
/// All that are still in the log, were created in the span of time and are finished: each with the same id and the same
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
