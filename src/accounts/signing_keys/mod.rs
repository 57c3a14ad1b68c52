//! Ed25519 signing keys, which are created on the first start and shared by all instances through the database. The
//! newest key signs. A retired key verifies until the last token that it signed has expired, and never signs again.

pub mod api;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("keys", api::get_jwks);
