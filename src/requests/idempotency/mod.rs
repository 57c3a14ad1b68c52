//! `Idempotency-Key`: the answer to a `POST` is kept and sent again when the request is sent again; the request is carried
//! out once.
//!
//! A transaction of its own claims a row per key before the handler runs, so that of two requests at the same moment one
//! runs. The kept answer is sealed under a key derived from the caller's, which the database does not hold.

pub mod key;
pub mod middleware;
pub mod model;
pub mod store;

use actix_web::web;
pub use middleware::idempotent;

use crate::error::Result;
use crate::http::throttle::Throttle;
use crate::secrets;
use crate::state::{AppData, State};

/// Requests with an `Idempotency-Key` that callers without a token may send per address within [`WINDOW`].
const MOST_ANONYMOUS: u32 = 300;
/// In seconds.
const WINDOW: i64 = 300;

/// The values that all keyed requests of an instance share.
pub struct KeyedRequests {
    /// The secret from which ids and sealing keys are derived.
    pub secret: [u8; 32],
    /// Keyed requests of callers without a token, per address.
    pub anonymous: Throttle,
}

/// The values that the middleware needs.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the secret cannot be read or made.
pub fn app_data(state: &State) -> Result<AppData> {
    let keyed = KeyedRequests {
        secret: secrets::ensure(&state.db, "idempotency")?,
        anonymous: Throttle::new(MOST_ANONYMOUS, WINDOW),
    };
    Ok(AppData::new().with(web::Data::new(keyed)))
}
