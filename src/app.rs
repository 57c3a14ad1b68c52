//! Assembles the web application. Tests use the same function.

use std::io;
use std::rc::Rc;
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::{App, web};

use crate::accounts::api_keys::identify::IdentifyKeys;
use crate::accounts::api_keys::known::KnownKeys;
use crate::accounts::api_keys::storing::StoringUsage;
use crate::config::Config;
use crate::docs;
use crate::error::Result;
use crate::followers::cache::{Follower, Following, acknowledged};
use crate::followers::events::hub::{Broadcasting, Hub};
use crate::followers::sync;
use crate::followers::sync::waiting::Waiting;
use crate::followers::webhooks::client::Client;
use crate::followers::webhooks::dispatcher::Dispatcher;
use crate::followers::webhooks::planner::Planner;
use crate::http::access_log::access_log;
use crate::http::cache::middleware::CacheMiddleware;
use crate::http::contract::compiled::Contract;
use crate::http::missing::name_the_missing;
use crate::http::negotiation::negotiate;
use crate::http::preflight::allow_methods_of_path;
use crate::http::quota::Quotas;
use crate::http::quota::middleware::QuotaMiddleware;
use crate::http::response_headers::EXPOSED;
use crate::http::surface::Surface;
use crate::jobs::worker::Workers;
use crate::mail::mailer::Mailer;
use crate::mail::sender::Sender;
use crate::operations::housekeeping::Housekeeping;
use crate::operations::scheduler::Scheduler;
use crate::page::CursorKey;
use crate::publications::lists::canonical_parameters::canonical;
use crate::request_id::RequestIds;
use crate::requests::batch;
use crate::requests::idempotency;
use crate::secrets;
use crate::shutdown::Shutdown;
use crate::state::{AppData, State};
use crate::surfaces;

/// Returns the contract, with both OpenAPI documents and their compiled schemas.
///
/// # Errors
/// Returns [`crate::error::Error::Internal`] if a schema does not compile.
pub fn contract() -> Result<Contract> {
    let contract = Contract::new(surfaces::texts::texts, &surfaces::openapi())?;
    Ok(contract.with_pages(docs::paths()))
}

/// A server instance: the values that all of its workers share. It is cheap to clone.
#[derive(Clone)]
pub struct Instance {
    /// The state that handlers share.
    pub state: Arc<State>,
    /// The contract that requests are checked against.
    pub contract: Arc<Contract>,
    /// The follower, which reports changes to the cache.
    pub follower: Follower,
    /// The announcement that the instance ends.
    pub shutdown: Shutdown,
    /// The hub of the listeners to events.
    pub hub: Hub,
    /// The quotas of clients.
    pub quotas: Quotas,
    /// The API keys that the instance knows.
    pub keys: KnownKeys,
    data: AppData,
}

impl Instance {
    /// Creates an instance. It serves nothing from its cache until its follower has begun.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Unavailable`] if the database cannot be read or written, and the error of a resource
    /// that cannot create its application data.
    pub fn open(state: State, contract: Arc<Contract>) -> Result<Self> {
        let state = Arc::new(state);
        let keys = KnownKeys::new(state.cache.clone());
        let cache = state.cache.clone();
        let follower = Follower::new(&state.config, cache, keys.clone(), state.db.pulse());
        let quotas = Quotas::new(&state.config, state.clock.clone());
        let shutdown = Shutdown::default();
        let most = state.config.server.max_listeners;
        let waiting = Waiting::new(&follower, most, shutdown.clone());
        let hub = Hub::new(&state, sync::token_key(&state)?, shutdown.clone());
        let cursor_key = CursorKey::new(&secrets::ensure(&state.db, "cursors")?);
        let data = surfaces::app_data(&state)?
            .with(web::Data::from(Arc::clone(&state)))
            .with(web::Data::from(Arc::clone(&contract)))
            .with(web::Data::new(docs::SearchIndex::new(Arc::clone(
                &contract,
            ))))
            .with(web::Data::new(state.config.clone()))
            .with(web::Data::new(cursor_key.with_canonical(canonical)))
            .with(web::Data::new(keys.clone()))
            .with(web::Data::new(quotas.clone()))
            .with(web::Data::new(follower.clone()))
            .with(web::Data::new(waiting))
            .with(web::Data::new(hub.clone()));
        Ok(Self {
            state,
            contract,
            follower,
            shutdown,
            hub,
            quotas,
            keys,
            data,
        })
    }

    /// Creates the job that plans the deliveries of webhooks.
    pub fn planner(&self) -> Planner {
        Planner::new(&self.state, self.hub.key().clone(), &self.follower)
    }

    /// Starts the background jobs: the scheduler, housekeeping, the use of API keys, the follower of the change log,
    /// the one that sends events to listeners, those that plan and send the deliveries of webhooks, and the one that sends
    /// messages.
    ///
    /// # Errors
    /// Returns an [`io::Error`] if no thread can be created.
    pub fn start_jobs(&self, sender: Sender) -> io::Result<Workers> {
        let state = &self.state;
        Workers::new()
            .start(Scheduler::new(state.db.clone(), state.clock.clone()))?
            .start(Housekeeping::new(state, surfaces::expiries()))?
            .start(StoringUsage::new(state.db.clone(), self.keys.clone()))?
            .start(Following::new(
                self.follower.clone(),
                &state.config.database.url,
            ))?
            .start(Broadcasting::new(self.hub.clone(), &self.follower))?
            .start(self.planner())?
            .start(Dispatcher::new(
                state,
                Client::new(&state.config.webhooks.allow),
            ))?
            .start(Mailer::new(state, sender))
    }
}

/// Creates the application of one worker, with the operations of all resources.
pub fn app(
    instance: &Instance,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    app_with(instance, surfaces::routes)
}

/// Creates the application of one worker, with the operations that `routes` registers. The contract of the instance
/// must describe them.
pub fn app_with(
    instance: &Instance,
    routes: fn(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let state = &instance.state;
    let ids = Rc::new(RequestIds::new(state.clock.clone()));
    App::new()
        .configure(|config| instance.data.register(config))
        .wrap(from_fn(name_the_missing))
        .wrap(from_fn(idempotency::idempotent))
        .wrap(Compress::default())
        .wrap(from_fn(negotiate))
        .wrap(from_fn(batch::operations::provide_operations))
        .wrap(cors(&state.config, &instance.contract))
        .wrap(from_fn(allow_methods_of_path))
        .wrap(from_fn(acknowledged))
        .wrap(CacheMiddleware(state.cache.clone()))
        .wrap(QuotaMiddleware {
            quotas: instance.quotas.clone(),
            server: state.config.server.clone(),
            identify: IdentifyKeys::new(instance.keys.clone(), Arc::clone(state)),
        })
        .wrap(from_fn(move |request, next: Next<BoxBody>| {
            access_log(Rc::clone(&ids), request, next)
        }))
        .configure(docs::routes)
        .configure(routes)
}

/// Creates the CORS middleware. Delivery, previews and the explanations of unknown paths are open to every origin, without
/// credentials; all other surfaces only to the configured origins.
fn cors(config: &Config, contract: &Arc<Contract>) -> Cors {
    let configured = config.server.cors_origins.clone();
    let contract = Arc::clone(contract);
    Cors::default()
        .allowed_origin_fn(move |origin, request| {
            let path = request.uri.path();
            Surface::of(path).is_open()
                || !contract.knows(path)
                || configured
                    .iter()
                    .any(|known| known.as_bytes() == origin.as_bytes())
        })
        .allow_any_method()
        .allow_any_header()
        .expose_headers(EXPOSED.split(", "))
        .max_age(3600)
}
