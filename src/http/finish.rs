//! What every request goes through, and every answer: an id, the contract's checks, problem documents, the access log.

use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, Accept, Header, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};

use super::conditional::is_delivery;
use super::contract::{Contract, Target};
use super::input::CheckedQuery;
use super::problem::Problem;
use crate::id::Id;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest query string that is read; servers and proxies on the way hold less.
const LONGEST_QUERY: usize = 8 * 1024;

/// The outermost middleware.
///
/// # Errors
/// None of its own: what fails inside has been answered inside.
pub async fn finish<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.match_pattern().unwrap_or_else(|| "-".into());
    if method == Method::HEAD {
        // Routed as GET; the server leaves the body out and keeps its length.
        request.head_mut().method = Method::GET;
    }
    let response = match check(&request) {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(refusal) => request.into_response(refusal),
    };
    let response = complete(response, &id);
    log(&method, &route, &response, started, &id);
    Ok(response)
}

/// The caller's id if it is a sane one, so that traces join up; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let sane = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    given
        .filter(sane)
        .map_or_else(|| Id::new().to_string(), str::to_owned)
}

/// Holds the request against the contract, before any handler sees it.
fn check(request: &ServiceRequest) -> Result<(), HttpResponse> {
    let Some(contract) = request.app_data::<web::Data<Contract>>() else {
        return Ok(());
    };
    let query = request.query_string();
    if query.len() > LONGEST_QUERY {
        let detail = format!("A query string may have at most {LONGEST_QUERY} bytes.");
        return Err(Problem::new("uri_too_long", detail).respond());
    }
    match contract.find(request.method().as_str(), request.path()) {
        Target::Operation(operation) => {
            if !accepts_json(request) {
                return Err(Problem::of_status(StatusCode::NOT_ACCEPTABLE).respond());
            }
            let checked = operation
                .query(query)
                .map_err(|error| actix_web::ResponseError::error_response(&error))?;
            request.extensions_mut().insert(CheckedQuery(checked));
            Ok(())
        }
        // A preflight has been answered by CORS; this is a plain question.
        Target::WrongMethod(allowed) if request.method() == Method::OPTIONS => {
            Err(HttpResponse::NoContent()
                .insert_header((header::ALLOW, allowed.join(", ")))
                .finish())
        }
        Target::WrongMethod(allowed) => {
            let mut response = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).respond();
            if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
                response.headers_mut().insert(header::ALLOW, allowed);
            }
            Err(response)
        }
        Target::Unknown => Ok(()),
    }
}

/// Every documented answer is JSON of some kind.
fn accepts_json(request: &ServiceRequest) -> bool {
    let Ok(accept) = Accept::parse(request) else {
        return true;
    };
    if accept.0.is_empty() {
        return true;
    }
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
                .is_some_and(|range| json.contains(&range.trim()))
    })
}

fn complete(mut response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let problem = response.response_mut().extensions_mut().remove::<Problem>();
    let bare = response.status().is_client_error() || response.status().is_server_error();
    let empty = matches!(
        response.response().body().size(),
        BodySize::None | BodySize::Sized(0)
    );
    let problem =
        problem.or_else(|| (bare && empty).then(|| Problem::of_status(response.status())));
    let response = match problem {
        Some(problem) => write(
            response,
            Problem {
                instance: id.to_owned(),
                ..problem
            },
        ),
        None => keep_query(response),
    };
    with_headers(response, id)
}

/// A redirect asks for the same, elsewhere: the question goes along.
fn keep_query(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let query = response.request().query_string();
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    if let Some(location) = location.filter(|location| !location.contains('?'))
        && response.status() == StatusCode::PERMANENT_REDIRECT
        && !query.is_empty()
        && let Ok(location) = HeaderValue::from_str(&format!("{location}?{query}"))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn write(response: ServiceResponse<BoxBody>, problem: Problem) -> ServiceResponse<BoxBody> {
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = response.map_body(|_, _| BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.remove(header::CONTENT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    response
}

fn with_headers(mut response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let cacheable = response.status().is_success() || response.status().is_redirection();
    let private = !is_delivery(response.request().path()) || !cacheable;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if private && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// One line per request. Neither the query string nor any header stands in it: both may hold secrets.
fn log(
    method: &Method,
    route: &str,
    response: &ServiceResponse<BoxBody>,
    started: Instant,
    id: &str,
) {
    let status = response.status().as_u16();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let bytes = match response.response().body().size() {
        BodySize::Sized(bytes) => bytes,
        _ => 0,
    };
    log::info!(target: "tribuna::access", method = method.as_str(), route = route, status = status,
        duration_us = micros, bytes = bytes, request_id = id; "{method} {route} {status}");
}
