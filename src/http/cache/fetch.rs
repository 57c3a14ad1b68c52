//! Requests to the origin, and the classification of their responses.

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_ENCODING, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use actix_web::{Error, HttpRequest, HttpResponse, ResponseError};

use super::Cache;
use super::cacheable::Cacheable;
use super::caching_headers::CachingHeaders;
use super::entry::{AddedHeaders, Entry, FillStart};
use crate::error;
use crate::http::problem::Problem;
use crate::timestamp::Timestamp;

/// A response of the origin, classified by what the cache may do with it.
pub enum Fetched {
    /// A 200 that a handler marked as [`Cacheable`].
    Public(Entry),
    /// A 404, 410 or redirect.
    Negative(Entry, HttpResponse),
    /// A 5xx.
    Failed(Entry, HttpResponse),
    /// Any other response. It is meant for this request alone.
    Private(HttpResponse),
}

/// Requests the complete, unencoded body from the origin. The client's preferences and preconditions are left out of
/// this request; they are evaluated when the response is sent.
///
/// # Errors
/// Returns the error of the inner service.
pub async fn fetch<S, B>(
    inner: &S,
    cache: &Cache,
    mut request: ServiceRequest,
    start: FillStart,
) -> Result<(HttpRequest, Fetched), Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    for name in [ACCEPT_ENCODING, IF_NONE_MATCH, IF_MODIFIED_SINCE] {
        request.headers_mut().remove(name);
    }
    let lifetime = cache.lifetime(request.path());
    let negative_expiry = cache.negative_expiry();
    let response = inner.call(request).await?.map_into_boxed_body();
    let (request, mut response) = response.into_parts();
    let cacheable = response.extensions_mut().remove::<Cacheable>();
    let fetched = match (response.status(), cacheable) {
        (StatusCode::OK, Some(cacheable)) => {
            let modified = start.last_modified.filter(|_| !cacheable.is_undated);
            let headers = AddedHeaders {
                caching: CachingHeaders::new(lifetime, modified),
                surrogate: cache.surrogate_headers(),
            };
            with_body(response, &cacheable, headers).await
        }
        _ => without_body(response, negative_expiry),
    };
    Ok((request, fetched))
}

async fn with_body(response: HttpResponse, cacheable: &Cacheable, added: AddedHeaders) -> Fetched {
    let (head, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) => Ok(bytes),
        Err(body) => to_bytes(body).await,
    };
    match body {
        Ok(body) => Fetched::Public(Entry::with_body(head.headers(), body, cacheable, added)),
        Err(_) => Fetched::Private(
            error::Error::Internal("the body of a response could not be read".into())
                .error_response(),
        ),
    }
}

fn without_body(response: HttpResponse, expiry: Timestamp) -> Fetched {
    let problem = response.extensions().get::<Problem>().cloned();
    let status = response.status();
    let is_negative = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => problem.is_some(),
        StatusCode::PERMANENT_REDIRECT => true,
        _ => false,
    };
    if !is_negative && !status.is_server_error() {
        return Fetched::Private(response);
    }
    let entry = Entry::without_body(status, response.headers(), problem, expiry);
    if is_negative {
        Fetched::Negative(entry, response)
    } else {
        Fetched::Failed(entry, response)
    }
}
