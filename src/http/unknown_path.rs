//! Requests for paths that no operation and no page has. A path that ends with a slash leads to the one without it; other
//! responses say which of slashes, case and version is wrong. Nothing but the documents and the list of pages decides this,
//! so that no response depends on whether something is there.

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::contract::compiled::{Contract, RouteMatch};
use super::contract::{path_variables, suggestions};
use super::problem::{self, Problem};
use super::surface::Surface;
use crate::error::{Code, Error};

/// The first segment of every path with a version.
const VERSION: &str = "v1";

/// The similarity from which on one path is suggested for another: most paths share most of their letters.
const ALIKE: f64 = 0.8;

/// Returns the detail of a problem if it explains the path.
type Explain = fn(&Contract, &str) -> Option<String>;

/// Returns the response to a request for an unknown path that differs from a known one in slashes, case or version. Returns
/// `None` for any other path.
pub fn explain(contract: &Contract, request: &ServiceRequest) -> Option<HttpResponse> {
    let (method, path) = (request.method(), request.path());
    if contract.is_page(path) {
        return None;
    }
    let without_slash = path.trim_end_matches('/');
    if without_slash.len() < path.len() && contract.knows(without_slash) {
        return Some(without_slash_at(contract, method, without_slash));
    }
    let explanations: [(Code, Explain); 4] = [
        (Code::UnknownVersion, other_version),
        (Code::WrongCase, other_case),
        (Code::NotFound, fewer_slashes),
        (Code::NotFound, similar_path),
    ];
    let mut found = explanations
        .into_iter()
        .filter_map(|(code, explain)| Some((code, explain(contract, path)?)));
    let (code, detail) = found.next()?;
    Some(Problem::new(code, detail).respond())
}

/// Redirects reads to the path without the slash. Other methods are refused: many clients follow a redirect without the
/// body.
fn without_slash_at(contract: &Contract, method: &Method, path: &str) -> HttpResponse {
    let (is_operation, path) = match contract.find(method.as_str(), path) {
        RouteMatch::Operation(endpoint) => (true, endpoint.in_lower_case(path)),
        RouteMatch::WrongMethod(_) | RouteMatch::Unknown => (false, path.to_owned()),
    };
    let is_page = contract.is_page(&path);
    if *method != Method::GET || !is_operation && !is_page {
        let detail =
            "Nothing is here, but something may be at the path without the slash at its end.";
        return Problem::new(Code::TrailingSlash, detail).respond();
    }
    // The path is a known one, so it cannot lead to another host.
    let location = utf8_percent_encode(&path, CONTROLS).to_string();
    let mut response = Error::Moved(location).error_response();
    if !Surface::of(&path).is_cacheable() || contract.is_unlisted(&path) {
        let private = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, private);
    }
    response
}

fn other_version(contract: &Contract, path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    let (first, rest) = segment(path);
    let version = first.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let in_this_version = |path: &str| right_case(contract, &format!("/{VERSION}{path}"));
    let names_version = version.split('.').all(is_number)
        || version.starts_with(|first: char| first.is_ascii_digit())
            && in_this_version(rest).is_some();
    if names_version && !first.eq_ignore_ascii_case(VERSION) {
        return Some(format!(
            "There is no version {version} of the API. The paths of version 1 begin with /{VERSION}/."
        ));
    }
    let known = in_this_version(path)?;
    Some(format!("The path lacks the version of the API: {known}."))
}

/// Returns the first segment of a path, and the rest, which begins with a slash.
fn segment(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let end = path.find('/').unwrap_or(path.len());
    path.split_at_checked(end).unwrap_or((path, ""))
}

fn other_case(contract: &Contract, path: &str) -> Option<String> {
    let without_slash = path.trim_end_matches('/');
    let mut spellings = [path, without_slash].into_iter();
    let known = spellings.find_map(|path| right_case(contract, path))?;
    let differs = known != path && known != without_slash;
    differs.then(|| problem::right_case(&known))
}

fn fewer_slashes(contract: &Contract, path: &str) -> Option<String> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let path: String = segments.map(|segment| format!("/{segment}")).collect();
    let known = right_case(contract, &path)?;
    Some(format!(
        "The path has a slash too many; the right one is {known}."
    ))
}

fn similar_path(contract: &Contract, path: &str) -> Option<String> {
    let known = suggestions::nearest(path, contract.plain_paths(), ALIKE)?;
    Some(format!(
        "There is nothing at this address; did you mean {known}?"
    ))
}

/// Returns the path as its operation or page spells it, with the values of its variables as they were sent.
fn right_case(contract: &Contract, path: &str) -> Option<String> {
    let pattern = contract.pattern(&path.to_ascii_lowercase())?;
    Some(path_variables::filled(pattern, path))
}
