//! Many operations of the management surface in one request, through the very same handlers: each for itself, or all
//! within one transaction.

pub mod api;
pub mod inner;
pub mod model;
mod sub_request;

use crate::http::contract::operation::operations;

operations!("batch", api::create_batch);
