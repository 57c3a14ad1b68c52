//! The one place the web application is put together; tests build the very same.

use std::rc::Rc;
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App, web};

use crate::config::Config;
use crate::error::Result;
use crate::followers::cache::acknowledged;
use crate::http::access_log::{EXPOSED, access_log};
use crate::http::cache::middleware::CacheMiddleware;
use crate::http::contract::compiled::Contract;
use crate::http::contract::document::{Audience, document};
use crate::http::docs;
use crate::http::negotiation::negotiate;
use crate::http::surface::Surface;
use crate::request_id::RequestIds;
use crate::requests::batch;
use crate::requests::idempotency;
use crate::state::State;
use crate::surfaces;

/// The contract: both documents, compiled.
///
/// # Errors
/// [`crate::error::Error::Internal`] when a schema does not compile.
pub fn contract() -> Result<Contract> {
    let apis = surfaces::openapi();
    Contract::new(
        document(Audience::Delivery, &apis)?,
        document(Audience::Management, &apis)?,
    )
}

/// The application.
pub fn app(
    state: Arc<State>,
    contract: Arc<Contract>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let (config, cursor_key) = (state.config.clone(), state.cursor_key.clone());
    let (cache, follower) = (state.cache.clone(), state.follower.clone());
    let ids = Rc::new(RequestIds::new(state.clock.clone()));
    App::new()
        .app_data(web::Data::from(state))
        .app_data(web::Data::from(contract))
        .app_data(web::Data::new(config.clone()))
        .app_data(web::Data::new(cursor_key))
        .app_data(web::Data::new(follower))
        .wrap(from_fn(idempotency::once))
        .wrap(Compress::default())
        .wrap(from_fn(negotiate))
        .wrap(from_fn(batch::inner::lend))
        .wrap(cors(&config))
        .wrap(from_fn(acknowledged))
        .wrap(CacheMiddleware(cache))
        .wrap(from_fn(move |request, next: Next<BoxBody>| {
            access_log(Rc::clone(&ids), request, next)
        }))
        .configure(docs::routes)
        .configure(surfaces::routes)
}

/// Delivery is open to every origin, without credentials; management only to the configured ones.
fn cors(config: &Config) -> Cors {
    let configured = config.cors_origins.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, request| {
            Surface::of(request.uri.path()).is_open()
                || configured
                    .iter()
                    .any(|known| known.as_bytes() == origin.as_bytes())
        })
        .allow_any_method()
        .allow_any_header()
        .expose_headers(EXPOSED.split(", "))
        .max_age(3600)
}
