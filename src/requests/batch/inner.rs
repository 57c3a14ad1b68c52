//! The way to the other handlers: what stands inside of the outer middleware is lent to the one handler that calls them.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::HttpMessage;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

/// Where the batch is.
pub const PATH: &str = "/v1/admin/batch";

type Answered = std::result::Result<ServiceResponse<BoxBody>, actix_web::Error>;
type Call = dyn Fn(ServiceRequest) -> Pin<Box<dyn Future<Output = Answered>>>;

/// The application as a request finds it that has been let in.
#[derive(Clone)]
pub struct Inner(Rc<Call>);

impl Inner {
    /// Calls a handler.
    ///
    /// # Errors
    /// What has not been answered inside.
    pub async fn call(&self, request: ServiceRequest) -> Answered {
        (self.0)(request).await
    }
}

/// The middleware. It stands outside of what holds requests against the contract, so that those of a batch are, too.
///
/// # Errors
/// None of its own.
pub async fn lend<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Answered {
    let next = Rc::new(next);
    if request.path() == PATH {
        let inner = Rc::clone(&next);
        let call = move |request| -> Pin<Box<dyn Future<Output = Answered>>> {
            let inner = Rc::clone(&inner);
            Box::pin(async move { Ok(inner.call(request).await?.map_into_boxed_body()) })
        };
        request.extensions_mut().insert(Inner(Rc::new(call)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
