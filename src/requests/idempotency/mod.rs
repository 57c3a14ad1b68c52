//! `Idempotency-Key`: a `POST` that is sent again is answered again and not carried out again.
//!
//! A row per key is claimed in a transaction of its own before the handler runs, so that of two at the same moment one
//! runs. What is kept of an answer is sealed under a key that only the caller can name again; the name itself is not kept.

pub mod key;
pub mod middleware;
pub mod model;
pub mod store;

pub use middleware::once;
