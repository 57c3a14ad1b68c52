//! `Idempotency-Key`: a `POST` is executed once, and its response is stored and sent again if the request is repeated.
//!
//! The claim of the key, all that the handler writes, and the stored response are one transaction, which begins with the
//! first write. So a request that breaks off leaves nothing behind, and its key is free. Only a batch whose operations take
//! effect one by one claims its key before, in a transaction of its own. The stored response is encrypted with a key that
//! is derived from the caller's key, which the database does not contain.

mod deferred;
pub mod key;
mod keyed;
pub mod middleware;
pub mod model;
pub mod store;

use actix_web::web;
pub use middleware::idempotent;

use crate::config::DatabaseUrl;
use crate::error::Result;
use crate::http::throttle::Throttle;
use crate::secrets;
use crate::state::{AppData, State};

/// The maximum number of requests with an `Idempotency-Key` that callers without a token may send per address within
/// [`WINDOW`].
const MOST_ANONYMOUS: u32 = 300;
/// The time window in seconds.
const WINDOW: i64 = 300;

/// The values that all requests with a key share on one instance.
pub struct KeyedRequests {
    /// The secret from which ids and encryption keys are derived.
    pub secret: [u8; 32],
    /// Limits the requests with a key from callers without a token, per address.
    pub anonymous: Throttle,
}

/// Returns the application data of the middleware.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] if the secret cannot be read or created.
pub fn app_data(state: &State) -> Result<AppData> {
    if matches!(state.config.database.url, DatabaseUrl::Sqlite(_)) {
        // SQLite: there is only one instance, so the one that held these claims has died.
        let now = state.clock.now();
        state.db.write_now(|conn| store::end_all(conn, now))?;
    }
    let keyed = KeyedRequests {
        secret: secrets::ensure(&state.db, "idempotency")?,
        anonymous: Throttle::new(MOST_ANONYMOUS, WINDOW),
    };
    Ok(AppData::new().with(web::Data::new(keyed)))
}
