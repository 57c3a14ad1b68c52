//! Requests that are one transaction: the claim of the key, what the handler writes, and the response are committed
//! together.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, ResponseError};

use super::keyed::{Keyed, provide, respond};
use super::model::StoredResponse;
use super::store::{self, Claimed};
use crate::db::{Conn, DeferredTransaction, Transaction};
use crate::error::{Error, Result};
use crate::http::replay::is_replayable;

/// Carries out a request whose key is free, and answers others.
pub(super) async fn run<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
    keyed: Keyed,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match earlier(&keyed).await {
        Ok(None) => {}
        Ok(Some(response)) => return Ok(request.into_response(response)),
        Err(error) => return Ok(request.into_response(error.error_response())),
    }
    let (claim, now) = (keyed.claim, keyed.state.clock.now());
    let first = move |conn: &mut Conn| match store::claim(conn, &claim, now)? {
        Claimed::Granted => Ok(()),
        _ => Err(Error::Unavailable("another request took the key".into())),
    };
    let (db, transaction) = keyed.state.db.defer_transaction(first);
    provide(&mut request, &keyed.state, db);
    let response = next.call(request).await?;
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let Ok(body) = to_bytes(body).await else {
        return Err(Error::Internal("the response could not be read".into()).into());
    };
    let response = match end(&keyed, transaction, &response, &body).await {
        Ok(None) => response.set_body(BoxBody::new(body)),
        Ok(Some(earlier)) => earlier,
        Err(error) => error.error_response(),
    };
    Ok(ServiceResponse::new(request, response))
}

/// Returns the response to a request whose key is in use.
async fn earlier(keyed: &Keyed) -> Result<Option<HttpResponse>> {
    let (claim, now) = (keyed.claim, keyed.state.clock.now());
    let find = move |conn: &mut Conn| store::find(conn, &claim, now);
    match keyed.state.db.read(find).await? {
        Claimed::Granted => Ok(None),
        claimed => respond(&keyed.key, claimed).map(Some),
    }
}

/// Ends the transaction of a request. Returns the response of an identical request that was faster, if there is one.
async fn end(
    keyed: &Keyed,
    transaction: DeferredTransaction,
    response: &HttpResponse<()>,
    body: &Bytes,
) -> Result<Option<HttpResponse>> {
    let sealed = match is_replayable(response.status()) {
        true => Some(sealed(keyed, response, body)?),
        false => None,
    };
    let has_failed = response.status().is_server_error();
    match (transaction.end().await, sealed) {
        (Some(open), _) if has_failed => {
            open.roll_back().await?;
            Ok(None)
        }
        (Some(open), sealed) => commit(keyed, open, sealed).await.map(|()| None),
        // The handler wrote nothing: it read only, refused the request, or found the key taken.
        (None, None) => match has_failed {
            true => earlier(keyed).await,
            false => Ok(None),
        },
        (None, Some(sealed)) => store_response(keyed, sealed).await,
    }
}

fn sealed(keyed: &Keyed, response: &HttpResponse<()>, body: &Bytes) -> Result<Vec<u8>> {
    let bytes = StoredResponse::new(response, body.clone()).to_bytes()?;
    keyed.key.seal(bytes)
}

/// Commits what the handler wrote, with the response or, if that is not stored, without the key.
async fn commit(keyed: &Keyed, open: Transaction, sealed: Option<Vec<u8>>) -> Result<()> {
    let (claim, now) = (keyed.claim, keyed.state.clock.now());
    let last = move |conn: &mut Conn| match sealed {
        Some(sealed) => store::store_response(conn, &claim, &sealed),
        None => store::release(conn, &claim, false, now),
    };
    open.run(last).await?;
    open.commit().await
}

/// Stores the response of a handler that wrote nothing.
async fn store_response(keyed: &Keyed, sealed: Vec<u8>) -> Result<Option<HttpResponse>> {
    let (claim, now) = (keyed.claim, keyed.state.clock.now());
    let store = move |conn: &mut Conn| {
        let claimed = store::claim(conn, &claim, now)?;
        if claimed == Claimed::Granted {
            store::store_response(conn, &claim, &sealed)?;
        }
        Ok(claimed)
    };
    match keyed.state.db.write(store).await {
        Ok(Claimed::Granted) => Ok(None),
        Ok(claimed) => respond(&keyed.key, claimed).map(Some),
        Err(error) => {
            // Nothing was written, so the same request gets the same response without it.
            log::warn!("a response was not stored: {error}");
            Ok(None)
        }
    }
}
