//! Reads request bodies with limits on size and time.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::BytesMut;
use futures_util::StreamExt;

use crate::config::Config;
use crate::error::{Code, Error};
use crate::http::app_data::app_data;
use crate::http::problem::Problem;

/// The time within which a client must send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads the whole body, up to the size limit in the settings.
///
/// # Errors
/// Returns the errors of [`read_body`], and [`Error::Internal`] if the application has no settings.
pub(super) async fn read_limited(
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<BytesMut, actix_web::Error> {
    let config = app_data::<Config>(request)?;
    read_body(request.headers(), payload, config.server.body_limit).await
}

/// Reads the whole body, up to `limit` bytes. Does not wait for a body whose `Content-Length` exceeds the limit.
///
/// # Errors
/// Responds with 408 if the body takes longer than 30 seconds and with 413 if it has more than `limit` bytes. Returns
/// [`Error::Malformed`] if it ends early.
pub async fn read_body(
    headers: &HeaderMap,
    payload: &mut Payload,
    limit: usize,
) -> Result<BytesMut, actix_web::Error> {
    if announced(headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    tokio::time::timeout(BODY_TIMEOUT, read(payload, limit))
        .await
        .map_err(|_| refused(Problem::of_status(StatusCode::REQUEST_TIMEOUT)))?
}

async fn read(payload: &mut Payload, limit: usize) -> Result<BytesMut, actix_web::Error> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| Error::Malformed("The body ended before it was complete.".into()))?;
        if bytes.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Returns the length that the client has announced.
fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> actix_web::Error {
    let detail = format!("A body may have at most {limit} bytes.");
    refused(Problem::new(Code::BodyTooLarge, detail))
}

/// Wraps a problem in an error of actix-web.
pub(super) fn refused(problem: Problem) -> actix_web::Error {
    InternalError::from_response("refused", problem.respond()).into()
}
