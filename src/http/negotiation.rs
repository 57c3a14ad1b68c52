//! Checks each request against the contract before it reaches a handler: the caller, the method, the accepted media
//! types, and the query.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};

use super::contract::compiled::{Contract, Target};
use super::contract::endpoint::Endpoint;
use super::input::CheckedQuery;
use super::problem::Problem;
use crate::error::{Code, Error};

/// The maximum length of a query in bytes: that of the longest query that the contract allows, with every character
/// encoded.
pub const LONGEST_QUERY: usize = 32 * 1024;

/// The middleware. It is wrapped by CORS, so that a script can read why its request was refused. The caller is checked
/// first: a request without permission is refused regardless of its other faults.
///
/// # Errors
/// Returns the error of the inner service. A refusal is a response, not an error.
pub async fn negotiate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(contract) = request.app_data::<web::Data<Contract>>().cloned() else {
        let error = Error::Internal("the application has no contract".into());
        return Ok(request.into_response(error.error_response()));
    };
    let target = contract.find(request.method().as_str(), request.path());
    if let Some(refusal) = refusal(&request, &target).await {
        return Ok(request.into_response(refusal));
    }
    if let Target::Operation(Endpoint { streams: true, .. }) = target {
        // An encoder would buffer small chunks of a streamed response.
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

async fn refusal(request: &ServiceRequest, target: &Target<'_>) -> Option<HttpResponse> {
    if let Target::Operation(Endpoint {
        guard: Some(guard), ..
    }) = target
        && let Err(error) = guard(request.request()).await
    {
        return Some(error.error_response());
    }
    let query = request.query_string();
    if query.len() > LONGEST_QUERY {
        let detail = format!("A query string may have at most {LONGEST_QUERY} bytes.");
        return Some(Problem::new(Code::UriTooLong, detail).respond());
    }
    match target {
        Target::Operation(endpoint) if !endpoint.produces.are_accepted_by(request) => {
            let detail = format!("Accept {}.", endpoint.produces.names());
            Some(Problem::new(Code::NotAcceptable, detail).respond())
        }
        Target::Operation(endpoint) => match endpoint.query(query) {
            Ok(checked) => {
                request.extensions_mut().insert(CheckedQuery(checked));
                None
            }
            Err(error) => Some(error.error_response()),
        },
        // CORS has handled preflight requests; this is an ordinary `OPTIONS`.
        Target::WrongMethod(allowed) if request.method() == Method::OPTIONS => {
            let allow = (header::ALLOW, allowed.join(", "));
            Some(HttpResponse::NoContent().insert_header(allow).finish())
        }
        Target::WrongMethod(allowed) => {
            let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).respond();
            if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
                response.headers_mut().insert(header::ALLOW, allowed);
            }
            Some(response)
        }
        Target::Unknown => None,
    }
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
