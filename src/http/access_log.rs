//! The outermost middleware. It gives each request an id and a canonical path, completes the response, and writes one
//! line to the access log.

use std::rc::Rc;
use std::time::Instant;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody, None as NoBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;

use super::canonical::canonicalize;
use super::problem_documents;
use super::redirects::keep_query;
use super::response_headers::{REQUEST_ID, with_headers};
use crate::request_id::{RequestId, RequestIds};

/// The target of the access log.
const ACCESS: &str = "tribuna::access";

/// Assigns the request id, canonicalizes the path, routes HEAD as GET, and logs the request.
///
/// # Errors
/// Returns the error of the inner service if it failed without a response. No service does so today.
pub async fn access_log<B: MessageBody + 'static>(
    ids: Rc<RequestIds>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(request.headers()).unwrap_or_else(|| ids.make());
    request.extensions_mut().insert(id);
    canonicalize(&mut request);
    let method = request.method().clone();
    if method == Method::HEAD {
        // A HEAD request is routed as GET. The server omits the body and keeps its length.
        request.head_mut().method = Method::GET;
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if method == Method::HEAD && response.response().body().size() == BodySize::Stream {
        // The server would read the whole stream to send nothing of it, and a stream may have no end.
        response = response.map_body(|_, _| NoBody::new().boxed());
    }
    let response = problem_documents::complete(response, id);
    let response = with_headers(keep_query(response), id);
    if log::log_enabled!(target: ACCESS, log::Level::Info) {
        log(&method, &response, started, id);
    }
    Ok(response)
}

/// Returns the `X-Request-Id` of the caller if it is well formed, so that traces on both sides can be correlated.
fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    let given = headers.get(REQUEST_ID)?;
    RequestId::parse(given.to_str().ok()?)
}

/// Logs the request. The line contains neither the query nor any header, because both may contain secrets.
fn log(method: &Method, response: &ServiceResponse<BoxBody>, started: Instant, id: RequestId) {
    let status = response.status().as_u16();
    let route = response.request().match_pattern();
    let route = route.as_deref().unwrap_or("-");
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let bytes = match response.response().body().size() {
        BodySize::Sized(bytes) => bytes,
        _ => 0,
    };
    log::info!(target: ACCESS, method = method.as_str(), route = route, status = status,
        duration_us = micros, bytes = bytes, request_id = id.as_str(); "{method} {route} {status}");
}
