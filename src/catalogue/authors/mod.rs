//! Authors are credited people, not logins. An author with bylines or translations cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;
pub mod public;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "authors",
    values = VALUES,
    api::list_authors,
    api::create_author,
    api::get_author,
    api::replace_author,
    api::update_author,
    api::delete_author,
    delivery::list_public_authors,
    delivery::get_public_author,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("Author.name", r#""Lin Alvarez""#),
    ("Bio.", r#""Writes about cities.""#),
    ("PublicAuthor.bio", r#""Writes about cities.""#),
    ("PublicAuthor.name", r#""Lin Alvarez""#),
];
