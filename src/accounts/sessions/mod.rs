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

use crate::http::contract::document::operations;

operations!(
    "sessions",
    api::create_session,
    api::refresh_session,
    api::end_session,
);
