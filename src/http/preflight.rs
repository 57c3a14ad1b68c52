//! CORS preflight requests. The CORS middleware decides on origins and headers; the allowed methods are those of the
//! path.

use actix_cors::CorsError;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::web;

use super::contract::compiled::{Contract, RouteMatch};
use super::problem::Problem;
use crate::error::{Error, Fault};

/// The methods of pages and documents that are not operations.
pub const METHODS_OF_PAGES: &str = "GET, HEAD, OPTIONS";

/// The middleware. It wraps the CORS middleware, which would allow every method that it knows.
///
/// # Errors
/// Returns the error of the inner service.
pub async fn allow_methods_of_path<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let asks = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let methods = asks.then(|| methods(&request));
    let mut response = next.call(request).await?;
    if let Some(methods) = &methods
        && let Some(problem) = refusal(response.response().error(), methods)
    {
        response.response_mut().extensions_mut().insert(problem);
    }
    let headers = response.headers_mut();
    if let Some(Ok(methods)) = methods.map(|methods| HeaderValue::from_str(&methods))
        && headers.contains_key(ACCESS_CONTROL_ALLOW_METHODS)
    {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    Ok(response)
}

/// Returns the problem of a preflight request that CORS has refused: which header is wrong, and what would be right.
fn refusal(error: Option<&actix_web::Error>, methods: &str) -> Option<Problem> {
    let fault = match error?.as_error::<CorsError>()? {
        CorsError::MissingOrigin => {
            Fault::header("Origin", "required", "is required in a preflight request")
        }
        CorsError::OriginNotAllowed => {
            let detail =
                "must be one of the origins in the server's setting `TRIBUNA_CORS_ORIGINS`";
            Fault::header("Origin", "not_allowed", detail)
        }
        _ => {
            let detail = format!("must be one of {methods}");
            Fault::header("Access-Control-Request-Method", "not_allowed", detail)
        }
    };
    Some(Problem::from(&Error::Header(fault)))
}

fn methods(request: &ServiceRequest) -> String {
    let contract = request.app_data::<web::Data<Contract>>();
    let found = contract.map(|contract| contract.find(Method::OPTIONS.as_str(), request.path()));
    match found {
        Some(RouteMatch::WrongMethod(methods)) => methods.join(", "),
        Some(RouteMatch::Operation(_) | RouteMatch::Unknown) | None => METHODS_OF_PAGES.to_owned(),
    }
}
