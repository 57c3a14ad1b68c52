//! The middleware that identifies clients and counts their requests. It wraps the cache, so that answers from memory count
//! too. For a client that is known, or that has no credentials, it does not wait.
//!
//! A refusal on the delivery surface is sent at once. On other surfaces, `negotiate` sends it, within CORS, so that scripts
//! of configured origins can read it.

use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpMessage, ResponseError};

use super::future::CountedResponse;
use super::headers::CountedRequest;
use super::identify::{Identify, Identity};
use super::{Client, Count, Quotas};
use crate::config::Server;
use crate::error;
use crate::http::address;
use crate::http::surface::Surface;

/// The middleware.
pub struct QuotaMiddleware<I> {
    /// The quotas of the instance.
    pub quotas: Quotas,
    /// The settings that say which proxies are believed.
    pub server: Server,
    /// Identifies clients.
    pub identify: I,
}

/// Marks a request that exceeds the quota of its client. Contains the seconds to wait.
#[derive(Debug, Clone, Copy)]
pub struct Exceeded(pub u32);

impl<S, I> Transform<S, ServiceRequest> for QuotaMiddleware<I>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
    I: Identify,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = QuotaService<S, I>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(QuotaService {
            counting: Rc::new(Counting {
                inner,
                quotas: self.quotas.clone(),
                server: self.server.clone(),
            }),
            identify: self.identify.clone(),
        }))
    }
}

/// The service that [`QuotaMiddleware`] wraps around the inner one.
pub struct QuotaService<S, I> {
    counting: Rc<Counting<S>>,
    identify: I,
}

impl<S, I> Service<ServiceRequest> for QuotaService<S, I>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
    I: Identify,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = CountedResponse<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.counting.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        match self.identify.identify(&request) {
            Identity::Known(client) => self.counting.call(request, client),
            Identity::Later(found) => {
                let counting = Rc::clone(&self.counting);
                let look_up = counting.quotas.count_look_up(counting.network(&request));
                if look_up.is_some_and(|count| count.wait.is_some()) {
                    return counting.respond(request, look_up, None);
                }
                CountedResponse::later(async move {
                    let client = found.await(&request);
                    counting.call(request, client).await
                })
            }
        }
    }
}

/// Counts requests whose clients are known.
struct Counting<S> {
    inner: S,
    quotas: Quotas,
    server: Server,
}

impl<S> Counting<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    fn call(&self, request: ServiceRequest, client: Option<Client>) -> CountedResponse<S::Future> {
        let count = self.count(&request, client);
        self.respond(request, count, client)
    }

    /// Refuses the request if its count says so. Otherwise passes it on.
    fn respond(
        &self,
        request: ServiceRequest,
        count: Option<Count>,
        client: Option<Client>,
    ) -> CountedResponse<S::Future> {
        let surface = Surface::of(request.path());
        let counted = CountedRequest {
            count,
            has_key: client.is_some(),
            is_open: surface.is_open(),
            quotas: self.quotas.clone(),
        };
        if let Some(seconds) = count.and_then(|count| count.wait) {
            if surface.is_open() {
                let refusal = error::Error::QuotaExceeded(seconds).error_response();
                return CountedResponse::refused(request.into_response(refusal), counted);
            }
            request.extensions_mut().insert(Exceeded(seconds));
        }
        CountedResponse::of(self.inner.call(request), counted)
    }

    /// Counts the request. Health checks, public keys and documentation are not counted: probes and operators need them.
    fn count(&self, request: &ServiceRequest, client: Option<Client>) -> Option<Count> {
        let count = match client {
            _ if Surface::of(request.path()) == Surface::Operations => None,
            Some(client) => self.quotas.count_client(client),
            None => self.quotas.count_network(self.network(request)),
        };
        if let Some(client) = client {
            let mut extensions = request.extensions_mut();
            extensions.insert(client);
            count.map(|count| extensions.insert(count));
        }
        count
    }

    fn network(&self, request: &ServiceRequest) -> IpAddr {
        address::network(address::client(request.request(), &self.server))
    }
}
