//! The queries of the audit trail, which read the change log.

use super::model::{AuditEntry, AuditQuery, AuditRow};
use crate::db::Conn;
use crate::db::keyset::{self, Order, Select, SortKey, Window};
use crate::db::sql::Sql;
use crate::error::Result;
use crate::page::{Listing, PageInfo};

/// Returns a page of entries, newest first.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] for a cursor of another list, and database errors.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &AuditQuery,
) -> Result<(Vec<AuditEntry>, PageInfo)> {
    let order = Order::newest("t.seq");
    let key = |row: &AuditRow| SortKey::from_number(row.seq);
    let select = Select {
        columns: COLUMNS,
        from: &filtered(query),
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    Ok((rows.into_iter().map(AuditEntry::from).collect(), page))
}

/// Returns the statement that reads a page, so that tests can inspect its query plan.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] for a cursor of another list.
pub fn statement(listing: &Listing, query: &AuditQuery) -> Result<Sql> {
    let mut page = filtered(query).selecting(COLUMNS);
    Order::newest("t.seq").paginate(&mut page, listing, &listing.start()?);
    Ok(page)
}

/// Returns the number of the last entry; 0 if the log is empty.
///
/// # Errors
/// Returns database errors.
pub fn last(conn: &mut Conn) -> Result<i64> {
    Sql::new("SELECT coalesce(max(seq), 0) AS n FROM changes").number(conn)
}

/// Returns the entries after number `seq` up to number `last`, oldest first, limited to one chunk of an export.
///
/// # Errors
/// Returns database errors.
pub fn following(
    conn: &mut Conn,
    query: &AuditQuery,
    seq: i64,
    last: i64,
) -> Result<Vec<AuditEntry>> {
    let mut sql = filtered(query).selecting(COLUMNS);
    sql.push(" AND t.seq > ")
        .bind(seq)
        .push(" AND t.seq <= ")
        .bind(last)
        .push(" ORDER BY t.seq LIMIT ")
        .bind(EXPORT_CHUNK);
    let rows: Vec<AuditRow> = sql.load(conn)?;
    Ok(rows.into_iter().map(AuditEntry::from).collect())
}

/// The number of entries in a chunk of an export.
const EXPORT_CHUNK: i64 = 500;

/// The columns of an entry.
const COLUMNS: &str = "t.*, u.name AS actor_name";

fn filtered(query: &AuditQuery) -> Sql {
    let mut sql = Sql::new("changes t LEFT JOIN users u ON u.id = t.actor_id WHERE TRUE");
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
