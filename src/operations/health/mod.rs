//! Health: whether this instance runs, and whether it can do its work. For load balancers and orchestrators.

pub mod api;

use crate::http::contract::operation::operations;

operations!("health", api::get_liveness, api::get_readiness);
