//! Requests for paths that no operation has. A path that ends with a slash leads to the one without it; other responses say
//! which of slash, case and version is wrong. Nothing but the documents decides this, so that no response depends on
//! whether something is there.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::contract::compiled::{Contract, RouteMatch};
use super::problem::Problem;
use super::surface::Surface;
use crate::error::{Code, Error};

/// The first segment of every path with a version.
const VERSION: &str = "v1";

/// Returns the response to a request for an unknown path that differs from a known one in slash, case or version. Returns
/// `None` for any other path.
pub fn explain(contract: &Contract, request: &ServiceRequest) -> Option<HttpResponse> {
    let (method, path) = (request.method(), request.path());
    let without_slash = path.trim_end_matches('/');
    if without_slash.len() < path.len() && contract.knows(without_slash) {
        return Some(without_slash_at(contract, method, without_slash));
    }
    let (code, detail) = other_version(contract, without_slash)
        .map(|detail| (Code::UnknownVersion, detail))
        .or_else(|| Some((Code::WrongCase, other_case(contract, without_slash)?)))?;
    Some(Problem::new(code, detail).respond())
}

/// Redirects reads to the path without the slash. Other methods are refused: many clients follow a redirect without the
/// body.
fn without_slash_at(contract: &Contract, method: &Method, path: &str) -> HttpResponse {
    let is_read = method == Method::GET;
    if !is_read
        || !matches!(
            contract.find(method.as_str(), path),
            RouteMatch::Operation(_)
        )
    {
        let detail =
            "Nothing is here, but something may be at the path without the slash at its end.";
        return Problem::new(Code::TrailingSlash, detail).respond();
    }
    // The path is one of an operation, so it cannot lead to another host.
    let location = utf8_percent_encode(path, CONTROLS).to_string();
    let mut response = Error::Moved(location).error_response();
    if !Surface::of(path).is_cacheable() || contract.is_unlisted(path) {
        let private = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, private);
    }
    response
}

fn other_version(contract: &Contract, path: &str) -> Option<String> {
    let first = path.strip_prefix('/')?.split('/').next()?;
    let version = first.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if version.split('.').all(is_number) && !first.eq_ignore_ascii_case(VERSION) {
        return Some(format!(
            "There is no version {version} of the API. The paths of version 1 begin with /{VERSION}/."
        ));
    }
    let known = contract.pattern(&format!("/{VERSION}{path}"))?;
    Some(format!("The path lacks the version of the API: {known}."))
}

fn other_case(contract: &Contract, path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    let known = contract.pattern(&lower).filter(|_| lower != path)?;
    Some(format!("Paths differ by case; the right one is {known}."))
}
