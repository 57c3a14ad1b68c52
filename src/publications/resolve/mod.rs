//! Resolving: finds what a slug, or a path of the site, names now.
//!
//! A current slug finds its owner; a former slug redirects to the current one; a post that is no longer public is gone.

pub mod delivery;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("resolve", delivery::resolve_address);
