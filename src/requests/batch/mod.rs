//! Batches: several operations of the management surface in one request. They use the same handlers, and are executed
//! individually or in one transaction.

pub mod api;
pub mod model;
pub mod operations;
mod sub_request;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!("batch", values = VALUES, api::create_batch);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("location", r#""/v1/admin/tags/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11""#),
    ("BatchOutcome.committed", "true"),
    ("BatchOutcome.succeeded", "1"),
    ("BatchOutcome.results", r#"[{ "status": 204 }]"#),
];
