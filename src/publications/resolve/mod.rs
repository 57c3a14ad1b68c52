//! Resolving: where a slug, or a path of the site, leads at this moment. Reads what the public may see and writes nothing.
//!
//! A slug that is somebody's now leads there; one that was leads on to the present one; where nothing is left to be seen of
//! a post, it is gone.

pub mod delivery;
pub mod model;
pub mod store;

use crate::http::contract::operation::operations;

operations!("resolve", delivery::resolve_address);
