//! API keys, for partners and machines: each is an actor of its own, limited by scopes, languages and categories. The secret
//! is shown once and stored as a hash. A key that is deleted, changed or rotated is so at once on every instance, because
//! the follower of the change log empties the memory of keys.

pub mod api;
pub mod copies;
pub mod edit;
pub mod identify;
pub mod known;
pub mod limits;
mod lookup;
pub mod model;
pub mod own;
mod parts;
pub mod rotation;
pub mod secret;
pub mod store;
pub mod storing;
pub mod usage;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "api-keys",
    values = VALUES,
    api::list_keys,
    api::create_key => shows_secret,
    api::get_key,
    api::replace_key,
    api::update_key,
    api::delete_key,
    api::create_rotation => shows_secret,
    api::delete_rotation,
    own::get_own_key,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("ApiKey.name", r#""City Network, website""#),
    ("MadeApiKey.name", r#""City Network, website""#),
];
