//! The batch endpoint.

use std::borrow::Cow;
use std::cell::Cell;
use std::time::{Duration, Instant};

use actix_web::body::to_bytes;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION};
use actix_web::http::{Method, Uri};
use actix_web::{CustomizeResponder, HttpMessage, HttpRequest, HttpResponse, Responder, web};
use serde::Deserialize;
use serde_json::Value;

use super::model::{BatchAnswer, BatchMethod, BatchOperation, BatchOutcome, BatchResult, NewBatch};
use super::operations::{OperationService, PATH};
use super::sub_request::SubRequests;
use crate::accounts::sessions::{AnyCaller, As};
use crate::error::{Code, Error, Fault, Result, Unwritable};
use crate::http::app_data::app_data;
use crate::http::contract::compiled::{Contract, RouteMatch};
use crate::http::contract::endpoint::Endpoint;
use crate::http::input::Json;
use crate::http::preferences::{Extent, MINIMAL, PREFERENCE_APPLIED};
use crate::http::problem::Problem;
use crate::http::problem_documents;
use crate::http::response::Bare;
use crate::id::Id;
use crate::request_id::RequestId;
use crate::state::State;

/// The time limit for a batch.
const LIMIT: Duration = Duration::from_secs(30);
/// The time limit for a batch in one transaction. Other writers wait for it and give up after five seconds.
const LIMIT_ATOMIC: Duration = Duration::from_secs(4);
/// The maximum total size of the bodies in a response. Further bodies are left out.
const MOST_BYTES: usize = 8 << 20;

/// Carry out many operations
///
/// Carries out up to 100 operations of this surface, one after the other, with the caller's own rights. Each has a
/// status and a body of its own. Each takes effect on its own, unless the batch is `atomic`. With `Prefer:
/// return=minimal`, results of writes have no `body`, except for problem documents and for secrets that no other
/// response shows; saves of texts keep their `warnings`.
#[utoipa::path(post, path = "/v1/admin/batch", responses((status = 200, body = BatchAnswer)), request_body = NewBatch)]
pub async fn create_batch(
    state: web::Data<State>,
    request: HttpRequest,
    _: As<AnyCaller>,
    extent: Extent,
    Json(batch): Json<NewBatch>,
) -> Result<CustomizeResponder<Bare<BatchAnswer>>> {
    let one_transaction = batch.atomic || batch.dry_run;
    check(&batch.operations, app_data(&request)?, one_transaction)?;
    let outcome = if one_transaction {
        in_one_transaction(&state, &request, extent, batch).await?
    } else {
        let run = Run::new(&request, state, extent).await?;
        BatchOutcome::new(true, run.all(&batch.operations, false).await)
    };
    let response = Bare(BatchAnswer { data: outcome }).customize();
    Ok(match extent {
        Extent::Full => response,
        Extent::Minimal => response.insert_header((PREFERENCE_APPLIED, MINIMAL)),
    })
}

/// Returns whether a request runs operations that take effect one by one, so that no transaction holds all of them.
pub fn is_many(path: &str, body: &[u8]) -> bool {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Kind {
        atomic: bool,
        dry_run: bool,
    }
    let kind: Kind = serde_json::from_slice(body).unwrap_or_default();
    path == PATH && !kind.atomic && !kind.dry_run
}

/// Refuses operations that are not permitted in a batch.
fn check(operations: &[BatchOperation], contract: &Contract, one_transaction: bool) -> Result<()> {
    let fault = |(index, operation): (usize, &BatchOperation)| {
        let (code, detail) = objection(operation, contract, one_transaction)?;
        let pointer = format!("/operations/{index}/path");
        Some(Fault::pointer(pointer, code, detail))
    };
    let faults: Vec<Fault> = operations.iter().enumerate().filter_map(fault).collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(faults)),
    }
}

/// Returns why an operation is not permitted, whatever the spelling of its path.
fn objection(
    operation: &BatchOperation,
    contract: &Contract,
    one_transaction: bool,
) -> Option<(&'static str, String)> {
    if operation.path.parse::<Uri>().is_err() || operation.path.contains('#') {
        return Some(("invalid", "must be a path, percent-encoded".into()));
    }
    let endpoint = endpoint(operation, contract);
    if path(operation) == PATH || endpoint.is_some_and(|one| !one.produces.are_json()) {
        let detail = "must not lead to a batch, or to an operation that answers with something other than JSON";
        return Some(("invalid", detail.into()));
    }
    // Other writers would wait for another host, and what has been sent cannot be undone.
    endpoint.filter(|one| one_transaction && one.calls_out)?;
    let method = Method::from(operation.method);
    let detail = format!(
        "{method} {} waits for another host, so it cannot be part of a batch with atomic or dry_run",
        path(operation)
    );
    Some(("not_in_transaction", detail))
}

/// Returns what the path leads to, in any spelling.
fn endpoint<'a>(operation: &BatchOperation, contract: &'a Contract) -> Option<&'a Endpoint> {
    let method = Method::from(operation.method);
    match contract.find(method.as_str(), &path(operation)) {
        RouteMatch::Operation(endpoint) => Some(endpoint),
        RouteMatch::WrongMethod(_) | RouteMatch::Unknown => None,
    }
}

/// Returns the path without its query, decoded.
fn path(operation: &BatchOperation) -> Cow<'_, str> {
    let path = operation.path.split('?').next().unwrap_or_default();
    percent_encoding::percent_decode_str(path).decode_utf8_lossy()
}

/// Executes the operations in one transaction, which is committed at the end.
async fn in_one_transaction(
    state: &web::Data<State>,
    request: &HttpRequest,
    extent: Extent,
    batch: NewBatch,
) -> Result<BatchOutcome> {
    let (db, transaction) = state.db.open_transaction().await?;
    let within = State {
        db,
        ..State::clone(state)
    };
    let run = Run::new(request, web::Data::new(within), extent).await?;
    let all = run.all(&batch.operations, batch.atomic);
    let Ok(mut results) = tokio::time::timeout(LIMIT_ATOMIC, all).await else {
        return Err(Error::Unavailable(
            "a batch in one transaction took too long".into(),
        ));
    };
    let failed = batch.atomic && results.iter().any(BatchResult::failed);
    let temporary = results.iter().find(|result| is_transient(result.status));
    if let Some(temporary) = temporary.filter(|_| failed) {
        // Nothing is written, and a retry may succeed, so the response must be one that is not stored under an
        // Idempotency-Key.
        return Err(failure_of(temporary));
    }
    let committed = batch.atomic && !failed && !batch.dry_run;
    if committed {
        transaction.commit().await?;
    } else {
        transaction.roll_back().await?;
    }
    if failed {
        results = run.all_rolled_back(results, batch.operations.len());
    }
    Ok(BatchOutcome::new(committed, results))
}

/// Returns the failure of a batch that one operation could not be carried out for now.
fn failure_of(result: &BatchResult) -> Error {
    let code = result.body.as_ref().and_then(|problem| problem.get("code"));
    let is = |other: Code| code.is_some_and(|code| code == other.as_str());
    let why = "an operation of a batch failed temporarily".to_owned();
    if is(Code::ReadOnly) {
        Error::Unwritable(Unwritable::ReadOnly, why)
    } else if is(Code::StorageFull) {
        Error::Unwritable(Unwritable::Full, why)
    } else {
        Error::Unavailable(why.into())
    }
}

/// Returns whether an operation failed for a temporary reason.
fn is_transient(status: u16) -> bool {
    status == 429 || status >= 500
}

/// The execution of a batch.
struct Run<'a> {
    service: OperationService,
    requests: SubRequests,
    contract: &'a Contract,
    extent: Extent,
    id: RequestId,
    started: Instant,
    bytes: Cell<usize>,
}

impl<'a> Run<'a> {
    async fn new(
        request: &'a HttpRequest,
        state: web::Data<State>,
        extent: Extent,
    ) -> Result<Self> {
        let service = request.extensions().get::<OperationService>().cloned();
        let id = request.extensions().get::<RequestId>().copied();
        Ok(Self {
            service: service.ok_or(Error::NotFound)?,
            requests: SubRequests::new(request, state).await?,
            contract: app_data::<Contract>(request)?,
            extent,
            id: id.unwrap_or_else(|| Id::new().into()),
            started: Instant::now(),
            bytes: Cell::new(0),
        })
    }

    /// Executes the operations in order. If `to_first_failure`, stops after the first one that fails.
    async fn all(&self, operations: &[BatchOperation], to_first_failure: bool) -> Vec<BatchResult> {
        let mut results = Vec::with_capacity(operations.len());
        for operation in operations {
            let result = if self.started.elapsed() < LIMIT {
                self.one(operation).await
            } else {
                self.problem(Problem::new(
                    Code::Unavailable,
                    "The batch took too long; this operation was not tried.",
                ))
            };
            let failed = result.failed();
            results.push(result);
            if failed && to_first_failure {
                break;
            }
        }
        results
    }

    async fn one(&self, operation: &BatchOperation) -> BatchResult {
        let response = self.response_of(operation).await;
        let response = response.unwrap_or_else(HttpResponse::from_error);
        problem_documents::log_cause(&response, self.id);
        if let Some(problem) = Problem::of(&response) {
            return BatchResult {
                etag: header(&response, &ETAG),
                ..self.problem(problem)
            };
        }
        let mut result = BatchResult {
            status: response.status().as_u16(),
            etag: header(&response, &ETAG),
            location: header(&response, &LOCATION),
            ..BatchResult::default()
        };
        let is_json = header(&response, &CONTENT_TYPE)
            .is_some_and(|kind| kind.starts_with("application/json"));
        if is_json && let Ok(bytes) = to_bytes(response.into_body()).await {
            if self.is_brief(operation) {
                result.warnings = warnings(&bytes);
                return result;
            }
            self.bytes.set(self.bytes.get().saturating_add(bytes.len()));
            if self.bytes.get() <= MOST_BYTES {
                result.body = serde_json::from_slice(&bytes).ok();
            }
        }
        result
    }

    /// Returns whether the result has no body. Reads are sent for their bodies, so these stay.
    fn is_brief(&self, operation: &BatchOperation) -> bool {
        let shows_secret = endpoint(operation, self.contract).is_some_and(|one| one.shows_secret);
        self.extent == Extent::Minimal && operation.method != BatchMethod::Get && !shows_secret
    }

    async fn response_of(
        &self,
        operation: &BatchOperation,
    ) -> std::result::Result<HttpResponse, actix_web::Error> {
        let request = self.requests.make(operation).await?;
        request.extensions_mut().insert(self.id);
        Ok(self.service.call(request).await?.into_parts().1)
    }

    /// Returns the results of a batch that was rolled back: of its operations, only the one that failed keeps its own. It is
    /// the last one that was executed.
    fn all_rolled_back(
        &self,
        mut results: Vec<BatchResult>,
        operations: usize,
    ) -> Vec<BatchResult> {
        for undone in results.iter_mut().rev().skip(1) {
            *undone = self.rolled_back();
        }
        results.resize_with(operations, || self.rolled_back());
        results
    }

    fn rolled_back(&self) -> BatchResult {
        let detail = "Another operation of the batch failed, so nothing was written.";
        self.problem(Problem::new(Code::RolledBack, detail))
    }

    fn problem(&self, problem: Problem) -> BatchResult {
        let document = problem_documents::of_request(problem.document(), self.id);
        BatchResult {
            status: problem.status,
            body: Some(document.clone()),
            problem: Some(document),
            ..BatchResult::default()
        }
    }
}

/// Returns the `warnings` of a body that has them.
fn warnings(body: &[u8]) -> Option<Value> {
    #[derive(Deserialize)]
    struct Checked {
        warnings: Option<Value>,
    }
    let checked: Checked = serde_json::from_slice(body).ok()?;
    checked.warnings
}

fn header(response: &HttpResponse, name: &HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    value.to_str().ok().map(str::to_owned)
}
