//! Batches of requests, and requests that are sent again.

pub mod batch;
pub mod idempotency;
