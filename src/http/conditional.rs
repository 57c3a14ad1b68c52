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
        let must_ask = config.is_some_and(|config| config.server.require_if_match);
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
