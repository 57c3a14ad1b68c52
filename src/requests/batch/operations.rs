//! The access of the batch handler to the other handlers. A middleware provides it with the service that executes
//! operations.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// The path of the batch operation.
pub const PATH: &str = "/v1/admin/batch";

type CallResult = std::result::Result<ServiceResponse<BoxBody>, actix_web::Error>;
type Call = dyn Fn(ServiceRequest) -> Pin<Box<dyn Future<Output = CallResult>>>;

/// The part of the application behind the middleware that the batch itself has already passed.
#[derive(Clone)]
pub struct OperationService(Rc<Call>);

impl OperationService {
    /// Processes the request of one operation.
    ///
    /// # Errors
    /// Returns the handler's error, unless the inner service has turned it into a response.
    pub async fn call(&self, request: ServiceRequest) -> CallResult {
        (self.0)(request).await
    }
}

/// The middleware. It wraps the one that checks requests against the contract, so that the operations of a batch are
/// checked too. An operation of a batch has no [`OperationService`], so batches cannot be nested.
///
/// # Errors
/// Returns the error of the inner service.
pub async fn provide_operations<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> CallResult {
    let next = Rc::new(next);
    if request.path() == PATH {
        let inner = Rc::clone(&next);
        let call = move |request| -> Pin<Box<dyn Future<Output = CallResult>>> {
            let inner = Rc::clone(&inner);
            Box::pin(async move { Ok(inner.call(request).await?.map_into_boxed_body()) })
        };
        let service = OperationService(Rc::new(call));
        request.extensions_mut().insert(service);
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
