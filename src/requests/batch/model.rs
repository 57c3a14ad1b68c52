//! The shapes of batches.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

/// Operations, in the order in which they are carried out.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// All or nothing: with the first that fails all is undone, and the rest is not tried.
    #[serde(default)]
    #[schema(required = false)]
    pub atomic: bool,
    /// Carry all out, tell what came of it, and undo it. Ids and versions that are told will not be those of a real run.
    #[serde(default)]
    #[schema(required = false)]
    pub dry_run: bool,
    /// The operations.
    #[schema(min_items = 1, max_items = 100)]
    pub operations: Vec<BatchOperation>,
}

/// One operation of the management surface.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchOperation {
    /// Its method.
    pub method: BatchMethod,
    /// Its path, with the query if there is one.
    #[schema(
        max_length = 8192,
        pattern = r"^/v1/admin/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+$",
        examples("/v1/admin/tags")
    )]
    pub path: String,
    /// Its body.
    pub body: Option<Value>,
    /// What would stand in its `If-Match`.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[ -~]+$",
        examples("\"v1\"")
    )]
    pub if_match: Option<String>,
    /// What would stand in its `If-None-Match`.
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[ -~]+$",
        examples("*")
    )]
    pub if_none_match: Option<String>,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum BatchMethod {
    /// Read.
    Get,
    /// Make.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

/// What came of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// The outcome.
    pub data: BatchOutcome,
}

/// What came of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchOutcome {
    /// Whether what went well has been written.
    pub committed: bool,
    /// What came of each operation, in their order.
    pub results: Vec<BatchResult>,
}

/// What came of one operation: what it would have been answered by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchResult {
    /// The HTTP status.
    #[schema(minimum = 200, maximum = 599, examples(201))]
    pub status: u16,
    /// The validator of the thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("\"v1\""))]
    pub etag: Option<String>,
    /// The address of a new thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<String>,
    /// The answer's JSON, or the problem document; absent where there is none, and once all bodies together reach 8 MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}
