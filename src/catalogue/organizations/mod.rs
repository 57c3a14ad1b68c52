//! Organizations are the affiliations of authors. An organization with authors or bylines cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;
pub mod public;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "organizations",
    values = VALUES,
    api::list_organizations,
    api::create_organization,
    api::get_organization,
    api::replace_organization,
    api::update_organization,
    api::delete_organization,
    delivery::list_public_organizations,
    delivery::get_public_organization,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("country", r#""ES""#),
    ("Organization.name", r#""City Network""#),
    ("OrganizationRef.name", r#""City Network""#),
    ("PublicOrganization.name", r#""City Network""#),
];
