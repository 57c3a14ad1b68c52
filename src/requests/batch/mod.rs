//! Batches: many operations of the management surface in one request, by the same handlers, each on its own or all in one
//! transaction.

pub mod api;
pub mod model;
pub mod operations;
mod sub_request;

use crate::http::contract::operation::operations;

operations!("batch", api::create_batch);
