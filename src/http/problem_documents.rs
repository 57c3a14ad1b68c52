//! Writes every error as a problem document (RFC 9457), whichever layer refused the request: a handler, an extractor of
//! actix-web, or CORS.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderValue};
use serde_json::Value;

use super::problem::{Cause, Problem, Written};
use crate::request_id::RequestId;

/// Logs the cause of a server error. The client does not see it.
pub fn log_cause<B>(response: &HttpResponse<B>, id: RequestId) {
    if let Some(Cause(cause)) = response.extensions().get() {
        log::error!(request_id = id.as_str(); "{cause}");
    }
}

/// Inserts the id of the request into the problem document.
pub fn of_request(mut problem: Value, id: RequestId) -> Value {
    if let Some(members) = problem.as_object_mut() {
        members.insert("instance".into(), id.as_str().into());
    }
    problem
}

/// Logs the cause of an error and writes its problem document. Leaves other responses unchanged.
pub(super) fn complete(
    mut response: ServiceResponse<BoxBody>,
    id: RequestId,
) -> ServiceResponse<BoxBody> {
    log_cause(response.response(), id);
    let written = response.response_mut().extensions_mut().remove::<Written>();
    let problem = written
        .map(|Written(document)| document)
        .or_else(|| Problem::of(response.response()).map(|problem| problem.document()));
    match problem {
        Some(problem) => write(response, of_request(problem, id)),
        None => response,
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
