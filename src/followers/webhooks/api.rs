//! The management of webhooks.

use std::time::Duration;

use super::address::Exempt;
use super::model::{MadeWebhook, NewWebhook, Webhook, WebhookPatch};
use super::secret::WebhookSecret;
use super::store;
use crate::accounts::sessions::{As, WebhookManager};
use crate::db::off_thread;
use crate::error::{Error, Result};
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::secret_rotation::NewRotation;
use crate::slugs::addresses;
use crate::version::Seen;

/// The longest wait for the name of a host.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(3);

/// List webhooks
///
/// Returns the newest webhooks first. Secrets and tokens are never shown.
#[utoipa::path(get, path = "/v1/admin/webhooks", params(Paging, Fields), responses((status = 200, body = Page<Webhook>)))]
pub async fn list_webhooks(
    manager: As<WebhookManager>,
    listing: Listing,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Webhook>>> {
    let (data, page) = manager
        .read(move |conn, by| store::list(conn, by, &listing))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Create a webhook
///
/// Changes from then on are delivered to the URL. Only this response contains the secret that signs the requests. The URL
/// must use https and lead to public addresses.
#[utoipa::path(post, path = "/v1/admin/webhooks", responses((status = 201, body = Data<MadeWebhook>)), request_body = NewWebhook)]
pub async fn create_webhook(
    manager: As<WebhookManager>,
    Json(new): Json<NewWebhook>,
) -> Result<Created<MadeWebhook>> {
    check_url(&manager, &new.url).await?;
    let made = manager
        .write(move |conn, by| store::insert(conn, by, new))
        .await?;
    Ok(created(made))
}

/// Read a webhook
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}", responses((status = 200, body = Data<Webhook>)))]
pub async fn get_webhook(
    manager: As<WebhookManager>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Webhook>> {
    manager
        .read(move |conn, by| store::find(conn, by, id))
        .await
        .map(Editable)
}

/// Change a webhook
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The format cannot change. `enabled: false` disables
/// the webhook, and pending deliveries become dead letters. `enabled: true` enables it again, also after the server
/// disabled it; changes in the meantime are not delivered.
#[utoipa::path(patch, path = "/v1/admin/webhooks/{id}", responses((status = 200, body = Data<Webhook>)), request_body = WebhookPatch)]
pub async fn update_webhook(
    manager: As<WebhookManager>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<WebhookPatch>,
) -> Result<Editable<Webhook>> {
    if let Some(url) = &patch.url {
        check_url(&manager, url).await?;
    }
    manager
        .write(move |conn, by| store::update(conn, by, id, &seen, patch))
        .await
        .map(Editable)
}

/// Delete a webhook
///
/// Deliveries stop, and their log is deleted, too.
#[utoipa::path(delete, path = "/v1/admin/webhooks/{id}", responses((status = 204)))]
pub async fn delete_webhook(
    manager: As<WebhookManager>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    manager
        .write(move |conn, by| store::delete(conn, by, id, &seen))
        .await
        .map(|()| NoContent)
}

/// Rotate the secret of a webhook
///
/// Creates a new secret, which only this response contains. Until `old_expires_at`, requests are signed with the former
/// secret, too, so that the receiver can be changed meanwhile.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/rotation", responses((status = 201, body = Data<MadeWebhook>)), request_body = NewRotation)]
pub async fn create_webhook_rotation(
    manager: As<WebhookManager>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewRotation>,
) -> Result<Created<MadeWebhook>> {
    let made = manager
        .write(move |conn, by| store::rotate(conn, by, id, &seen, &new))
        .await?;
    Ok(created(made))
}

fn created((webhook, secret): (Webhook, WebhookSecret)) -> Created<MadeWebhook> {
    Created {
        location: addresses::management_url(Kind::Webhook, webhook.id),
        data: MadeWebhook {
            webhook,
            secret: secret.text(),
        },
    }
}

/// Checks a URL before it is saved. Resolving its name takes time, so this happens before the transaction begins.
async fn check_url(manager: &As<WebhookManager>, url: &str) -> Result<()> {
    let exempt = Exempt::new(&manager.state.config.webhooks.allow);
    let url = url.to_owned();
    let check = move || {
        let checked = exempt.check_saved(&url);
        checked.map_err(|refusal| Error::invalid("/url", refusal.code, refusal.detail))
    };
    // A look-up that takes longer is like a name that leads nowhere: each attempt will check it.
    let checked = tokio::time::timeout(LOOKUP_TIMEOUT, off_thread(check)).await;
    checked.unwrap_or(Ok(()))
}
