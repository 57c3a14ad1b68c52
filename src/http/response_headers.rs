//! The headers of every response.

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web;

use super::contract::compiled::Contract;
use super::surface::Surface;
use crate::request_id::RequestId;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The response headers that scripts of configured origins may read.
pub const EXPOSED: &str = "cache-status, content-language, etag, idempotency-replayed, link, location, preference-applied, ratelimit, ratelimit-policy, retry-after, x-request-id";

/// Adds the headers that all responses of the surface have.
pub(super) fn with_headers(
    mut response: ServiceResponse<BoxBody>,
    id: RequestId,
) -> ServiceResponse<BoxBody> {
    let privacy = privacy(&response);
    let is_open = is_open(&response);
    let headers = response.headers_mut();
    if is_open {
        open_to_all(headers);
    }
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    match privacy {
        Privacy::Said => {}
        Privacy::NoStore => {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Privacy::Unlisted => {
            let private = HeaderValue::from_static("private, no-store");
            headers.insert(header::CACHE_CONTROL, private);
            headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
        }
    }
    response
}

/// Returns whether scripts of every origin may read the response: one of an open surface, or the explanation of a path
/// that is no operation and no page.
fn is_open(response: &ServiceResponse<BoxBody>) -> bool {
    let request = response.request();
    let path = request.path();
    let is_unknown = || {
        let contract = request.app_data::<web::Data<Contract>>();
        contract.is_some_and(|contract| !contract.knows(path))
    };
    Surface::of(path).is_open() || response.status() == StatusCode::NOT_FOUND && is_unknown()
}

/// The restriction on caches that a response still needs.
enum Privacy {
    /// None: the response has its own, or may be cached.
    Said,
    /// No cache may store it.
    NoStore,
    /// No cache may store it, and no search engine index it. Problems are included: a cache must not reveal which URLs
    /// exist.
    Unlisted,
}

fn privacy(response: &ServiceResponse<BoxBody>) -> Privacy {
    let request = response.request();
    let contract = request.app_data::<web::Data<Contract>>();
    if contract.is_some_and(|contract| contract.is_unlisted(request.path())) {
        return Privacy::Unlisted;
    }
    if response.headers().contains_key(header::CACHE_CONTROL) {
        return Privacy::Said;
    }
    let is_positive = response.status().is_success() || response.status().is_redirection();
    let is_cacheable = || {
        let endpoint = Contract::endpoint_of(request);
        endpoint.is_none_or(|endpoint| endpoint.is_cacheable)
    };
    match Surface::of(request.path()).is_cacheable() && is_positive && is_cacheable() {
        true => Privacy::Said,
        false => Privacy::NoStore,
    }
}

/// Sets the CORS headers of open surfaces. They are the same for every origin, and for requests without `Origin`, so
/// that a shared cache needs only one response. `*` exposes all headers to requests without credentials, and no others
/// are allowed here.
fn open_to_all(headers: &mut HeaderMap) {
    let open = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
        (header::VARY, "accept-encoding"),
    ];
    for (name, value) in open {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
