//! Authors are credited people, not logins. An author with bylines cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;
pub mod public;
pub mod store;

use crate::http::contract::operation::operations;

operations!(
    "authors",
    api::list_authors,
    api::create_author,
    api::get_author,
    api::replace_author,
    api::update_author,
    api::delete_author,
    delivery::list_public_authors,
    delivery::get_public_author,
);
