//! Resolution of slugs and site paths to the resources that they identify now.
//!
//! A current slug finds its owner, and a former slug redirects to the current one. A post that is no longer public is
//! gone.

pub mod delivery;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("resolve", delivery::resolve_address);
