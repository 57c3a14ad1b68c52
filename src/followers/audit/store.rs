//! The SQL of the audit trail, which reads the change log.

use super::model::{AuditEntry, AuditQuery, AuditRow};
use crate::db::Conn;
use crate::db::keyset::{self, Order, SortKey, Window};
use crate::db::sql::Sql;
use crate::error::Result;
use crate::page::{Listing, PageInfo};

/// A page, newest first.
///
/// # Errors
/// [`crate::error::Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &AuditQuery,
) -> Result<(Vec<AuditEntry>, PageInfo)> {
    let order = Order::newest("t.seq");
    let key = |row: &AuditRow| SortKey::from_number(row.seq);
    let (rows, page) = keyset::sorted(conn, listing, order, ("t.*", &filtered(query)), key)?;
    Ok((rows.into_iter().map(AuditEntry::from).collect(), page))
}

/// The statement of a page, for tests that look at its plan.
///
/// # Errors
/// As [`list`].
pub fn statement(listing: &Listing, query: &AuditQuery) -> Result<Sql> {
    let mut page = filtered(query).selecting("t.*");
    Order::newest("t.seq").paginate(&mut page, listing, &listing.start()?);
    Ok(page)
}

/// The number of the last entry.
///
/// # Errors
/// Database errors.
pub fn last(conn: &mut Conn) -> Result<i64> {
    Sql::new("SELECT coalesce(max(seq), 0) AS n FROM changes").number(conn)
}

/// The entries after number `seq` up to number `last`, oldest first, as many as make a chunk of an export.
///
/// # Errors
/// Database errors.
pub fn following(
    conn: &mut Conn,
    query: &AuditQuery,
    seq: i64,
    last: i64,
) -> Result<Vec<AuditEntry>> {
    let mut sql = filtered(query).selecting("t.*");
    sql.push(" AND t.seq > ")
        .bind(seq)
        .push(" AND t.seq <= ")
        .bind(last)
        .push(" ORDER BY t.seq LIMIT ")
        .bind(EXPORT_CHUNK);
    let rows: Vec<AuditRow> = sql.load(conn)?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

/// How many entries of an export are read at a time.
const EXPORT_CHUNK: i64 = 500;

fn filtered(query: &AuditQuery) -> Sql {
    let mut sql = Sql::new("changes t WHERE TRUE");
    if let Some(actor) = query.actor {
        sql.push(" AND t.actor_id = ").bind(actor);
    }
    if let Some(entity) = query.entity {
        sql.push(" AND t.entity_id = ").bind(entity);
    }
    let address = query.address.map(|address| address.to_string());
    for (column, value) in [
        ("kind", query.kind.map(|kind| kind.as_str())),
        (
            "operation",
            query.operation.map(|operation| operation.as_str()),
        ),
        ("lang", query.lang.as_ref().map(|lang| lang.as_str())),
        ("request_id", query.request_id.as_deref()),
        ("address", address.as_deref()),
    ] {
        if let Some(value) = value {
            sql.push(&format!(" AND t.{column} = ")).bind(value);
        }
    }
    Window::new(query.after, query.before).bound(&mut sql, "t.at");
    sql
}
