//! Sessions: one per login. Access tokens are short-lived JWTs, refresh tokens rotate; both end with their session.

pub mod caller;
pub mod token;

pub use caller::{AdminRole, AnyRole, As, EditorRole, WriterRole};
