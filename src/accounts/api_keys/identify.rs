//! Identifies the API key of a request before anything else looks at it, so that its quota applies and answers from memory
//! are served to it.

use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::{HttpMessage, HttpRequest};

use super::known::{KnownKey, KnownKeys};
use super::secret;
use crate::changes::actor::Scope;
use crate::error::{Credentials, Error, Result};
use crate::http::app_data::app_data;
use crate::http::credentials::Presented;
use crate::http::quota::Client;
use crate::http::quota::identify::{Identify, Identity, Mark};
use crate::state::State;
use crate::timestamp::Timestamp;

/// The key of a request, in its extensions; `None` if the credentials belong to no key that works.
#[derive(Clone)]
struct Identified(Option<Arc<KnownKey>>);

/// Identifies keys by the memory of an instance, or by its database.
#[derive(Clone)]
pub struct IdentifyKeys {
    keys: KnownKeys,
    state: Arc<State>,
}

impl IdentifyKeys {
    /// Creates the identification of an instance.
    pub fn new(keys: KnownKeys, state: Arc<State>) -> Self {
        Self { keys, state }
    }
}

impl Identify for IdentifyKeys {
    fn identify(&self, request: &ServiceRequest) -> Identity {
        let Ok(Some(Presented::Key(text))) = Presented::of(request.headers()) else {
            return Identity::Known(None);
        };
        let Some(hash) = secret::hash_of(text) else {
            return Identity::Known(mark(request, None, self.state.clock.now()));
        };
        if let Some(known) = self.keys.recall(&hash) {
            return Identity::Known(mark(request, known, self.state.clock.now()));
        }
        let (keys, state) = (self.keys.clone(), Arc::clone(&self.state));
        Identity::Later(Box::pin(async move {
            let found = keys.find(&state, hash).await;
            let now = state.clock.now();
            let mark: Mark = Box::new(move |request| match found {
                Ok(found) => mark(request, found, now),
                // Whoever needs the key asks again, and reports the failure.
                Err(_) => None,
            });
            mark
        }))
    }
}

/// Keeps the key for those who check the caller, and counts the request. Returns the client whose quota applies.
fn mark(request: &ServiceRequest, key: Option<Arc<KnownKey>>, now: Timestamp) -> Option<Client> {
    let key = key.filter(|key| key.works(now));
    let client = key.as_ref().map(|key| {
        key.count(now);
        Client {
            id: key.caller.id,
            rate: key.rate,
            reads_public: key.caller.scopes.allow(Scope::DeliveryRead),
        }
    });
    request.extensions_mut().insert(Identified(key));
    client
}

/// Returns the key with which a request reads what is public; `None` for a request without a key that works.
pub fn identified(request: &HttpRequest) -> Option<Arc<KnownKey>> {
    request.extensions().get::<Identified>()?.0.clone()
}

/// Returns the key of a request whose credentials are this text.
///
/// # Errors
/// Returns [`Error::Unauthenticated`] if there is no such key or if it is over, and database errors.
pub async fn key(request: &HttpRequest, text: &str) -> Result<Arc<KnownKey>> {
    let bad = || Error::Unauthenticated(Credentials::BadKey);
    let identified = request.extensions().get::<Identified>().cloned();
    if let Some(Identified(key)) = identified {
        return key.ok_or_else(bad);
    }
    // The operations of a batch are not identified before.
    let hash = secret::hash_of(text).ok_or_else(bad)?;
    let keys = app_data::<KnownKeys>(request)?.clone();
    let state = app_data::<State>(request)?.clone();
    let found = keys.find(&state, hash).await?;
    let works = |key: &Arc<KnownKey>| key.works(state.clock.now());
    found.filter(works).ok_or_else(bad)
}
