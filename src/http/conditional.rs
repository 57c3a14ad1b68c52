//! Which state of a thing a change is meant for: `If-Match` and `If-None-Match` of management (RFC 9110 section 13). What
//! delivery has to do with conditions stands in `cache`.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use actix_web::{FromRequest, HttpRequest, web};

use super::input::Gate;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::version::Seen;

impl FromRequest for Seen {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seen = Self::of(tags(request, IF_MATCH), tags(request, IF_NONE_MATCH));
        let config = request.app_data::<web::Data<Config>>();
        let must_ask = config.is_some_and(|config| config.require_if_match);
        let may_make = request.method() == Method::PUT;
        let gate = Gate::of(request);
        Box::pin(async move {
            if must_ask && !seen.protects(may_make) {
                if let Some(gate) = gate {
                    gate.pass().await;
                }
                return Err(Error::Unconditional);
            }
            Ok(seen)
        })
    }
}

fn tags(request: &HttpRequest, header: HeaderName) -> Vec<String> {
    request
        .headers()
        .get_all(header)
        .map(|value| value.to_str().unwrap_or_default())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().to_owned())
        .collect()
}

/// Whether a path is on the delivery surface.
pub fn is_delivery(path: &str) -> bool {
    let surface = path
        .strip_prefix("/v1/")
        .and_then(|rest| rest.split('/').next());
    surface.is_some_and(|surface| surface != "admin" && surface != "auth")
}

/// Whether its answers may be kept and asked about again: all of delivery but previews, which are for one reader.
pub fn may_be_kept(path: &str) -> bool {
    is_delivery(path) && !path.starts_with("/v1/previews/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivery_is_all_but_management_and_sessions() {
        for path in ["/v1/posts", "/v1/authors", "/v1/authors/auth"] {
            assert!(is_delivery(path), "{path}");
        }
        for path in [
            "/v1/admin",
            "/v1/admin/posts",
            "/v1/auth/login",
            "/health/live",
        ] {
            assert!(!is_delivery(path), "{path}");
        }
    }
}
