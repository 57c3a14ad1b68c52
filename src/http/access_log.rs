//! What every request goes through, and every answer: an id, problem documents, the access log.

use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};
use serde_json::Value;

use super::canonical::canonicalize;
use super::contract::compiled::Contract;
use super::problem::{Cause, Problem, Written};
use super::surface::Surface;
use crate::request_id::{RequestId, RequestIds};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// Where the access log goes.
const ACCESS: &str = "tribuna::access";

/// What scripts of other origins may read.
pub const EXPOSED: &str = "cache-status, content-language, etag, idempotency-replayed, link, location, retry-after, x-request-id";

/// The outermost middleware.
///
/// # Errors
/// None of its own: what fails inside has been answered inside.
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
        // Routed as GET; the server leaves the body out and keeps its length.
        request.head_mut().method = Method::GET;
    }
    let response = next.call(request).await?.map_into_boxed_body();
    let response = complete(response, id);
    if log::log_enabled!(target: ACCESS, log::Level::Info) {
        log(&method, &response, started, id);
    }
    Ok(response)
}

/// The caller's id if it is a sane one, so that traces join up.
fn request_id(headers: &HeaderMap) -> Option<RequestId> {
    let given = headers.get(REQUEST_ID)?;
    RequestId::parse(given.to_str().ok()?)
}

fn complete(mut response: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    log_cause(response.response(), id);
    let written = response.response_mut().extensions_mut().remove::<Written>();
    // Whoever refused it, an extractor of actix or CORS: every error is a problem document.
    let problem = written
        .map(|Written(document)| document)
        .or_else(|| Problem::of(response.response()).map(|problem| problem.document()));
    let response = match problem {
        Some(problem) => write(response, of_request(problem, id)),
        None => keep_query(response),
    };
    with_headers(response, id)
}

/// What a fault of ours was, for the operator only.
pub fn log_cause<B>(response: &HttpResponse<B>, id: RequestId) {
    if let Some(Cause(cause)) = response.extensions().get() {
        log::error!(request_id = id.as_str(); "{cause}");
    }
}

/// A problem document of this request.
pub fn of_request(mut problem: Value, id: RequestId) -> Value {
    if let Some(members) = problem.as_object_mut() {
        members.insert("instance".into(), id.as_str().into());
    }
    problem
}

/// A redirect asks for the same, elsewhere: what its address does not say already goes along.
fn keep_query(mut response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let location = response.headers().get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    if let Some(location) = location
        && response.status() == StatusCode::PERMANENT_REDIRECT
        && let Ok(location) =
            HeaderValue::from_str(&with_query(location, response.request().query_string()))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn with_query(location: &str, query: &str) -> String {
    let (path, said) = location.split_once('?').unwrap_or((location, ""));
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let names: Vec<String> = said.split('&').map(name).collect();
    let said = said.split('&');
    let more = query.split('&').filter(|pair| !names.contains(&name(pair)));
    let pairs: Vec<&str> = said.chain(more).filter(|pair| !pair.is_empty()).collect();
    match pairs.as_slice() {
        [] => path.to_owned(),
        pairs => format!("{path}?{}", pairs.join("&")),
    }
}

fn write(response: ServiceResponse<BoxBody>, problem: Value) -> ServiceResponse<BoxBody> {
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

fn with_headers(mut response: ServiceResponse<BoxBody>, id: RequestId) -> ServiceResponse<BoxBody> {
    let cacheable = response.status().is_success() || response.status().is_redirection();
    let surface = Surface::of(response.request().path());
    let kept = || {
        let endpoint = Contract::endpoint_of(response.request());
        endpoint.is_none_or(|endpoint| endpoint.may_be_kept)
    };
    let is_silent = !response.headers().contains_key(header::CACHE_CONTROL);
    let private = is_silent && (!surface.may_be_kept() || !cacheable || !kept());
    let headers = response.headers_mut();
    if surface.is_open() {
        open_to_all(headers);
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if surface == Surface::Previews {
        // Its problems, too: whether a link leads somewhere is nobody's business.
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        );
        headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    }
    if private && surface != Surface::Previews {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Delivery answers every origin alike, with an `Origin` or without one: so a shared cache needs to keep only one answer.
fn open_to_all(headers: &mut HeaderMap) {
    let open = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED),
        (header::VARY, "accept-encoding"),
    ];
    for (name, value) in open {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// One line per request. Neither the query string nor any header stands in it: both may hold secrets.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_goes_along_with_a_redirect_but_nothing_is_said_twice() {
        assert_eq!(with_query("/v1/tags/a", ""), "/v1/tags/a");
        assert_eq!(
            with_query("/v1/tags/a", "lang=fr&fields=name"),
            "/v1/tags/a?lang=fr&fields=name"
        );
        assert_eq!(
            with_query("/v1/posts/a?lang=fr", "fields=title"),
            "/v1/posts/a?lang=fr&fields=title"
        );
        assert_eq!(
            with_query("/v1/resolve?slug=b&lang=fr", "slug=a&lang=fr"),
            "/v1/resolve?slug=b&lang=fr"
        );
    }
}
