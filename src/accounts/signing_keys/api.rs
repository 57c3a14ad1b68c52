//! The public keys, for clients that verify access tokens themselves.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{CustomizeResponder, Responder, web};

use super::model::{Jwk, Jwks, verifying_since};
use super::store;
use crate::error::Result;
use crate::http::response::Validated;
use crate::state::State;

/// Read the key set
///
/// The public keys that verify access tokens (RFC 7517). Fetch it again when a token names a key that is not in it.
#[utoipa::path(get, path = "/.well-known/jwks.json", responses(
    (status = 200, body = Jwks, headers(
        ("Cache-Control" = String, description = "Clients may keep the response for five minutes."),
        ("ETag" = String, description = "The validator of the key set."))),
    (status = 304, description = "Not modified: the stored key set is still current.", headers(
        ("Cache-Control" = String, description = "Clients may keep the response for five more minutes."),
        ("ETag" = String, description = "The validator of the key set."))),
    (status = 503)))]
pub async fn get_jwks(state: web::Data<State>) -> Result<CustomizeResponder<Validated<Jwks>>> {
    let since = verifying_since(&state.config, state.clock.now());
    let keys = state
        .db
        .read(move |conn| store::verifying(conn, since))
        .await?;
    let keys = keys.into_iter().map(Jwk::from).collect();
    Ok(Validated(Jwks { keys })
        .customize()
        .insert_header((CACHE_CONTROL, "public, max-age=300")))
}
