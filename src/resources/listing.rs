//! What the lists of things that are sorted by age have in common: a page is read by id, newest first.

use actix_web::HttpRequest;
use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::page::{Cursor, Direction, Listing, PageInfo};

/// Default number of items of a page.
pub const DEFAULT_LIMIT: u32 = 20;

/// A page of a list as it was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    listing: Listing,
    cursor: Option<String>,
    count: bool,
}

impl Wanted {
    /// From the request and its common parameters.
    pub fn new(
        request: &HttpRequest,
        limit: Option<u32>,
        cursor: Option<String>,
        count: Option<bool>,
    ) -> Self {
        let listing = Listing::new(
            request.path(),
            request.query_string(),
            limit.unwrap_or(DEFAULT_LIMIT),
        );
        Self {
            listing,
            cursor,
            count: count.unwrap_or(false),
        }
    }
}

/// Reads the page: `columns` of `from` (which ends in a `WHERE` with at least one condition, and calls the table that
/// has the `id` `t`).
///
/// # Errors
/// [`crate::error::Error::Parameters`] for a cursor that is not of this list.
pub fn newest_first<T>(
    conn: &mut Conn,
    wanted: &Wanted,
    columns: &str,
    from: &Sql,
    id: impl Fn(&T) -> Id,
) -> Result<(Vec<T>, PageInfo)>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let cursor: Option<Cursor<Id>> = wanted.listing.open(wanted.cursor.as_deref())?;
    let mut page = from.selecting(columns);
    let order = match &cursor {
        Some(Cursor {
            direction: Direction::Prev,
            key,
        }) => {
            page.push(" AND t.id > ").bind(*key);
            "ASC"
        }
        Some(Cursor { key, .. }) => {
            page.push(" AND t.id < ").bind(*key);
            "DESC"
        }
        None => "DESC",
    };
    page.push(&format!(" ORDER BY t.id {order} LIMIT "))
        .bind(i64::from(wanted.listing.limit()) + 1);
    let rows = page.load(conn)?;
    let total = if wanted.count {
        Some(from.selecting("count(*) AS n").number(conn)?)
    } else {
        None
    };
    Ok(wanted.listing.page(rows, cursor.as_ref(), id, total))
}
