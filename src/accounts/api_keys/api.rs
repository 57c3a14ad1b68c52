//! The management of API keys by admins.

use super::edit::{ApiKeyEdit, ApiKeyPatch, NewApiKey};
use super::model::{ApiKey, MadeApiKey};
use super::rotation;
use super::secret::KeySecret;
use super::store;
use crate::accounts::sessions::{AdminRole, As};
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::secret_rotation::NewRotation;
use crate::slugs::addresses;
use crate::version::Seen;

/// List API keys
///
/// Newest first unless `sort` says otherwise. Secrets are never shown.
#[utoipa::path(get, path = "/v1/admin/keys", params(Paging, NamedQuery, Fields), responses((status = 200, body = Page<ApiKey>)))]
pub async fn list_keys(
    admin: As<AdminRole>,
    listing: Listing,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<ApiKey>>> {
    let (data, page) = admin
        .read(move |conn, by| store::list(conn, by, &listing, &query))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Create an API key
///
/// Only this response contains the secret. Give it to the owner of the key over a safe channel.
#[utoipa::path(post, path = "/v1/admin/keys", responses((status = 201, body = Data<MadeApiKey>)), request_body = NewApiKey)]
pub async fn create_key(
    admin: As<AdminRole>,
    Json(new): Json<NewApiKey>,
) -> Result<Created<MadeApiKey>> {
    let made = admin
        .write(move |conn, by| store::insert(conn, by, new))
        .await?;
    let data = with_secret(made);
    Ok(Created {
        location: addresses::management_url(Kind::ApiKey, data.key.id),
        data,
    })
}

/// Read an API key
#[utoipa::path(get, path = "/v1/admin/keys/{id}", responses((status = 200, body = Data<ApiKey>)))]
pub async fn get_key(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<ApiKey>> {
    admin
        .read(move |conn, by| store::find(conn, by, id))
        .await
        .map(Editable)
}

/// Replace an API key
///
/// Members that are absent are cleared. The secret stays. The change applies to the next request with the key.
#[utoipa::path(put, path = "/v1/admin/keys/{id}", responses((status = 200, body = Data<ApiKey>)), request_body = NewApiKey)]
pub async fn replace_key(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewApiKey>,
) -> Result<Editable<ApiKey>> {
    admin
        .write(move |conn, by| store::update(conn, by, id, &seen, ApiKeyEdit::Replace(new)))
        .await
        .map(Editable)
}

/// Change an API key
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The same applies to the members of `quota`. The change
/// applies to the next request with the key.
#[utoipa::path(patch, path = "/v1/admin/keys/{id}", responses((status = 200, body = Data<ApiKey>)), request_body = ApiKeyPatch)]
pub async fn update_key(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<ApiKeyPatch>,
) -> Result<Editable<ApiKey>> {
    admin
        .write(move |conn, by| store::update(conn, by, id, &seen, ApiKeyEdit::Merge(patch)))
        .await
        .map(Editable)
}

/// Delete an API key
///
/// Revokes the key: it stops working at once, on all instances.
#[utoipa::path(delete, path = "/v1/admin/keys/{id}", responses((status = 204)))]
pub async fn delete_key(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    admin
        .write(move |conn, by| store::delete(conn, by, id, &seen))
        .await
        .map(|()| NoContent)
}

/// Rotate an API key
///
/// Creates a new secret, which only this response contains. The former secret works until `old_expires_at`; one that is even
/// older stops working at once.
#[utoipa::path(post, path = "/v1/admin/keys/{id}/rotation", responses((status = 201, body = Data<MadeApiKey>)), request_body = NewRotation)]
pub async fn create_rotation(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewRotation>,
) -> Result<Created<MadeApiKey>> {
    let made = admin
        .write(move |conn, by| rotation::rotate(conn, by, id, &seen, &new))
        .await?;
    Ok(Created {
        location: addresses::management_url(Kind::ApiKey, id),
        data: with_secret(made),
    })
}

/// End the rotation of an API key
///
/// The former secret stops working at once.
#[utoipa::path(delete, path = "/v1/admin/keys/{id}/rotation", responses((status = 204)))]
pub async fn delete_rotation(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    admin
        .write(move |conn, by| rotation::end_rotation(conn, by, id, &seen))
        .await
        .map(|_| NoContent)
}

fn with_secret((key, secret): (ApiKey, KeySecret)) -> MadeApiKey {
    MadeApiKey {
        key,
        secret: secret.into_text(),
    }
}
