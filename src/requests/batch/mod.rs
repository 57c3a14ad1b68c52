//! Batches: several operations of the management surface in one request. They use the same handlers, and are executed
//! individually or in one transaction.

pub mod api;
pub mod model;
pub mod operations;
mod sub_request;

use crate::http::contract::operation::operations;

operations!("batch", api::create_batch);
