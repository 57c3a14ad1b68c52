//! Requests that are not an immediate hit: they wait for the leader, fill the store from the origin, or bypass the
//! store.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{Error, HttpMessage, HttpResponse};

use super::entry::{Entry, FillStart};
use super::entry_response::{EntryResponse, RequestPreferences};
use super::fetch::{Fetched, fetch};
use super::singleflight::{Joined, Leader, Waiter};
use super::status::{Forwarded, Reason, Status};
use super::{Cache, Filled, Lookup};
use crate::http::credentials;
use crate::http::problem_documents::log_cause;
use crate::request_id::RequestId;
use crate::timestamp::Timestamp;

/// The result of handling a request.
pub type ServiceResult = Result<ServiceResponse<BoxBody>, Error>;

/// A request whose response may be stored and shared.
pub struct Cached {
    /// The cache.
    pub cache: Cache,
    /// The cache key of the request.
    pub key: String,
    /// The headers of the request that select its answer.
    pub preferences: RequestPreferences<'static>,
}

impl Cached {
    /// Responds from the store, with the leader's result, or with a response of the origin.
    pub async fn respond<S, B>(self, inner: Rc<S>, request: ServiceRequest) -> ServiceResult
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        loop {
            let now = self.cache.now();
            let reason = match self.cache.lookup(&self.key, now) {
                Lookup::Fresh(entry) => return Ok(self.serve_hit(request, &entry, now).await),
                Lookup::Stale => Reason::Stale,
                Lookup::Miss => Reason::Miss,
            };
            let leader = match self.cache.join(&self.key) {
                Some(Joined::Waiter(waiter)) => {
                    match self.wait_for_leader(waiter, reason, now).await {
                        Some(response) => return Ok(request.into_response(response)),
                        None => continue,
                    }
                }
                Some(Joined::Leader(leader)) => Some(leader),
                None => None,
            };
            let fill = Fill {
                cached: self,
                leader,
                reason,
            };
            return fill.run(inner, request).await;
        }
    }

    async fn serve_hit(
        &self,
        request: ServiceRequest,
        entry: &Entry,
        now: Timestamp,
    ) -> ServiceResponse<BoxBody> {
        let response = self.response(entry, now, Status::Hit).await;
        request.into_response(response)
    }

    /// Returns a response with the leader's result. Returns `None` if the leader has no result, or if the result
    /// expired before this request came in at `now`.
    async fn wait_for_leader(
        &self,
        waiter: Waiter<Filled>,
        reason: Reason,
        now: Timestamp,
    ) -> Option<HttpResponse> {
        let filled = waiter.result().await?;
        if filled.entry.is_over(now) {
            return None;
        }
        let status = if filled.stale_if_error {
            Status::StaleIfError
        } else {
            Status::Forwarded(Forwarded {
                reason,
                stored: filled.stored,
                collapsed: true,
            })
        };
        Some(self.response(&filled.entry, self.cache.now(), status).await)
    }

    async fn response(&self, entry: &Entry, now: Timestamp, status: Status) -> HttpResponse {
        let preferences = &self.preferences;
        let response = EntryResponse {
            entry,
            preferences,
            now,
            status,
        };
        response.when_ready().await
    }
}

/// A request to the origin, with or without waiters.
struct Fill {
    cached: Cached,
    leader: Option<Leader<Filled>>,
    reason: Reason,
}

impl Fill {
    async fn run<S, B>(mut self, inner: Rc<S>, request: ServiceRequest) -> ServiceResult
    where
        S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody + 'static,
    {
        let start = self.cached.cache.start_fill();
        let (request, fetched) = fetch(&*inner, &self.cached.cache, request, start).await?;
        let response = match fetched {
            Fetched::Public(entry) => {
                let entry = Arc::new(entry);
                let status = self.store(&entry, start);
                let now = self.cached.cache.now();
                self.cached.response(&entry, now, status).await
            }
            Fetched::Negative(entry, mut response) => {
                self.store(&Arc::new(entry), start).write_to(&mut response);
                response
            }
            Fetched::Failed(entry, response) => {
                let id = request.extensions().get::<RequestId>().copied();
                self.after_failure(entry, response, id).await
            }
            Fetched::Private(response) => response,
        };
        Ok(ServiceResponse::new(request, response))
    }

    /// Stores the entry if permitted, and passes it to the waiters.
    fn store(&mut self, entry: &Arc<Entry>, start: FillStart) -> Status {
        let stored = self.cached.cache.insert(&self.cached.key, entry, start);
        self.complete(entry, stored, false);
        self.forwarded(stored)
    }

    /// Responds with the entry that was stored before if it may still be served, otherwise with the failure.
    async fn after_failure(
        &mut self,
        failure: Entry,
        mut response: HttpResponse,
        id: Option<RequestId>,
    ) -> HttpResponse {
        let now = self.cached.cache.now();
        let Some(entry) = self.cached.cache.stale_if_error(&self.cached.key, now) else {
            self.complete(&Arc::new(failure), false, false);
            self.forwarded(false).write_to(&mut response);
            return response;
        };
        if let Some(id) = id {
            log_cause(&response, id);
        }
        self.complete(&entry, true, true);
        self.cached
            .response(&entry, now, Status::StaleIfError)
            .await
    }

    fn complete(&mut self, entry: &Arc<Entry>, stored: bool, stale_if_error: bool) {
        if let Some(leader) = self.leader.take() {
            leader.complete(Filled {
                entry: Arc::clone(entry),
                stored,
                stale_if_error,
            });
        }
    }

    fn forwarded(&self, stored: bool) -> Status {
        Status::Forwarded(Forwarded {
            reason: self.reason,
            stored,
            collapsed: false,
        })
    }
}

/// Responds to a request whose response cannot be shared with other requests. The store is neither read nor filled.
pub async fn bypass<S, B>(
    inner: Rc<S>,
    cache: Cache,
    request: ServiceRequest,
    preferences: RequestPreferences<'static>,
) -> ServiceResult
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    let has_credentials = credentials::are_sent(request.headers());
    let start = cache.start_fill();
    let (request, fetched) = fetch(&*inner, &cache, request, start).await?;
    let response = match fetched {
        Fetched::Public(entry) => {
            let response = EntryResponse {
                entry: &entry,
                preferences: &preferences,
                now: cache.now(),
                status: Status::Bypass,
            };
            let mut response = response.when_ready().await;
            if has_credentials {
                let private = HeaderValue::from_static("private, no-cache");
                response.headers_mut().insert(CACHE_CONTROL, private);
            }
            response
        }
        Fetched::Negative(_, mut response) | Fetched::Failed(_, mut response) => {
            Status::Bypass.write_to(&mut response);
            response
        }
        Fetched::Private(response) => response,
    };
    Ok(ServiceResponse::new(request, response))
}
