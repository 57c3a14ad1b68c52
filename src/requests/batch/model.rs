//! The data types of batches.

use actix_web::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::content::Warning;
use crate::http::problem::Problem;

/// A batch of operations.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BatchInput, examples(json!({
    "operations": [{ "method": "POST", "path": "/v1/admin/tags", "body": { "translations": { "en": { "name": "Housing" } } } }]
})))]
pub struct NewBatch {
    /// Carry out all operations or none: the first failure undoes those before it, and the rest is not tried. Operations
    /// that wait for other hosts (creating, changing and testing a webhook) are refused.
    #[serde(default)]
    #[schema(required = false)]
    pub atomic: bool,
    /// Carry out all operations, report their results, and undo them. A real run has other ids and versions. The same
    /// operations are refused as with `atomic`.
    #[serde(default)]
    #[schema(required = false)]
    pub dry_run: bool,
    /// The operations, in the order in which they are carried out.
    #[schema(min_items = 1, max_items = 100)]
    pub operations: Vec<BatchOperation>,
}

/// An operation of the management surface.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchOperation {
    /// The method of the operation.
    pub method: BatchMethod,
    /// The path of the operation, with its query.
    #[schema(
        max_length = 8192,
        pattern = r"^/v1/admin/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]+$",
        examples("/v1/admin/tags")
    )]
    pub path: String,
    /// The JSON body of the operation.
    pub body: Option<Value>,
    /// The `If-Match` header of the operation.
    #[schema(
        nullable = false,
        max_length = 255,
        pattern = "^[ -~]+$",
        examples("\"v1\"")
    )]
    pub if_match: Option<String>,
    /// The `If-None-Match` header of the operation.
    #[schema(
        nullable = false,
        max_length = 255,
        pattern = "^[ -~]+$",
        examples("*")
    )]
    pub if_none_match: Option<String>,
}

/// The method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum BatchMethod {
    /// Read.
    Get,
    /// Create.
    Post,
    /// Replace.
    Put,
    /// Change.
    Patch,
    /// Delete.
    Delete,
}

impl From<BatchMethod> for Method {
    fn from(method: BatchMethod) -> Self {
        match method {
            BatchMethod::Get => Self::GET,
            BatchMethod::Post => Self::POST,
            BatchMethod::Put => Self::PUT,
            BatchMethod::Patch => Self::PATCH,
            BatchMethod::Delete => Self::DELETE,
        }
    }
}

/// The answer to a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// The outcome of the batch.
    pub data: BatchOutcome,
}

/// The outcome of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchOutcome {
    /// True if everything that the successful operations wrote is stored, which may be nothing. False for a dry run, and for
    /// an atomic batch of which an operation failed.
    pub committed: bool,
    /// The number of operations that succeeded.
    #[schema(minimum = 0)]
    pub succeeded: usize,
    /// The number of operations that failed. With `atomic`, this includes those that were undone or not tried.
    #[schema(minimum = 0)]
    pub failed: usize,
    /// The result of each operation, in the order of the request.
    pub results: Vec<BatchResult>,
}

impl BatchOutcome {
    /// Creates the outcome with these results.
    pub fn new(committed: bool, results: Vec<BatchResult>) -> Self {
        let failed = results.iter().filter(|result| result.failed()).count();
        Self {
            committed,
            succeeded: results.len() - failed,
            failed,
            results,
        }
    }
}

/// The result of an operation: the answer it would have got as a request of its own.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BatchResult {
    /// The HTTP status of the result.
    #[schema(minimum = 200, maximum = 599, examples(201))]
    pub status: u16,
    /// The `ETag` of the resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("\"v1\""))]
    pub etag: Option<String>,
    /// The `Location` of a new resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<String>,
    /// The JSON of the answer, or the problem document. Absent if there is none, and once all bodies together reach 8 MiB.
    /// With `Prefer: return=minimal`, also absent if a write succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The problem document of an operation that failed, as in `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Problem>)]
    pub problem: Option<Value>,
    /// The `warnings` of a saved text. Only with `Prefer: return=minimal`; otherwise they are in `body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Vec<Warning>>, max_items = 100)]
    pub warnings: Option<Value>,
}

impl BatchResult {
    /// Returns whether the operation failed.
    pub fn failed(&self) -> bool {
        self.status >= 400
    }
}
