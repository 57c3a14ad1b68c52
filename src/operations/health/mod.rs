//! Health checks for load balancers and orchestrators: whether this instance is running, and whether it can serve
//! requests.

pub mod api;

use crate::http::contract::operation::operations;

operations!("health", api::get_liveness, api::get_readiness);
