//! A page, oldest first, merged from several source lists that have the same order.

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo, Start};
use crate::timestamp::Timestamp;

/// The sort key of a line: its time, its post and its language. Keys are unique.
pub type Key = (Timestamp, Id, Lang);

/// A source list.
#[derive(Debug, Clone)]
pub struct Source {
    /// The tag of its lines.
    pub tag: &'static str,
    /// The SQL expression for the time since which a line is in this list: the column of its index.
    pub since: &'static str,
    /// The SQL expression for the post.
    pub post: &'static str,
    /// The SQL expression for the language.
    pub lang: Sql,
    /// The `FROM` and `WHERE` clauses, with at least one condition.
    pub from: Sql,
}

/// The columns that a page reads of its lines.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The columns of the lines `x` (`tag`, `since`, `post_id`, `lang`) and of the joined tables.
    pub list: &'a str,
    /// The `JOIN` clauses for the tables besides the lines.
    pub joins: &'a Sql,
}

/// Reads a page of the lines in all source lists.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] if the cursor does not belong to this list.
pub fn oldest_first<T>(
    conn: &mut Conn,
    listing: &Listing,
    lists: &[Source],
    columns: Columns<'_>,
    key: impl Fn(&T) -> Key,
) -> Result<(Vec<T>, PageInfo)>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let start = listing.start()?;
    let total = match listing.counts() {
        true => Some(count(conn, lists)?),
        false => None,
    };
    let rows = match lists.is_empty() {
        true => Vec::new(),
        false => statement(conn, listing, lists, columns, &start).load(conn)?,
    };
    Ok(listing.page(rows, &start, key, total))
}

/// Returns the statement for a page. Each source list contributes as many lines as the page needs, the page takes the first
/// of these, and only its own lines are joined.
fn statement(
    conn: &Conn,
    listing: &Listing,
    lists: &[Source],
    columns: Columns<'_>,
    start: &Start<Key>,
) -> Sql {
    let limit = i64::from(listing.limit()) + 1;
    let before = match start {
        Start::Row(before) => i64::from(*before),
        Start::Beside(_) => 0,
    };
    let order = if start.is_backward() { "DESC" } else { "ASC" };
    let by = |alias: &str| {
        format!(" ORDER BY {alias}.since {order}, {alias}.post_id {order}, {alias}.lang {order}")
    };
    let mut sql = Sql::new(&format!("SELECT {} FROM (SELECT * FROM (", columns.list));
    for (number, source) in lists.iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ALL ");
        }
        sql.push("SELECT * FROM (");
        sql.append(&cut(conn, source, start, order));
        sql.push(" LIMIT ")
            .bind(before + limit)
            .push(&format!(") AS q{number}"));
    }
    sql.push(&format!(") AS u{} LIMIT ", by("u")))
        .bind(limit)
        .push(" OFFSET ")
        .bind(before)
        .push(") AS x ")
        .append(columns.joins)
        .push(&by("x"));
    sql
}

/// Returns the statement for the lines of one source list beyond the start of the page, in order.
fn cut(conn: &Conn, source: &Source, start: &Start<Key>, order: &str) -> Sql {
    let Source {
        tag,
        since,
        post,
        lang,
        from,
    } = source;
    let bytes = by_bytes(conn);
    let mut sql = Sql::new(&format!(
        "SELECT '{tag}' AS tag, {since} AS since, {post} AS post_id, "
    ));
    sql.append(lang)
        .push(&format!("{bytes} AS lang FROM "))
        .append(from);
    if let Start::Beside(cursor) = start
        && let Some((at, id, last)) = &cursor.key
    {
        let beyond = if order == "DESC" { "<" } else { ">" };
        sql.push(&format!(" AND ({since}, {post}, "))
            .append(lang)
            .push(&format!("{bytes}) {beyond} ("))
            .bind(*at)
            .push(", ")
            .bind(*id)
            .push(", ")
            .bind(last.as_str())
            .push(")");
    }
    sql.push(&format!(" ORDER BY {since} {order}, {post} {order}, "));
    sql.append(lang).push(&format!("{bytes} {order}"));
    sql
}

/// Returns the collation that makes a bound text sort like a language column.
// In PostgreSQL, a bound text has the collation of the database, and a language column has "C".
fn by_bytes(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => " COLLATE \"C\"",
    }
}

fn count(conn: &mut Conn, lists: &[Source]) -> Result<i64> {
    let mut sql = Sql::new("SELECT CAST(0 AS BIGINT)");
    for source in lists {
        sql.push(" + (SELECT count(*) FROM ")
            .append(&source.from)
            .push(")");
    }
    sql.push(" AS n");
    sql.number(conn)
}
