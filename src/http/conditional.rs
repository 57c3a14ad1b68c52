//! Conditional requests (RFC 9110 section 13): `ETag` and `304` for delivery, `If-Match` and `If-None-Match` for management.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpRequest, ResponseError, web};
use aws_lc_rs::digest;

use super::input::Gate;
use super::surface::Surface;
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

/// Gives every successful delivery answer a strong `ETag` over its very bytes, and turns it into 304 if the client has them.
///
/// # Errors
/// None of its own.
pub async fn validate<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let kept = request.method() == Method::GET && Surface::of(request.path()).may_be_kept();
    let seen: Option<HeaderValue> = request.headers().get(IF_NONE_MATCH).cloned();
    let response = next.call(request).await?;
    if !kept || response.status() != StatusCode::OK {
        return Ok(response.map_into_boxed_body());
    }
    let (request, response) = response.into_parts();
    let (mut response, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body).await else {
        let failed = Error::Internal("the answer could not be read".into());
        return Ok(ServiceResponse::new(request, failed.error_response()));
    };
    let tag = strong_tag(&bytes);
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    let unchanged = seen
        .as_ref()
        .and_then(|seen| seen.to_str().ok())
        .is_some_and(|seen| matches_weakly(seen, &tag));
    let response = if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        // RFC 9110 section 15.4.5: what the client has of these it keeps.
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_ENCODING,
            header::CONTENT_LANGUAGE,
            header::LINK,
        ] {
            response.headers_mut().remove(name);
        }
        response.set_body(BoxBody::new(()))
    } else {
        response.set_body(BoxBody::new(bytes))
    };
    Ok(ServiceResponse::new(request, response))
}

fn strong_tag(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    let hex: String = digest
        .as_ref()
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hex}\"")
}

/// RFC 9110 section 13.1.2: `If-None-Match` compares weakly.
fn matches_weakly(seen: &str, tag: &str) -> bool {
    seen.split(',')
        .map(str::trim)
        .any(|seen| seen == "*" || seen.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_none_match_compares_weakly() {
        assert!(matches_weakly("W/\"a\", \"b\"", "\"a\""));
        assert!(!matches_weakly("\"c\"", "\"a\""));
    }
}
