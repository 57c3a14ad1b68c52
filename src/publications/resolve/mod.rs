//! Resolution of slugs and site paths to the resources that they identify now.
//!
//! A current slug finds its owner, and a former slug redirects to the current one. A post that is no longer public is
//! gone.

pub mod delivery;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!("resolve", values = VALUES, delivery::resolve_address);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("Resolved.path", r#""/en/a-right-to-the-city""#),
    ("Resolved.url", r#""/v1/posts/a-right-to-the-city""#),
];
