//! The cache as a middleware. It responds from the store, and forwards all other requests to the origin, which is the
//! service that it wraps.
//!
//! A hit is answered within `call`, without a heap-allocated future and without waiting.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::Method;
use actix_web::{Error, HttpMessage};

use super::cache_key::cache_key;
use super::entry_response::{EntryResponse, RequestPreferences};
use super::fill::{Cached, ServiceResult, bypass};
use super::status::Status;
use super::{Cache, Lookup};
use crate::http::contract::compiled::Contract;
use crate::http::credentials;
use crate::http::negotiation::{LONGEST_QUERY, is_acceptable};
use crate::http::quota::Client;
use crate::http::surface::Surface;

/// The cache middleware.
pub struct CacheMiddleware(pub Cache);

impl<S, B> Transform<S, ServiceRequest> for CacheMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = CacheService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(CacheService {
            inner: Rc::new(inner),
            cache: self.0.clone(),
        }))
    }
}

/// The service that [`CacheMiddleware`] wraps around the inner one.
pub struct CacheService<S> {
    inner: Rc<S>,
    cache: Cache,
}

/// A response that is available at once, or one that is awaited.
pub enum ResponseFuture {
    /// A hit; `None` after it has been taken.
    Ready(Option<ServiceResponse<BoxBody>>),
    /// Everything else.
    Pending(Pin<Box<dyn Future<Output = ServiceResult>>>),
}

impl Future for ResponseFuture {
    type Output = ServiceResult;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<ServiceResult> {
        match &mut *self {
            Self::Pending(pending) => pending.as_mut().poll(context),
            Self::Ready(ready) => ready
                .take()
                .map_or(Poll::Pending, |ready| Poll::Ready(Ok(ready))),
        }
    }
}

impl ResponseFuture {
    fn pending(response: impl Future<Output = ServiceResult> + 'static) -> Self {
        Self::Pending(Box::pin(response))
    }
}

impl<S, B> Service<ServiceRequest> for CacheService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = ResponseFuture;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> ResponseFuture {
        let (inner, cache) = (Rc::clone(&self.inner), &self.cache);
        if request.method() != Method::GET || !Surface::of(request.path()).is_cacheable() {
            return forward(inner, request);
        }
        let preferences = RequestPreferences::of(request.headers());
        let key = cache_key(request.uri()).filter(|_| is_shareable(&request));
        let Some(key) = key else {
            if !is_cacheable(&request) {
                return forward(inner, request);
            }
            let preferences = preferences.into_owned();
            return ResponseFuture::pending(bypass(inner, cache.clone(), request, preferences));
        };
        let now = cache.now();
        if let Lookup::Fresh(entry) = cache.lookup(&key, now)
            && let Some(response) = (EntryResponse {
                entry: &entry,
                preferences: &preferences,
                now,
                status: Status::Hit,
            })
            .if_ready()
        {
            return ResponseFuture::Ready(Some(request.into_response(response)));
        }
        if !is_cacheable(&request) {
            return forward(inner, request);
        }
        let cached = Cached {
            cache: cache.clone(),
            key: key.into_owned(),
            preferences: preferences.into_owned(),
        };
        ResponseFuture::pending(cached.respond(inner, request))
    }
}

/// Forwards a request whose response is not cached. The response is streamed.
fn forward<S, B>(inner: Rc<S>, request: ServiceRequest) -> ResponseFuture
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    ResponseFuture::pending(async move {
        let response = inner.call(request).await?;
        Ok(response.map_into_boxed_body())
    })
}

/// Returns whether the response to the operation may be cached. This includes paths without an operation, which may
/// turn out to be gone or moved.
fn is_cacheable(request: &ServiceRequest) -> bool {
    let endpoint = Contract::endpoint_of(request.request());
    endpoint.is_none_or(|endpoint| endpoint.is_cacheable)
}

/// Returns whether every client gets the same response to the request: it has no credentials, or those of a client who may
/// read what is public, and neither the length of its query nor its `Accept` header leads to a refusal.
fn is_shareable(request: &ServiceRequest) -> bool {
    (!credentials::are_sent(request.headers()) || reads_public(request))
        && request.query_string().len() <= LONGEST_QUERY
        && is_acceptable(request)
}

/// Returns whether the credentials have been checked, and permit to read what is public.
fn reads_public(request: &ServiceRequest) -> bool {
    let extensions = request.extensions();
    let client = extensions.get::<Client>();
    client.is_some_and(|client| client.reads_public)
}
