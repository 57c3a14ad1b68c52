//! Requests that carry other requests, and requests that are sent again.

pub mod batch;
pub mod idempotency;
