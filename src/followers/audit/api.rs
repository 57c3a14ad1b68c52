//! The operations of the audit trail.

use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures_util::{TryStreamExt, stream};

use super::model::{AuditEntry, AuditOrder, AuditQuery, AuditSort};
use super::store;
use crate::accounts::sessions::{AdminRole, As};
use crate::changes::actor::By;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::fields::{Fields, Selected};
use crate::http::input::Query;
use crate::http::response::Page;
use crate::page::{Listing, Paging};
use crate::request_id::RequestId;
use crate::state::State;

/// List the audit trail
///
/// Returns all changes, newest first unless `sort` says otherwise: who made them, from where, and the values before and
/// after. Passwords, tokens and keys are never recorded. The body of a translation is recorded as a hash.
#[utoipa::path(get, path = "/v1/admin/audit", params(Paging, AuditQuery, AuditOrder, Fields), responses((status = 200, body = Page<AuditEntry>)))]
pub async fn list_audit(
    admin: As<AdminRole>,
    listing: Listing,
    Query(query): Query<AuditQuery>,
    Query(order): Query<AuditOrder>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<AuditEntry>>> {
    let sort = order.sort.unwrap_or(AuditSort::Newest);
    let read = move |conn: &mut _, by| store::list(conn, &listing, &query, sort, by);
    let (data, page) = admin.read_at_length(read).await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Export the audit trail
///
/// Returns all entries that match the filters, oldest first, up to the moment of the request: one JSON object per line, each
/// as in the list.
#[utoipa::path(get, path = "/v1/admin/audit.ndjson", params(AuditQuery), responses((status = 200, body = String, content_type = "application/x-ndjson")))]
pub async fn get_audit_export(
    state: web::Data<State>,
    request: HttpRequest,
    admin: As<AdminRole>,
    Query(query): Query<AuditQuery>,
) -> Result<HttpResponse> {
    let last = state.db.read(store::last).await?;
    let export = Export {
        db: state.db.clone(),
        by: admin.by(),
        query,
        seq: 0,
        last,
    };
    let id = request.extensions().get::<RequestId>().copied();
    let parts = stream::try_unfold(export, Export::next).inspect_err(move |error| {
        let id = id.as_ref().map_or("-", RequestId::as_str);
        log::error!(request_id = id; "the export of the audit trail broke off: {error}");
    });
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .streaming(parts))
}

/// The state of an export in progress.
struct Export {
    db: Db,
    by: By,
    query: AuditQuery,
    seq: i64,
    last: i64,
}

impl Export {
    /// Reads the next chunk of lines. A failure aborts the response, so that nobody takes it for complete.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let (query, seq, last, by) = (self.query.clone(), self.seq, self.last, self.by);
        let read = move |conn: &mut _| store::following(conn, &query, seq, last, by);
        let entries = self.db.read_at_length(read).await?;
        let Some(entry) = entries.last() else {
            return Ok(None);
        };
        self.seq = entry.seq;
        let mut lines = Vec::new();
        for entry in &entries {
            serde_json::to_writer(&mut lines, entry)
                .map_err(|error| Error::Internal(error.to_string()))?;
            lines.push(b'\n');
        }
        Ok(Some((lines.into(), self)))
    }
}
