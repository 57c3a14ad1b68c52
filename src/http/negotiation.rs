//! Checks each request against the contract before a handler sees it: its method, its query, and what it accepts.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, Accept, Header, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, web};

use super::contract::compiled::{Contract, Target};
use super::input::CheckedQuery;
use super::problem::Problem;
use crate::error::{Code, Error};

/// The most bytes in a query: those of the longest query that the contract allows, with every character encoded.
pub const LONGEST_QUERY: usize = 32 * 1024;

/// The middleware. It stands inside of CORS, so that a script may read why its request was refused.
///
/// # Errors
/// Those of the inner service. A refusal is a response.
pub async fn negotiate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match refusal(&request) {
        None => Ok(next.call(request).await?.map_into_boxed_body()),
        Some(refusal) => Ok(request.into_response(refusal)),
    }
}

fn refusal(request: &ServiceRequest) -> Option<HttpResponse> {
    let Some(contract) = request.app_data::<web::Data<Contract>>() else {
        let error = Error::Internal("the application has no contract".into());
        return Some(error.error_response());
    };
    let query = request.query_string();
    if query.len() > LONGEST_QUERY {
        let detail = format!("A query string may have at most {LONGEST_QUERY} bytes.");
        return Some(Problem::new(Code::UriTooLong, detail).respond());
    }
    match contract.find(request.method().as_str(), request.path()) {
        Target::Operation(_) if !accepts_json(request) => {
            Some(Problem::of_status(StatusCode::NOT_ACCEPTABLE).respond())
        }
        Target::Operation(operation) => match operation.query(query) {
            Ok(checked) => {
                request.extensions_mut().insert(CheckedQuery(checked));
                None
            }
            Err(error) => Some(error.error_response()),
        },
        // CORS has answered preflight requests; this is a plain `OPTIONS`.
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

const NDJSON: &str = "application/x-ndjson";

/// Whether the client accepts JSON or, from an export, JSON lines. Every documented response is one of them.
pub fn accepts_json(request: &ServiceRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return true;
    };
    if accept.0.is_empty() {
        return true;
    }
    let lines = request.path().ends_with(".ndjson");
    accept.0.iter().any(|range| {
        let quality = range.quality != header::Quality::ZERO;
        let range = range.item.as_ref();
        let json = [
            "application/json",
            "application/problem+json",
            "application/*",
            "*/*",
        ];
        quality
            && range
                .split(';')
                .next()
                .map(str::trim)
                .is_some_and(|range| json.contains(&range) || (lines && range == NDJSON))
    })
}
