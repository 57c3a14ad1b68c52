//! Organizations are the affiliations of authors. An organization with authors or bylines cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;
pub mod public;
pub mod store;

use crate::http::contract::operation::operations;

operations!(
    "organizations",
    api::list_organizations,
    api::create_organization,
    api::get_organization,
    api::replace_organization,
    api::update_organization,
    api::delete_organization,
    delivery::list_public_organizations,
    delivery::get_public_organization,
);
