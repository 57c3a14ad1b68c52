//! How the handler of a batch reaches the other handlers: a middleware hands it the service that answers the operations.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// The path of the batch operation.
pub const PATH: &str = "/v1/admin/batch";

type Answered = std::result::Result<ServiceResponse<BoxBody>, actix_web::Error>;
type Call = dyn Fn(ServiceRequest) -> Pin<Box<dyn Future<Output = Answered>>>;

/// The application inside of the middleware that a batch has already passed.
#[derive(Clone)]
pub struct OperationService(Rc<Call>);

impl OperationService {
    /// Answers the request of one operation.
    ///
    /// # Errors
    /// The handler's error, where nothing inside has turned it into a response.
    pub async fn call(&self, request: ServiceRequest) -> Answered {
        (self.0)(request).await
    }
}

/// The middleware. It stands outside of the one that checks requests against the contract, so that the operations of a batch
/// are checked as well. An operation of a batch finds no [`OperationService`], so no batch runs within another.
///
/// # Errors
/// None of its own.
pub async fn provide_operations<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Answered {
    let next = Rc::new(next);
    if request.path() == PATH {
        let inner = Rc::clone(&next);
        let call = move |request| -> Pin<Box<dyn Future<Output = Answered>>> {
            let inner = Rc::clone(&inner);
            Box::pin(async move { Ok(inner.call(request).await?.map_into_boxed_body()) })
        };
        let service = OperationService(Rc::new(call));
        request.extensions_mut().insert(service);
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
