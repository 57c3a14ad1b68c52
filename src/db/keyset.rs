//! What lists have in common: an order, by a column and then by id, and pages of it that cost the same at any depth.

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use serde::{Deserialize, Serialize};

use crate::collation::CollationKey;
use crate::db::Conn;
use crate::db::sql::{Sql, Value};
use crate::error::Result;
use crate::id::Id;
use crate::page::{Listing, PageInfo, Start};
use crate::timestamp::{InstantOrDate, Timestamp};

/// In which order a list stands: by a column if there is one, then by id (or what else no two items share), both the same
/// way.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The column, as SQL.
    pub by: Option<&'static str>,
    /// The id, as SQL.
    pub id: &'static str,
    /// From the greatest down.
    pub descending: bool,
    /// The times of the column that the list has at all.
    pub span: Window,
}

/// Where an item stands in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key(Option<KeyValue>, Unique);

/// What no other item has: its id, or its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Unique {
    Number(i64),
    Id(Id),
}

/// The value of the column that orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyValue {
    /// An instant.
    #[serde(rename = "t")]
    At(Timestamp),
    /// A text.
    #[serde(rename = "c")]
    Text(CollationKey),
}

impl Key {
    /// Of an item in an order by a column.
    pub fn new(value: KeyValue, id: Id) -> Self {
        Self(Some(value), Unique::Id(id))
    }

    /// Of an item in an order by id alone.
    pub fn of_id(id: Id) -> Self {
        Self(None, Unique::Id(id))
    }

    /// Of an item in an order by a number that no other has.
    pub fn of_number(number: i64) -> Self {
        Self(None, Unique::Number(number))
    }
}

impl From<Unique> for Value {
    fn from(unique: Unique) -> Self {
        match unique {
            Unique::Number(number) => Self::Int(number),
            Unique::Id(id) => Self::Id(id),
        }
    }
}

impl From<KeyValue> for Value {
    fn from(value: KeyValue) -> Self {
        match value {
            KeyValue::At(at) => Self::Instant(at),
            KeyValue::Text(key) => Self::Bytes(key.into()),
        }
    }
}

impl Order {
    /// By the time they were made: ids are UUIDv7, numbers grow.
    pub fn newest(id: &'static str) -> Self {
        Self {
            by: None,
            id,
            descending: true,
            span: Window::default(),
        }
    }

    /// Appends the condition that the column is in its span.
    pub fn bound(self, sql: &mut Sql) {
        if let Some(by) = self.by {
            self.span.bound(sql, by);
        }
    }

    /// Ends a statement, which has a condition already, with where the page begins, the order, and one row more than fits.
    pub fn cut(self, sql: &mut Sql, listing: &Listing, start: &Start<Key>) {
        let descending = self.descending != start.is_backward();
        let (beyond, order) = if descending {
            ("<", "DESC")
        } else {
            (">", "ASC")
        };
        let Self {
            by, id, mut span, ..
        } = self;
        if let Start::Beside(cursor) = start {
            match (by, &cursor.key) {
                (_, None) => &mut *sql,
                (Some(by), Some(Key(Some(value), last))) => {
                    // SQLite: it takes one bound from each side, and a page deep in the list must begin at its cursor.
                    span = span.beyond(value, descending);
                    sql.push(&format!(" AND ({by}, {id}) {beyond} ("))
                        .bind(value.clone())
                        .push(", ")
                        .bind(*last)
                        .push(")")
                }
                (_, Some(Key(_, last))) => sql.push(&format!(" AND {id} {beyond} ")).bind(*last),
            };
        }
        Self { span, ..self }.bound(sql);
        sql.push(" ORDER BY ");
        if let Some(by) = by {
            sql.push(&format!("{by} {order}, "));
        }
        // PostgreSQL: of a bound number of rows it would think the worst, and plan the statement anew each time.
        sql.push(&format!("{id} {order} LIMIT {}", listing.limit() + 1));
        if let Start::Row(before @ 1..) = start {
            sql.push(" OFFSET ").bind(i64::from(*before));
        }
    }
}

/// Times from an instant on, and until before another.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Window {
    /// From the first instant until before the second.
    pub fn new(from: Option<InstantOrDate>, until: Option<InstantOrDate>) -> Self {
        Self {
            from: from.map(|from| from.0),
            until: until.map(|until| until.0),
        }
    }

    /// What is in both.
    pub fn and(self, other: Self) -> Self {
        let both = |a: Option<Timestamp>, b: Option<Timestamp>| a.zip(b);
        Self {
            from: both(self.from, other.from)
                .map_or(self.from.or(other.from), |(a, b)| Some(a.max(b))),
            until: both(self.until, other.until)
                .map_or(self.until.or(other.until), |(a, b)| Some(a.min(b))),
        }
    }

    /// Up to and with an instant.
    pub fn up_to(last: Timestamp) -> Self {
        Self {
            from: None,
            until: Some(last.next()),
        }
    }

    /// What is still to be checked beyond a place in it, going down or up.
    fn beyond(self, place: &KeyValue, down: bool) -> Self {
        let KeyValue::At(at) = place else {
            return self;
        };
        Self {
            from: self.from.filter(|from| down || at < from),
            until: self.until.filter(|until| !down || at >= until),
        }
    }

    /// Whether it leaves anything out.
    pub fn is_bounded(self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Appends the condition that the times of a column are in it.
    pub fn bound(self, sql: &mut Sql, column: &str) {
        if let Some(from) = self.from {
            sql.push(&format!(" AND {column} >= ")).bind(from);
        }
        if let Some(until) = self.until {
            sql.push(&format!(" AND {column} < ")).bind(until);
        }
    }
}

/// Reads a page, newest first: `columns` of `from` (which ends in a `WHERE` with at least one condition, and calls the
/// table that has the `id` `t`).
///
/// # Errors
/// [`crate::error::Error::Parameters`] for a cursor that is not of this list.
pub fn newest_first<T>(
    conn: &mut Conn,
    listing: &Listing,
    columns: &str,
    from: &Sql,
    id: impl Fn(&T) -> Id,
) -> Result<(Vec<T>, PageInfo)>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let order = Order::newest("t.id");
    sorted(conn, listing, order, (columns, from), |row| {
        Key::of_id(id(row))
    })
}

/// Reads a page in an order; otherwise as [`newest_first`].
///
/// # Errors
/// As [`newest_first`].
pub fn sorted<T>(
    conn: &mut Conn,
    listing: &Listing,
    order: Order,
    (columns, from): (&str, &Sql),
    key: impl Fn(&T) -> Key,
) -> Result<(Vec<T>, PageInfo)>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let start = listing.start()?;
    let mut page = from.selecting(columns);
    order.cut(&mut page, listing, &start);
    let rows = page.load(conn)?;
    let total = match listing.counts() {
        true => {
            let mut all = from.selecting("count(*) AS n");
            order.bound(&mut all);
            Some(all.number(conn)?)
        }
        false => None,
    };
    Ok(listing.page(rows, &start, key, total))
}
