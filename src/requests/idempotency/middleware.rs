//! The middleware around all routes, which executes a `POST` with an `Idempotency-Key` only once.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError, rt, web};

use super::KeyedRequests;
use super::deferred;
use super::key::{HEADER, IdempotencyKey};
use super::keyed::{Keyed, provide, respond};
use super::model::StoredResponse;
use super::store::{self, Claim, Claimed};
use crate::accounts::sessions::caller;
use crate::db::Conn;
use crate::error::{Error, Fault, Result};
use crate::http::address;
use crate::http::app_data::app_data;
use crate::http::contract::compiled::Contract;
use crate::http::input::read_body;
use crate::http::problem::Problem;
use crate::http::replay::is_replayable;
use crate::id::Id;
use crate::request_id::RequestId;
use crate::requests::batch::api::is_many;
use crate::state::State;

/// The middleware. Requests without a key, and those other than `POST`, pass through.
///
/// # Errors
/// Returns the error of the handler. A refusal is a response, not an error.
pub async fn idempotent<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let given = if request.method() == Method::POST {
        IdempotencyKey::from_headers(request.headers()).map(|given| given.map(str::to_owned))
    } else {
        Ok(None)
    };
    let given = match given {
        Ok(Some(given)) => given,
        Ok(None) => return pass(request, &next).await,
        Err(wrong) => return Ok(request.into_response(malformed(wrong).respond())),
    };
    let Some(scope) = scope(&request) else {
        return pass(request, &next).await;
    };
    match begin(&mut request, scope, &given).await {
        Err(refusal) => Ok(request.into_response(refusal)),
        Ok(keyed) => to_the_end(request, next, keyed).await,
    }
}

async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: &Next<B>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// Returns the scope of the key: the caller's id, or `Some(None)` for an operation without authentication. Returns
/// `None` if the request matches no operation or its caller is not authenticated.
fn scope(request: &ServiceRequest) -> Option<Option<Id>> {
    let endpoint = Contract::endpoint_of(request.request())?;
    if endpoint.guard.is_none() {
        return Some(None);
    }
    let caller = caller::authenticated(request.request())?;
    Some(Some(caller.actor.id()?))
}

/// Reads the body, and derives the key and the claim of the request.
async fn begin(
    request: &mut ServiceRequest,
    scope: Option<Id>,
    given: &str,
) -> std::result::Result<Keyed, HttpResponse> {
    let refuse = |error: Error| error.error_response();
    let state = app_data::<State>(request.request())
        .map_err(refuse)?
        .clone();
    let keyed = app_data::<KeyedRequests>(request.request())
        .map_err(refuse)?
        .clone();
    if scope.is_none() {
        limit_anonymous(request, &state, &keyed).map_err(refuse)?;
    }
    let mut payload = request.take_payload();
    let limit = state.config.server.body_limit;
    let body = read_body(request.headers(), &mut payload, limit)
        .await
        .map_err(HttpResponse::from_error)?
        .freeze();
    let key = IdempotencyKey::new(&keyed.secret, scope, given);
    let claim = claim(request, &key, &body, state.db.instance());
    let is_many = is_many(request.path(), &body);
    request.set_payload(Payload::from(body));
    Ok(Keyed {
        state,
        key,
        claim,
        is_many,
    })
}

fn claim(request: &ServiceRequest, key: &IdempotencyKey, body: &[u8], instance: Id) -> Claim {
    let id = request.extensions().get::<RequestId>().copied();
    Claim {
        id: key.id,
        fingerprint: key.fingerprint(
            request.method().as_str(),
            request.path(),
            request.query_string(),
            body,
        ),
        holder: Id::new(),
        instance,
        request: id.unwrap_or_else(|| Id::new().into()),
    }
}

/// Limits the requests from an address. Anyone may send them, and each occupies a row.
fn limit_anonymous(request: &ServiceRequest, state: &State, keyed: &KeyedRequests) -> Result<()> {
    let address = address::client(request.request(), &state.config.server);
    let address = address::network(address);
    keyed
        .anonymous
        .attempt(&address.to_string(), state.clock.now())
}

/// Processes the request in its own task, to the end even if the caller disconnects: the caller may repeat the request
/// to get the response.
async fn to_the_end<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
    keyed: Keyed,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (state, claim, is_many) = (keyed.state.clone(), keyed.claim, keyed.is_many);
    let run = async move {
        match is_many {
            true => claim_and_run(request, next, keyed).await,
            false => deferred::run(request, next, keyed).await,
        }
    };
    match rt::spawn(run).await {
        Ok(done) => done,
        Err(stopped) => {
            if is_many {
                release(&state, claim, true).await;
            }
            Err(Error::Internal(format!("a handler stopped: {stopped}")).into())
        }
    }
}

/// Claims the key in a transaction of its own, because what follows is not one.
async fn claim_and_run<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
    keyed: Keyed,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (claim, now) = (keyed.claim, keyed.state.clock.now());
    let write = move |conn: &mut _| store::claim(conn, &claim, now);
    let response = match keyed.state.db.write(write).await {
        Ok(Claimed::Granted) => {
            provide_fenced(&mut request, &keyed);
            let response = next.call(request).await?;
            return store_response(response, &keyed).await;
        }
        Ok(claimed) => respond(&keyed.key, claimed),
        Err(error) => Err(error),
    };
    Ok(request.into_response(response.unwrap_or_else(|error| error.error_response())))
}

/// Gives the handler a database that refuses to write once another request has taken the key over: nobody who is told that
/// the response is lost may see further changes, and nothing may run twice.
fn provide_fenced(request: &mut ServiceRequest, keyed: &Keyed) {
    let claim = keyed.claim;
    let fence = move |conn: &mut Conn| store::expect_held(conn, &claim);
    let db = keyed.state.db.fenced(Arc::new(fence));
    provide(request, &keyed.state, db);
}

async fn store_response<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    keyed: &Keyed,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let Ok(body) = to_bytes(body).await else {
        release(&keyed.state, keyed.claim, true).await;
        return Err(Error::Internal("the response could not be read".into()).into());
    };
    if is_replayable(response.status()) {
        let stored = StoredResponse::new(&response, body.clone());
        let sealed = stored.to_bytes().and_then(|bytes| keyed.key.seal(bytes));
        let claim = keyed.claim;
        match sealed {
            Ok(sealed) => {
                let store = move |conn: &mut Conn| store::store_response(conn, &claim, &sealed);
                write_outcome(&keyed.state, "a response was not stored", store).await;
            }
            Err(error) => log::warn!("a response was not stored: {error}"),
        }
    } else {
        let failed = response.status().is_server_error();
        release(&keyed.state, keyed.claim, failed).await;
    }
    Ok(ServiceResponse::new(
        request,
        response.set_body(BoxBody::new(body)),
    ))
}

async fn release(state: &web::Data<State>, claim: Claim, failed: bool) {
    let now = state.clock.now();
    let release = move |conn: &mut Conn| store::release(conn, &claim, failed, now);
    write_outcome(state, "a key was not given back", release).await;
}

/// Records the outcome of a key. After a temporary failure it retries in the background, because the caller has its
/// response and need not wait. Until then, a repeated request is told that the first one is in progress.
async fn write_outcome<F>(state: &web::Data<State>, failure: &'static str, write: F)
where
    F: Fn(&mut Conn) -> Result<()> + Clone + Send + 'static,
{
    match state.db.write(write.clone()).await {
        Ok(()) => {}
        Err(Error::Unavailable(_)) => drop(rt::spawn(write_later(state.clone(), failure, write))),
        Err(error) => log::warn!("{failure}: {error}"),
    }
}

async fn write_later<F>(state: web::Data<State>, failure: &'static str, write: F)
where
    F: Fn(&mut Conn) -> Result<()> + Clone + Send + 'static,
{
    for pause in PAUSES {
        rt::time::sleep(pause).await;
        match state.db.write(write.clone()).await {
            Ok(()) => return,
            Err(Error::Unavailable(_)) => {}
            Err(error) => return log::warn!("{failure}: {error}"),
        }
    }
    log::warn!("{failure}: the database was busy for too long");
}

/// The pauses before the retries. Even if each attempt takes five seconds, the last one ends before the key becomes
/// free for others.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(7),
    Duration::from_secs(12),
];

fn malformed(wrong: &'static str) -> Problem {
    let mut problem = Problem::of_status(StatusCode::BAD_REQUEST);
    problem.detail = format!("{HEADER} {wrong}.");
    problem.errors = vec![(&Fault::header(HEADER, "invalid", wrong)).into()];
    problem
}
