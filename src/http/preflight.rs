//! CORS preflight requests. The CORS middleware decides on origins and headers; the allowed methods are those of the
//! path.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::web;

use super::contract::compiled::{Contract, Target};

/// The methods of pages and documents that are not operations.
const OF_PAGES: &str = "GET, HEAD, OPTIONS";

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
    let headers = response.headers_mut();
    if let Some(Ok(methods)) = methods.map(|methods| HeaderValue::from_str(&methods))
        && headers.contains_key(ACCESS_CONTROL_ALLOW_METHODS)
    {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    }
    Ok(response)
}

fn methods(request: &ServiceRequest) -> String {
    let contract = request.app_data::<web::Data<Contract>>();
    let found = contract.map(|contract| contract.find(Method::OPTIONS.as_str(), request.path()));
    match found {
        Some(Target::WrongMethod(methods)) => methods.join(", "),
        Some(Target::Operation(_) | Target::Unknown) | None => OF_PAGES.to_owned(),
    }
}
