//! The response to a counted request.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use pin_project_lite::pin_project;

use super::headers::CountedRequest;

/// The result of handling a request.
pub type ServiceResult = Result<ServiceResponse<BoxBody>, Error>;

pin_project! {
    /// A response to which the headers about the quota are added when it is complete.
    pub struct CountedResponse<F> {
        #[pin]
        response: Response<F>,
        counted: Option<CountedRequest>,
    }
}

pin_project! {
    #[project = Projected]
    enum Response<F> {
        // `None` after it has been taken.
        Refused { refusal: Option<ServiceResponse<BoxBody>> },
        // The response of the inner service.
        Inner { #[pin] inner: F },
        // The response to a client that has to be looked up.
        Later { later: Pin<Box<dyn Future<Output = ServiceResult>>> },
    }
}

impl<F> CountedResponse<F> {
    /// Creates a response of the inner service.
    pub fn of(inner: F, counted: CountedRequest) -> Self {
        Self {
            response: Response::Inner { inner },
            counted: Some(counted),
        }
    }

    /// Creates a refusal.
    pub fn refused(refusal: ServiceResponse<BoxBody>, counted: CountedRequest) -> Self {
        Self {
            response: Response::Refused {
                refusal: Some(refusal),
            },
            counted: Some(counted),
        }
    }

    /// Creates a response that has its headers when it is complete.
    pub fn later(later: impl Future<Output = ServiceResult> + 'static) -> Self {
        Self {
            response: Response::Later {
                later: Box::pin(later),
            },
            counted: None,
        }
    }
}

impl<F: Future<Output = ServiceResult>> Future for CountedResponse<F> {
    type Output = ServiceResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ServiceResult> {
        let this = self.project();
        let response = match this.response.project() {
            Projected::Refused { refusal } => match refusal.take() {
                Some(refusal) => Ok(refusal),
                None => return Poll::Pending,
            },
            Projected::Inner { inner } => ready!(inner.poll(context)),
            Projected::Later { later } => ready!(later.as_mut().poll(context)),
        };
        Poll::Ready(response.map(|mut response| {
            if let Some(counted) = this.counted {
                counted.add_headers(&mut response);
            }
            response
        }))
    }
}
