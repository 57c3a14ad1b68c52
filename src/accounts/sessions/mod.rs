//! Sessions, one for each sign-in. Access tokens are short-lived JWTs, and refresh tokens rotate; both become invalid
//! with their session.

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

/// Returns the throttle of sign-in attempts as application data.
///
/// # Errors
/// Never fails.
pub fn app_data(_: &State) -> Result<AppData> {
    Ok(AppData::new().with(web::Data::new(attempt::LoginThrottle::new())))
}
