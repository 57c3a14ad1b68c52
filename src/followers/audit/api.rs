//! Reading the audit trail: by admins.

use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use futures_util::stream;

use super::model::{AuditEntry, AuditQuery};
use super::store;
use crate::accounts::sessions::{AdminRole, As};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::input::Query;
use crate::http::reply::Page;
use crate::page::{Listing, Paging};
use crate::state::State;

/// List the audit trail
///
/// Everything that was done, newest first: by whom, from where, and what was before and after. Passwords, tokens and keys
/// never stand in it; texts have a hash in their place.
#[utoipa::path(get, path = "/v1/admin/audit", params(Paging, AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
pub async fn list_audit(
    state: web::Data<State>,
    _: As<AdminRole>,
    listing: Listing,
    Query(query): Query<AuditQuery>,
) -> Result<Page<AuditEntry>> {
    let read = move |conn: &mut _| store::list(conn, &listing, &query);
    let (data, page) = state.db.read_at_length(read).await?;
    Ok(Page { data, page })
}

/// Export the audit trail
///
/// All that the filters leave, oldest first, up to the moment of the request: one JSON object a line, each as in the list.
#[utoipa::path(get, path = "/v1/admin/audit.ndjson", params(AuditQuery), responses((status = 200, body = String, content_type = "application/x-ndjson")))]
pub async fn get_audit_export(
    state: web::Data<State>,
    _: As<AdminRole>,
    Query(query): Query<AuditQuery>,
) -> Result<HttpResponse> {
    let last = state.db.read(store::last).await?;
    let export = Export {
        db: state.db.clone(),
        query,
        seq: 0,
        last,
    };
    let parts = stream::try_unfold(export, Export::next);
    Ok(HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .streaming(parts))
}

/// An export under way.
struct Export {
    db: Db,
    query: AuditQuery,
    seq: i64,
    last: i64,
}

impl Export {
    /// The next lines. A failure cuts the answer off, so that nobody takes it for whole.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>> {
        let (query, seq, last) = (self.query.clone(), self.seq, self.last);
        let read = move |conn: &mut _| store::following(conn, &query, seq, last);
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
