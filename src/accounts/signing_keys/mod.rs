//! Signing keys: Ed25519, made on the first start, shared by all instances through the database. The newest signs; one that
//! was replaced goes on verifying until the last token it signed has ended, and cannot sign again.

pub mod api;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("keys", api::get_jwks);
