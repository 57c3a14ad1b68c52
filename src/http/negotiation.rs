//! Checks each request against the contract before it reaches a handler, in one order: the quota, secrets in the URL, the
//! method and the path, the caller, the accepted media types, and the query. The arguments of the handler follow: path,
//! preconditions, body.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};

use super::app_data::app_data;
use super::cache::coding::Coding;
use super::contract::compiled::{Contract, RouteMatch};
use super::contract::endpoint::Endpoint;
use super::contract::signature::OptionalGuard;
use super::credentials;
use super::input::CheckedQuery;
use super::problem::Problem;
use super::quota::middleware::Exceeded;
use super::surface::Surface;
use super::unknown_path;
use crate::error::{Code, Error, Result};

/// The maximum length of a query in bytes: that of the longest query that the contract allows, with every character
/// encoded.
pub const LONGEST_QUERY: usize = 32 * 1024;

/// The middleware. It is wrapped by CORS, so that a script can read why its request was refused. A known caller
/// comes first: a request without permission is refused regardless of its other faults.
///
/// # Errors
/// Returns the error of the inner service. A refusal is a response, not an error.
pub async fn negotiate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(contract) = request.app_data::<web::Data<Contract>>().cloned() else {
        let error = Error::Internal("the application has no contract".into());
        return Ok(request.into_response(error.error_response()));
    };
    let target = contract.find(request.method().as_str(), request.path());
    if let Some(refusal) = refusal(&request, &target, &contract).await {
        return Ok(request.into_response(refusal));
    }
    let streams = matches!(target, RouteMatch::Operation(endpoint) if endpoint.streams);
    choose_coding(request.headers_mut(), streams);
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn refusal(
    request: &ServiceRequest,
    target: &RouteMatch<'_>,
    contract: &Contract,
) -> Option<HttpResponse> {
    if let Some(Exceeded(seconds)) = request.extensions().get().copied() {
        return Some(Error::QuotaExceeded(seconds).error_response());
    }
    if let Err(error) = credentials::refuse_keys(request.query_string()) {
        return Some(error.error_response());
    }
    if let RouteMatch::Operation(endpoint) = target
        && let Err(error) = check_caller(request, endpoint).await
    {
        return Some(error.error_response());
    }
    let length = request.query_string().len();
    if length > LONGEST_QUERY {
        let detail = format!("A query string may have at most {LONGEST_QUERY} bytes.");
        return Some(Problem::new(Code::UriTooLong, detail).respond());
    }
    match target {
        RouteMatch::Operation(endpoint) if !endpoint.produces.are_accepted_by(request) => {
            let detail = format!("Accept {}.", endpoint.produces.names());
            Some(Problem::new(Code::NotAcceptable, detail).respond())
        }
        RouteMatch::Operation(endpoint) => {
            let checked = check_query(request, endpoint);
            checked.err().map(|error| error.error_response())
        }
        RouteMatch::WrongMethod(allowed) => {
            Some(wrong_method(request.method(), &allowed.join(", ")))
        }
        RouteMatch::Unknown => unknown_path::explain(contract, request),
    }
}

/// Lets the caller in. On the delivery surface anyone is let in, except a caller with a token that is not valid: they
/// would otherwise take the public answer for their own.
async fn check_caller(request: &ServiceRequest, endpoint: &Endpoint) -> Result<()> {
    if let Some(guard) = endpoint.guard {
        return guard(request.request()).await;
    }
    if !credentials::are_sent(request.headers()) || Surface::of(request.path()) != Surface::Delivery
    {
        return Ok(());
    }
    let OptionalGuard(guard) = app_data::<OptionalGuard>(request.request())?.as_ref();
    guard(request.request()).await
}

/// Checks the query against its schema, then by the checks of the operation, and keeps it for the extractors.
fn check_query(request: &ServiceRequest, endpoint: &Endpoint) -> Result<()> {
    let checked = endpoint.query(request.query_string())?;
    request.extensions_mut().insert(CheckedQuery(checked));
    let checks = endpoint.query_checks.iter();
    let mut faults = Vec::new();
    for result in checks.map(|check| check(request.request())) {
        match result {
            Err(Error::Parameters(more)) => faults.extend(more),
            other => other?,
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Parameters(faults))
    }
}

/// Replaces `Accept-Encoding` with the coding that the server has chosen, so that all responses are encoded by one rule.
/// `Compress` would refuse a client that accepts no coding and not the identity either. RFC 9110 section 12.5.3 allows the
/// identity in that case.
fn choose_coding(headers: &mut HeaderMap, streams: bool) {
    // An encoder would buffer small chunks of a streamed response.
    let chosen = Coding::preferred(headers).filter(|_| !streams);
    headers.remove(header::ACCEPT_ENCODING);
    if let Some(coding) = chosen {
        headers.insert(header::ACCEPT_ENCODING, coding.token());
    }
}

/// Returns the response to a request for a path that exists, but not with this method. `allowed` lists the methods of the
/// path, separated by commas.
pub fn wrong_method(method: &Method, allowed: &str) -> HttpResponse {
    // CORS has handled preflight requests; this is an ordinary `OPTIONS`.
    if *method == Method::OPTIONS {
        let allow = (header::ALLOW, allowed);
        return HttpResponse::NoContent().insert_header(allow).finish();
    }
    let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).respond();
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Returns whether the client accepts a media type that the operation produces.
pub fn is_acceptable(request: &ServiceRequest) -> bool {
    if !request.headers().contains_key(header::ACCEPT) {
        return true;
    }
    match Contract::endpoint_of(request.request()) {
        Some(endpoint) => endpoint.produces.are_accepted_by(request),
        None => true,
    }
}
