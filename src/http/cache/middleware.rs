//! The cache at work: it stands in front of whatever answers, and lets through what it has no answer for.
//!
//! A request for something kept is answered where it is called: no future is made for it, and nothing is waited for.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CACHE_CONTROL, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};

use super::coding::Coding;
use super::conditions::Conditions;
use super::entry::{Begun, Entry};
use super::flight::{Pilot, Seat};
use super::reply::{self, Wants};
use super::status::{Brought, Status};
use super::surrogate_keys::Cacheable;
use super::{Cache, Found, Landed, cache_key};
use crate::error;
use crate::http::access_log::log_cause;
use crate::http::negotiation::{LONGEST_QUERY, accepts_json};
use crate::http::problem::Problem;
use crate::http::surface::Surface;
use crate::request_id::RequestId;
use crate::timestamp::Timestamp;

/// The middleware.
pub struct CacheMiddleware(pub Cache);

impl<S, B> Transform<S, ServiceRequest> for CacheMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = Answering<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Answering {
            inner: Rc::new(inner),
            cache: self.0.clone(),
        }))
    }
}

/// The middleware at its place.
pub struct Answering<S> {
    inner: Rc<S>,
    cache: Cache,
}

type Answered = Result<ServiceResponse<BoxBody>, Error>;

/// An answer that is there, or one to be waited for.
pub enum Answer {
    /// It is there.
    Now(Option<ServiceResponse<BoxBody>>),
    /// It is on its way.
    Later(Pin<Box<dyn Future<Output = Answered>>>),
}

impl Future for Answer {
    type Output = Answered;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answered> {
        match &mut *self {
            Self::Later(later) => later.as_mut().poll(context),
            Self::Now(now) => now.take().map_or(Poll::Pending, |now| Poll::Ready(Ok(now))),
        }
    }
}

impl<S, B> Service<ServiceRequest> for Answering<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Answer;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Answer {
        if request.method() != Method::GET || !Surface::of(request.path()).may_be_kept() {
            let inner = Rc::clone(&self.inner);
            return Answer::later(async move {
                let response = inner.call(request).await?;
                Ok(response.map_into_boxed_body())
            });
        }
        let wants = Wants {
            coding: Coding::wanted(request.headers()),
            conditions: Conditions::read(request.headers()),
        };
        let key = match is_for_all(&request) {
            true => cache_key::cache_key(request.uri()),
            false => None,
        };
        let (inner, cache) = (&self.inner, &self.cache);
        let Some(key) = key else {
            return Answer::later(pass(Rc::clone(inner), cache.clone(), request, wants));
        };
        let now = cache.now();
        if let Found::Sure(entry) = cache.find(&key, now)
            && let Some(response) = reply::at_once(&entry, &wants, now, Status::Hit)
        {
            return Answer::Now(Some(request.into_response(response)));
        }
        let key = key.into_owned();
        Answer::later(share(Rc::clone(inner), cache.clone(), request, wants, key))
    }
}

impl Answer {
    fn later(answer: impl Future<Output = Answered> + 'static) -> Self {
        Self::Later(Box::pin(answer))
    }
}

/// Whether the answer is the same for whoever asks: nobody in particular does, and it will not be refused by its form.
fn is_for_all(request: &ServiceRequest) -> bool {
    !request.headers().contains_key(AUTHORIZATION)
        && request.query_string().len() <= LONGEST_QUERY
        && accepts_json(request)
}

/// Serves what is kept or brought by another, or else brings it.
async fn share<S, B>(
    inner: Rc<S>,
    cache: Cache,
    request: ServiceRequest,
    wants: Wants,
    key: String,
) -> Answered
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    loop {
        let now = cache.now();
        let stale = match cache.find(&key, now) {
            Found::Sure(entry) => {
                let response = reply::in_time(&entry, &wants, now, Status::Hit).await;
                return Ok(request.into_response(response));
            }
            Found::Unsure => true,
            Found::Nothing => false,
        };
        let forwarded = |brought| match stale {
            true => Status::Stale(brought),
            false => Status::Miss(brought),
        };
        match cache.board(&key) {
            Some(Seat::Passenger(waiting)) => {
                // If the pilot has brought nothing, somebody else has to.
                let Some(Landed {
                    entry,
                    stored,
                    stale,
                }) = waiting.landed().await
                else {
                    continue;
                };
                // It was asked for before this request was, and time may have made it another in between.
                if entry.is_over(now) {
                    continue;
                }
                let collapsed = true;
                let status = match stale {
                    true => Status::StaleIfError,
                    false => forwarded(Brought { stored, collapsed }),
                };
                let response = reply::in_time(&entry, &wants, cache.now(), status).await;
                return Ok(request.into_response(response));
            }
            Some(Seat::Pilot(pilot)) => {
                let flying = Flying {
                    cache,
                    key,
                    pilot: Some(pilot),
                };
                return flying.fly(inner, request, &wants, forwarded).await;
            }
            None => {
                let flying = Flying {
                    cache,
                    key,
                    pilot: None,
                };
                return flying.fly(inner, request, &wants, forwarded).await;
            }
        }
    }
}

/// Who brings an answer, for passengers or not.
struct Flying {
    cache: Cache,
    key: String,
    pilot: Option<Pilot<Landed>>,
}

impl Flying {
    async fn fly<S, B>(
        mut self,
        inner: Rc<S>,
        request: ServiceRequest,
        wants: &Wants,
        forwarded: impl Fn(Brought) -> Status,
    ) -> Answered
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        let begun = self.cache.begin(self.cache.now());
        let (request, brought) = bring(&*inner, &self.cache, request, begun).await?;
        let response = match brought {
            Fetched::Shown(entry) => {
                let entry = Arc::new(entry);
                let stored = self.cache.keep(&self.key, &entry, begun);
                self.land(&entry, stored, false);
                let status = forwarded(Brought {
                    stored,
                    collapsed: false,
                });
                reply::in_time(&entry, wants, self.cache.now(), status).await
            }
            Fetched::Absent(entry, mut response) => {
                let entry = Arc::new(entry);
                let stored = self.cache.keep(&self.key, &entry, begun);
                self.land(&entry, stored, false);
                let status = forwarded(Brought {
                    stored,
                    collapsed: false,
                });
                status.put(&mut response);
                response
            }
            Fetched::Failed(entry, mut response) => {
                let now = self.cache.now();
                if let Some(kept) = self.cache.rather(&self.key, now) {
                    if let Some(id) = request.extensions().get::<RequestId>() {
                        log_cause(&response, *id);
                    }
                    self.land(&kept, true, true);
                    reply::in_time(&kept, wants, now, Status::StaleIfError).await
                } else {
                    self.land(&Arc::new(entry), false, false);
                    forwarded(Brought {
                        stored: false,
                        collapsed: false,
                    })
                    .put(&mut response);
                    response
                }
            }
            Fetched::Private(response) => response,
        };
        Ok(ServiceResponse::new(request, response))
    }

    fn land(&mut self, entry: &Arc<Entry>, stored: bool, stale: bool) {
        if let Some(pilot) = self.pilot.take() {
            pilot.land(Landed {
                entry: Arc::clone(entry),
                stored,
                stale,
            });
        }
    }
}

/// Answers a request that is its own: from nothing that is kept, and for nobody else.
async fn pass<S, B>(inner: Rc<S>, cache: Cache, request: ServiceRequest, wants: Wants) -> Answered
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let begun = cache.begin(cache.now());
    let is_somebodys = request.headers().contains_key(AUTHORIZATION);
    let (request, brought) = bring(&*inner, &cache, request, begun).await?;
    let response = match brought {
        Fetched::Shown(entry) => {
            let mut response = reply::in_time(&entry, &wants, cache.now(), Status::Bypass).await;
            if is_somebodys {
                let own = HeaderValue::from_static("private, no-cache");
                response.headers_mut().insert(CACHE_CONTROL, own);
            }
            response
        }
        Fetched::Absent(_, mut response) | Fetched::Failed(_, mut response) => {
            Status::Bypass.put(&mut response);
            response
        }
        Fetched::Private(response) => response,
    };
    Ok(ServiceResponse::new(request, response))
}

/// What whoever stands further inside has answered.
enum Fetched {
    /// Something for the public.
    Shown(Entry),
    /// That it is not there, or elsewhere.
    Absent(Entry, HttpResponse),
    /// That we failed.
    Failed(Entry, HttpResponse),
    /// Something for this request alone.
    Private(HttpResponse),
}

/// Asks for the whole of it, uncoded and whatever the client has: that is looked at afterwards.
async fn bring<S, B>(
    inner: &S,
    cache: &Cache,
    mut request: ServiceRequest,
    begun: Begun,
) -> Result<(HttpRequest, Fetched), Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    for name in [ACCEPT_ENCODING, IF_NONE_MATCH, IF_MODIFIED_SINCE] {
        request.headers_mut().remove(name);
    }
    let (lifetime, end) = (cache.lifetime(request.path()), cache.end(cache.now()));
    let response = inner.call(request).await?.map_into_boxed_body();
    let (request, mut response) = response.into_parts();
    let shown = response.extensions_mut().remove::<Cacheable>();
    if let (StatusCode::OK, Some(shown)) = (response.status(), shown) {
        let (head, body) = response.into_parts();
        let bytes = match body.try_into_bytes() {
            Ok(bytes) => Ok(bytes),
            Err(body) => to_bytes(body).await,
        };
        let fetched = match bytes {
            Ok(bytes) => {
                Fetched::Shown(Entry::shown(head.headers(), bytes, &shown, lifetime, begun))
            }
            Err(_) => Fetched::Private(
                error::Error::Internal("the answer could not be read".into()).error_response(),
            ),
        };
        return Ok((request, fetched));
    }
    Ok((request, without_body(response, end)))
}

fn without_body(response: HttpResponse, end: Timestamp) -> Fetched {
    let problem = response.extensions().get::<Problem>().cloned();
    let status = response.status();
    let absent = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => problem.is_some(),
        StatusCode::PERMANENT_REDIRECT => true,
        _ => false,
    };
    if !absent && !status.is_server_error() {
        return Fetched::Private(response);
    }
    let entry = Entry::without_body(status, response.headers(), problem, end);
    match absent {
        true => Fetched::Absent(entry, response),
        false => Fetched::Failed(entry, response),
    }
}
