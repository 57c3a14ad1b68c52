//! SQL for the audit trail, which reads the change log.

use super::history::{HistoryEntry, HistoryQuery};
use super::model::{AuditEntry, AuditQuery, AuditRow, AuditSort};
use crate::changes::actor::{Access, By};
use crate::db::Conn;
use crate::db::keyset::{self, Order, Select, SortKey, Window};
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};

/// Returns a page of entries, newest first unless `sort` says otherwise.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &AuditQuery,
    sort: AuditSort,
    by: By,
) -> Result<(Vec<AuditEntry>, PageInfo)> {
    by.require(Access::Admins)?;
    let order = Order {
        descending: sort == AuditSort::Newest,
        ..Order::newest("t.seq")
    };
    let key = |row: &AuditRow| SortKey::from_number(row.seq);
    let select = Select {
        columns: COLUMNS,
        from: &filtered(query),
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    Ok((rows.into_iter().map(AuditEntry::from).collect(), page))
}

/// Returns a page of the entries about a post, its translations and its publications, newest first. The caller checks that
/// the actor may read this post.
///
/// # Errors
/// Returns the same errors as [`list`].
pub fn list_of_post(
    conn: &mut Conn,
    listing: &Listing,
    post: Id,
    query: &HistoryQuery,
    by: By,
) -> Result<(Vec<HistoryEntry>, PageInfo)> {
    by.require(Access::Readers)?;
    let mut from = Sql::new(
        "changes t LEFT JOIN users u ON u.id = t.actor_id \
         LEFT JOIN api_keys k ON k.id = t.actor_id WHERE t.entity_id = ",
    );
    let kinds = [Kind::Post, Kind::Translation, Kind::Publication];
    from.bind(post)
        .push(" AND t.kind IN ")
        .bind_all(kinds.map(|kind| kind.as_str()));
    if !query.lang.is_empty() {
        let langs = query.lang.iter().map(Lang::as_str);
        from.push(" AND t.lang IN ").bind_all(langs);
    }
    if !query.operation.is_empty() {
        let operations = query.operation.iter().map(|operation| operation.as_str());
        from.push(" AND t.operation IN ").bind_all(operations);
    }
    Window::new(query.after, query.before).bound(&mut from, "t.at");
    let select = Select {
        columns: COLUMNS,
        from: &from,
    };
    let key = |row: &AuditRow| SortKey::from_number(row.seq);
    let (rows, page) = keyset::sorted(conn, listing, Order::newest("t.seq"), select, key)?;
    let entries = rows.into_iter().map(AuditEntry::from);
    Ok((entries.map(HistoryEntry::from).collect(), page))
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
/// Returns the same errors as [`By::require`].
pub fn following(
    conn: &mut Conn,
    query: &AuditQuery,
    seq: i64,
    last: i64,
    by: By,
) -> Result<Vec<AuditEntry>> {
    by.require(Access::Admins)?;
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
const COLUMNS: &str = "t.*, coalesce(u.name, k.name) AS actor_name";

fn filtered(query: &AuditQuery) -> Sql {
    let mut sql = Sql::new(
        "changes t LEFT JOIN users u ON u.id = t.actor_id \
         LEFT JOIN api_keys k ON k.id = t.actor_id WHERE TRUE",
    );
    if let Some(actor) = query.actor {
        sql.push(" AND t.actor_id = ").bind(actor);
    }
    if let Some(entity) = query.entity {
        sql.push(" AND t.entity_id = ").bind(entity);
    }
    if !query.kind.is_empty() {
        let kinds = query.kind.iter().map(|kind| kind.as_str());
        sql.push(" AND t.kind IN ").bind_all(kinds);
    }
    if !query.operation.is_empty() {
        let operations = query.operation.iter().map(|operation| operation.as_str());
        sql.push(" AND t.operation IN ").bind_all(operations);
    }
    let address = query.address.map(|address| address.to_string());
    for (column, value) in [
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
