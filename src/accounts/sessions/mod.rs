//! Sessions: one per login. Access tokens are short-lived JWTs, refresh tokens rotate; both end with their session.

pub mod api;
pub mod attempt;
pub mod caller;
pub mod model;
pub mod refresh;
pub mod rotation;
pub mod sign_in;
pub mod store;
pub mod token;

pub use caller::{AdminRole, AnyRole, As, EditorRole, WriterRole};

use actix_web::web;

use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::state::{AppData, State};

operations!(
    "sessions",
    api::create_session,
    api::refresh_session,
    api::end_session,
);

/// The failed tries at passwords.
///
/// # Errors
/// None.
pub fn app_data(_: &State) -> Result<AppData> {
    Ok(AppData::new().with(web::Data::new(attempt::LoginThrottle::new())))
}
