//! A page that is merged from several source lists with the same order.

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::{Binary, Nullable, Text};
use diesel::sqlite::Sqlite;

use super::model::WorkSort;
use super::state::TranslationState;
use crate::collation::CollationKey;
use crate::db::Conn;
use crate::db::keyset::{self, FoundKey, SortValue};
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo, Start};
use crate::timestamp::Timestamp;

/// The sort key of a line: its time or the key of its title, its post and its language. Keys are unique.
pub type Key = (SortValue, Id, Lang);

/// A source list.
#[derive(Debug, Clone)]
pub struct Source {
    /// The tag of its lines.
    pub tag: &'static str,
    /// The SQL expression for the time since which a line is in this list: the column of its index.
    pub since: &'static str,
    /// The SQL expression for the key of the title.
    pub title: &'static str,
    /// The SQL expression for the post.
    pub post: &'static str,
    /// The SQL expression for the language.
    pub lang: Sql,
    /// The `FROM` and `WHERE` clauses, with at least one condition.
    pub from: Sql,
}

/// The place of a line in its list.
#[derive(Debug, QueryableByName)]
pub struct Place {
    /// The post.
    #[diesel(sql_type = Uuid)]
    pub post_id: Id,
    /// The language.
    #[diesel(sql_type = Text)]
    pub lang: Lang,
    /// The tag of the source list.
    #[diesel(sql_type = Text)]
    pub tag: TranslationState,
    /// The time since which the line is in its list.
    #[diesel(sql_type = Instant)]
    pub since: Timestamp,
    /// The key of the title; `None` unless the list is ordered by it.
    #[diesel(sql_type = Nullable<Binary>)]
    pub title_key: Option<CollationKey>,
}

impl Place {
    /// The columns of the place of a line `x`.
    pub const COLUMNS: &str = "x.post_id, x.lang, x.tag, x.since, x.title_key";

    fn key(&self) -> Key {
        let title = self.title_key.clone().map(SortValue::Text);
        let value = title.unwrap_or(SortValue::At(self.since));
        (value.in_cursor(), self.post_id, self.lang.clone())
    }
}

/// The columns that a page reads of its lines, besides those of their places.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// The columns of the joined tables.
    pub list: &'a str,
    /// The `JOIN` clauses for the tables besides the lines `x`.
    pub joins: &'a Sql,
}

/// The list that a request asks for, and its order.
#[derive(Clone, Copy)]
pub struct SortedListing<'a> {
    /// The list.
    pub listing: &'a Listing,
    /// The order.
    pub sort: WorkSort,
}

/// The direction in which a page is read.
struct Direction {
    beyond: &'static str,
    order: &'static str,
}

impl Direction {
    fn new(sort: WorkSort, start: &Start<Key>) -> Self {
        let (beyond, order) = match sort.is_descending() != start.is_backward() {
            true => ("<", "DESC"),
            false => (">", "ASC"),
        };
        Self { beyond, order }
    }
}

/// Reads a page of the lines in all source lists.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] if the cursor does not belong to this list.
pub fn sorted<T>(
    conn: &mut Conn,
    wanted: SortedListing<'_>,
    lists: &[Source],
    columns: Columns<'_>,
) -> Result<(Vec<T>, PageInfo)>
where
    T: AsRef<Place> + QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let SortedListing { listing, sort } = wanted;
    let start = start(conn, wanted)?;
    let rows = match lists.is_empty() {
        true => Vec::new(),
        false => merged(conn, wanted, lists, &start)
            .within(
                &format!("SELECT {}, {} FROM (", Place::COLUMNS, columns.list),
                ") AS x ",
            )
            .append(columns.joins)
            .push(&order_by("x", sort, &Direction::new(sort, &start)))
            .load(conn)?,
    };
    let total = match listing.needs_total(&rows) {
        true => Some(count(conn, lists)?),
        false => None,
    };
    Ok(listing.page(rows, &start, |row: &T| row.as_ref().key(), total))
}

/// Reads the start of a page, with the whole key of the line beside it.
fn start(
    conn: &mut Conn,
    SortedListing { listing, sort }: SortedListing<'_>,
) -> Result<Start<Key>> {
    let start: Start<Key> = listing.start()?;
    let descending = sort.is_descending() != start.is_backward();
    let Start::Beside(mut cursor) = start else {
        return Ok(start);
    };
    if let Some((value, post, lang)) = &mut cursor.key
        && let Some(beginning) = value.beginning()
    {
        let mut lookup = Sql::new(
            "SELECT COALESCE(w.title_key, a.title_key) AS key FROM posts t \
             JOIN translations a ON a.post_id = t.id AND a.lang = t.original_lang \
             LEFT JOIN translations w ON w.post_id = t.id AND w.lang = ",
        );
        lookup
            .bind(lang.as_str())
            .push(" WHERE t.id = ")
            .bind(*post);
        let found: Vec<FoundKey> = lookup.load(conn)?;
        let now = found.into_iter().next().map(|found| found.key);
        *value = keyset::completed(beginning, now, descending);
    }
    Ok(Start::Beside(cursor))
}

/// Returns the statement for the places of the lines of a page, from all source lists.
fn merged(
    conn: &Conn,
    SortedListing { listing, sort }: SortedListing<'_>,
    lists: &[Source],
    start: &Start<Key>,
) -> Sql {
    let limit = i64::from(listing.limit()) + 1;
    let before = match start {
        Start::Row(before) => i64::from(*before),
        Start::Beside(_) => 0,
    };
    let mut sql = Sql::new("SELECT * FROM (");
    for (number, source) in lists.iter().enumerate() {
        if number > 0 {
            sql.push(" UNION ALL ");
        }
        sql.push("SELECT * FROM (");
        sql.append(&cut(conn, source, sort, start));
        sql.push(" LIMIT ")
            .bind(before + limit)
            .push(&format!(") AS q{number}"));
    }
    let order = order_by("u", sort, &Direction::new(sort, start));
    sql.push(&format!(") AS u{order} LIMIT "))
        .bind(limit)
        .push(" OFFSET ")
        .bind(before);
    sql
}

fn order_by(alias: &str, sort: WorkSort, Direction { order, .. }: &Direction) -> String {
    let by = if sort.is_by_title() {
        "title_key"
    } else {
        "since"
    };
    format!(" ORDER BY {alias}.{by} {order}, {alias}.post_id {order}, {alias}.lang {order}")
}

/// Returns the statement for the lines of one source list beyond the start of the page, in order.
fn cut(conn: &Conn, source: &Source, sort: WorkSort, start: &Start<Key>) -> Sql {
    let Source {
        tag,
        since,
        title,
        post,
        lang,
        from,
    } = source;
    let (by, title) = match sort.is_by_title() {
        true => (title, *title),
        false => (since, "CAST(NULL AS bytea)"),
    };
    let Direction { beyond, order } = Direction::new(sort, start);
    let bytes = by_bytes(conn);
    let mut sql = Sql::new(&format!(
        "SELECT '{tag}' AS tag, {since} AS since, {title} AS title_key, {post} AS post_id, "
    ));
    sql.append(lang)
        .push(&format!("{bytes} AS lang FROM "))
        .append(from);
    if let Start::Beside(cursor) = start
        && let Some((value, id, last)) = &cursor.key
    {
        sql.push(&format!(" AND ({by}, {post}, "))
            .append(lang)
            .push(&format!("{bytes}) {beyond} ("))
            .bind(value.clone())
            .push(", ")
            .bind(*id)
            .push(", ")
            .bind(last.as_str())
            .push(")");
    }
    sql.push(&format!(" ORDER BY {by} {order}, {post} {order}, "));
    sql.append(lang).push(&format!("{bytes} {order}"));
    sql
}

/// Returns the collation that makes a bound text sort like a language column.
// PostgreSQL: a bound text has the collation of the database, and a language column has "C".
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
