//! Management of many things at once.

use std::cell::Cell;
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::http::Uri;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};

use super::inner::{Inner, PATH};
use super::model::{BatchAnswer, BatchOperation, BatchOutcome, BatchResult, NewBatch};
use super::sub_request::SubRequests;
use crate::accounts::sessions::{AnyRole, As};
use crate::error::{Code, Error, Fault, Result};
use crate::http::input::Json;
use crate::http::problem::Problem;
use crate::http::problem_documents;
use crate::http::reply::Bare;
use crate::id::Id;
use crate::request_id::RequestId;
use crate::state::State;

/// How long a batch may take …
const LIMIT: Duration = Duration::from_secs(30);
/// … and one that is a single transaction: others who want to write wait for it, and they wait for five.
const LIMIT_AT_ONCE: Duration = Duration::from_secs(4);
/// So many bytes of answers are told; bodies beyond are left out.
const MOST_TOLD: usize = 8 << 20;

/// Carry out many operations
///
/// Up to 100 operations of this surface, one after the other, with the caller's own rights; each is answered with a status
/// and a body of its own. Each is carried out for itself, unless the batch is `atomic`.
#[utoipa::path(post, path = "/v1/admin/batch", responses((status = 200, body = BatchAnswer)), request_body = NewBatch)]
pub async fn create_batch(
    state: web::Data<State>,
    request: HttpRequest,
    _: As<AnyRole>,
    Json(batch): Json<NewBatch>,
) -> Result<Bare<BatchAnswer>> {
    check(&batch.operations)?;
    let one_transaction = batch.atomic || batch.dry_run;
    let outcome = if one_transaction {
        at_once(&state, &request, batch).await?
    } else {
        let run = Run::new(&request, state).await?;
        BatchOutcome {
            committed: true,
            results: run.all(&batch.operations, false).await,
        }
    };
    Ok(Bare(BatchAnswer { data: outcome }))
}

/// Paths that lead to what is no operation of a batch.
fn check(operations: &[BatchOperation]) -> Result<()> {
    let mut faults = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let path = operation.path.split('?').next().unwrap_or_default();
        let fault = if operation.path.parse::<Uri>().is_err() || operation.path.contains('#') {
            "must be a path, percent-encoded"
        } else if is_no_operation(path) {
            "must not be a batch or an export"
        } else {
            continue;
        };
        let pointer = format!("/operations/{index}/path");
        faults.push(Fault::pointer(pointer, "invalid", fault));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// A batch, or an export, however its path is written.
fn is_no_operation(path: &str) -> bool {
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    path == PATH || path.ends_with(".ndjson")
}

/// Within one transaction, which ends well only at the very end.
async fn at_once(
    state: &web::Data<State>,
    request: &HttpRequest,
    batch: NewBatch,
) -> Result<BatchOutcome> {
    let (db, transaction) = state.db.open_transaction().await?;
    let within = State {
        db,
        ..State::clone(state)
    };
    let run = Run::new(request, web::Data::new(within)).await?;
    let all = run.all(&batch.operations, batch.atomic);
    let Ok(mut results) = tokio::time::timeout(LIMIT_AT_ONCE, all).await else {
        return Err(Error::Unavailable(
            "a batch in one transaction took too long".into(),
        ));
    };
    let failed = batch.atomic && results.iter().any(|result| result.status >= 400);
    if failed && results.iter().any(|result| is_passing(result.status)) {
        // Nothing is written, and the next time may go well: no answer to be kept under an Idempotency-Key.
        return Err(Error::Unavailable(
            "an operation of a batch failed in passing".into(),
        ));
    }
    let committed = batch.atomic && !failed && !batch.dry_run;
    if committed {
        transaction.commit().await?;
    }
    if failed {
        // The one that failed is the last that was tried.
        for undone in results.iter_mut().rev().skip(1) {
            *undone = run.rolled_back();
        }
        results.resize_with(batch.operations.len(), || run.rolled_back());
    }
    Ok(BatchOutcome { committed, results })
}

/// Whether it failed for a reason that may be gone soon.
fn is_passing(status: u16) -> bool {
    status == 429 || status >= 500
}

/// What the operations of a batch have in common.
struct Run {
    inner: Inner,
    requests: SubRequests,
    id: RequestId,
    begun: Instant,
    told: Cell<usize>,
}

impl Run {
    async fn new(request: &HttpRequest, state: web::Data<State>) -> Result<Self> {
        // A batch within a batch finds nothing lent to it.
        let inner = request.extensions().get::<Inner>().cloned();
        let id = request.extensions().get::<RequestId>().copied();
        Ok(Self {
            inner: inner.ok_or(Error::NotFound)?,
            requests: SubRequests::new(request, state).await?,
            id: id.unwrap_or_else(|| Id::new().into()),
            begun: Instant::now(),
            told: Cell::new(0),
        })
    }

    /// What comes of the operations; up to the first that fails, if that is the end.
    async fn all(&self, operations: &[BatchOperation], to_first_failure: bool) -> Vec<BatchResult> {
        let mut results = Vec::with_capacity(operations.len());
        for operation in operations {
            let result = if self.begun.elapsed() < LIMIT {
                self.one(operation).await
            } else {
                self.problem(Problem::new(
                    Code::Unavailable,
                    "The batch took too long; this was not tried.",
                ))
            };
            let failed = result.status >= 400;
            results.push(result);
            if failed && to_first_failure {
                break;
            }
        }
        results
    }

    async fn one(&self, operation: &BatchOperation) -> BatchResult {
        let answered = self.answered(operation).await;
        let answered = answered.unwrap_or_else(HttpResponse::from_error);
        problem_documents::log_cause(&answered, self.id);
        if let Some(problem) = Problem::of(&answered) {
            return BatchResult {
                etag: header(&answered, &ETAG),
                ..self.problem(problem)
            };
        }
        let mut result = BatchResult {
            status: answered.status().as_u16(),
            etag: header(&answered, &ETAG),
            location: header(&answered, &LOCATION),
            body: None,
        };
        let is_json = header(&answered, &CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/json"));
        if is_json && let Ok(bytes) = to_bytes(answered.into_body()).await {
            self.told.set(self.told.get().saturating_add(bytes.len()));
            if self.told.get() <= MOST_TOLD {
                result.body = serde_json::from_slice(&bytes).ok();
            }
        }
        result
    }

    async fn answered(
        &self,
        operation: &BatchOperation,
    ) -> std::result::Result<HttpResponse, actix_web::Error> {
        let request = self.requests.make(operation).await?;
        request.extensions_mut().insert(self.id);
        Ok(self.inner.call(request).await?.into_parts().1)
    }

    fn rolled_back(&self) -> BatchResult {
        let detail = "Another operation of the batch failed; nothing was written.";
        self.problem(Problem::new(Code::RolledBack, detail))
    }

    fn problem(&self, problem: Problem) -> BatchResult {
        BatchResult {
            status: problem.status,
            etag: None,
            location: None,
            body: Some(problem_documents::of_request(problem.document(), self.id)),
        }
    }
}

fn header(response: &HttpResponse, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}
