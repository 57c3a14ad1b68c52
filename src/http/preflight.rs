//! CORS preflight requests. The CORS middleware decides on origins and headers; the allowed methods are those of the
//! path.

use actix_cors::CorsError;
use actix_web::ResponseError;
use actix_web::body::{BoxBody, MessageBody};
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

/// The middleware. It wraps the CORS middleware, which would allow every method that it knows. A method that the path does
/// not have is refused, whether HTTP knows it or not.
///
/// # Errors
/// Returns the error of the inner service.
pub async fn allow_methods_of_path<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_preflight = request.method() == Method::OPTIONS;
    let asked = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD);
    let Some(asked) = asked.filter(|_| is_preflight).cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let methods = methods(&request);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(problem) = refusal(response.response().error(), &methods) {
        response.response_mut().extensions_mut().insert(problem);
    }
    if !response
        .headers()
        .contains_key(ACCESS_CONTROL_ALLOW_METHODS)
    {
        return Ok(response);
    }
    if !methods.split(", ").any(|method| asked == method) {
        let refused = Error::Header(wrong_method(&methods)).error_response();
        return Ok(response.into_response(refused));
    }
    if let Ok(methods) = HeaderValue::from_str(&methods) {
        response
            .headers_mut()
            .insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    Ok(response)
}

fn wrong_method(methods: &str) -> Fault {
    let detail = format!("must be one of {methods}");
    Fault::header("Access-Control-Request-Method", "not_allowed", detail)
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
        _ => wrong_method(methods),
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
