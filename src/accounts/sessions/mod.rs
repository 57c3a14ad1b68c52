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

pub use caller::{
    AdminRole, AnyCaller, AnyRole, As, EditingUser, EditorRole, ModeratorRole, ReaderRole,
    WebhookManager, WriterRole,
};

use actix_web::web;

use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::http::contract::signature::OptionalGuard;
use crate::http::contract::texts::KnownValue;
use crate::state::{AppData, State};

operations!(
    "sessions",
    values = VALUES,
    api::create_session,
    api::refresh_session,
    api::end_session,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("access_token", r#""eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkyZjBjMSJ9.c2lnbmF0dXJl""#),
];

/// Returns the throttle of sign-in attempts and the check of tokens that are not needed, as application data.
///
/// # Errors
/// Never fails.
pub fn app_data(_: &State) -> Result<AppData> {
    Ok(AppData::new()
        .with(web::Data::new(attempt::LoginThrottle::new()))
        .with(web::Data::new(OptionalGuard(caller::check_optional))))
}
