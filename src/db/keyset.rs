//! Keyset pagination: lists are ordered by a column and then by id, and their pages have the same cost at any depth.

use diesel::QueryableByName;
use diesel::pg::Pg;
use diesel::sql_types::Binary;
use diesel::sqlite::Sqlite;
use serde::{Deserialize, Serialize};

use crate::collation::CollationKey;
use crate::db::Conn;
use crate::db::sql::{Sql, Value};
use crate::error::Result;
use crate::id::Id;
use crate::page::{Listing, PageInfo, Start};
use crate::timestamp::{InstantOrDate, Timestamp};

/// The order of a list: by a column, if there is one, and then by id or another unique number. Both have the same
/// direction.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The SQL expression of the column; `None` for an order by id alone.
    pub by: Option<&'static str>,
    /// The SQL expression of the id.
    pub id: &'static str,
    /// True if the greatest comes first.
    pub descending: bool,
    /// The bounds of the times in the column.
    pub span: Window,
}

/// The position of an item in its order, as stored in cursors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortKey(Option<SortValue>, Unique);

/// An id or a number that no two items share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Unique {
    Number(i64),
    Id(Id),
}

/// A value of the column that orders the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortValue {
    /// An instant.
    #[serde(rename = "t")]
    At(Timestamp),
    /// A text.
    #[serde(rename = "c")]
    Text(CollationKey),
    /// The beginning of a text that is too long for a cursor.
    #[serde(rename = "b")]
    Beginning(CollationKey),
    /// A number.
    #[serde(rename = "n")]
    Number(i64),
}

impl SortValue {
    /// Returns the value as a cursor has it, in a bounded length.
    pub fn in_cursor(self) -> Self {
        match self {
            Self::Text(key) => match key.beginning() {
                Some(beginning) => Self::Beginning(beginning),
                None => Self::Text(key),
            },
            Self::At(_) | Self::Beginning(_) | Self::Number(_) => self,
        }
    }

    /// Returns the beginning, if a cursor has no more of the value.
    pub fn beginning(&self) -> Option<&CollationKey> {
        match self {
            Self::Beginning(beginning) => Some(beginning),
            Self::At(_) | Self::Text(_) | Self::Number(_) => None,
        }
    }
}

/// Returns the value at which a page begins, given the beginning of the value of the item beside it and that item's value as
/// it is now. If the item is gone or has another value, the page begins before everything that begins alike: it may repeat
/// items, but misses none.
pub fn completed(
    beginning: &CollationKey,
    now: Option<CollationKey>,
    descending: bool,
) -> SortValue {
    let now = now.filter(|now| now.begins_with(beginning));
    SortValue::Text(now.unwrap_or_else(|| match descending {
        true => beginning.clone().beyond_its_continuations(),
        false => beginning.clone(),
    }))
}

/// A key that was looked up.
#[derive(QueryableByName)]
pub struct FoundKey {
    /// The key.
    #[diesel(sql_type = Binary)]
    pub key: CollationKey,
}

impl SortKey {
    /// Creates the key of an item in an order by a column.
    pub fn new(value: SortValue, id: Id) -> Self {
        Self(Some(value.in_cursor()), Unique::Id(id))
    }

    /// Creates the key of an item in an order by id alone.
    pub fn from_id(id: Id) -> Self {
        Self(None, Unique::Id(id))
    }

    /// Creates the key of an item in an order by a unique number.
    pub fn from_number(number: i64) -> Self {
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

impl From<SortValue> for Value {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::At(at) => Self::Instant(at),
            SortValue::Text(key) | SortValue::Beginning(key) => Self::Bytes(key.into()),
            SortValue::Number(number) => Self::Int(number),
        }
    }
}

impl Order {
    /// Returns the order by creation, newest first. Ids are UUIDv7, and numbers grow.
    pub fn newest(id: &'static str) -> Self {
        Self {
            by: None,
            id,
            descending: true,
            span: Window::default(),
        }
    }

    /// Appends the condition that the column is within its span.
    pub fn bound(self, sql: &mut Sql) {
        if let Some(by) = self.by {
            self.span.bound(sql, by);
        }
    }

    /// Reads the start of a page of the list that `from` selects, with the whole key of the item beside it.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Parameters`] for a cursor of another list, and database errors.
    pub fn start(self, conn: &mut Conn, from: &Sql, listing: &Listing) -> Result<Start<SortKey>> {
        let start: Start<SortKey> = listing.start()?;
        let descending = self.descending != start.is_backward();
        let (Some(by), Start::Beside(mut cursor)) = (self.by, start.clone()) else {
            return Ok(start);
        };
        let Some(SortKey(Some(value), last)) = &mut cursor.key else {
            return Ok(start);
        };
        let Some(beginning) = value.beginning() else {
            return Ok(start);
        };
        let mut lookup = from.selecting(&format!("{by} AS key"));
        lookup
            .push(&format!(" AND {} = ", self.id))
            .bind(*last)
            .push(" LIMIT 1");
        let found: Vec<FoundKey> = lookup.load(conn)?;
        let now = found.into_iter().next().map(|found| found.key);
        *value = completed(beginning, now, descending);
        Ok(Start::Beside(cursor))
    }

    /// Completes a statement that already has a condition. Appends the start of the page, the order, and a limit of one
    /// row more than the page contains.
    pub fn paginate(self, sql: &mut Sql, listing: &Listing, start: &Start<SortKey>) {
        self.limited(sql, listing.limit() + 1, start);
    }

    /// Does the same as [`Order::paginate`] for a page of up to `most` rows.
    pub fn limited(self, sql: &mut Sql, most: u32, start: &Start<SortKey>) {
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
                (Some(by), Some(SortKey(Some(value), last))) => {
                    // SQLite: a scan uses one bound from each side, and a page deep in the list must start at its cursor.
                    span = span.beyond(value, descending);
                    sql.push(&format!(" AND ({by}, {id}) {beyond} ("))
                        .bind(value.clone())
                        .push(", ")
                        .bind(*last)
                        .push(")")
                }
                (_, Some(SortKey(_, last))) => {
                    sql.push(&format!(" AND {id} {beyond} ")).bind(*last)
                }
            };
        }
        Self { span, ..self }.bound(sql);
        sql.push(" ORDER BY ");
        if let Some(by) = by {
            sql.push(&format!("{by} {order}, "));
        }
        // PostgreSQL: with a bound limit, the planner would assume the worst case and plan the statement anew each time.
        sql.push(&format!("{id} {order} LIMIT {most}"));
        if let Start::Row(before @ 1..) = start {
            sql.push(" OFFSET ").bind(i64::from(*before));
        }
    }
}

/// A time span: from a time, inclusive, until another, exclusive.
#[derive(Debug, Clone, Copy, Default)]
pub struct Window {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Window {
    /// Creates the span from `from`, inclusive, until `until`, exclusive.
    pub fn new(from: Option<InstantOrDate>, until: Option<InstantOrDate>) -> Self {
        Self {
            from: from.map(|from| from.0),
            until: until.map(|until| until.0),
        }
    }

    /// Returns the intersection of two spans.
    pub fn and(self, other: Self) -> Self {
        let both = |a: Option<Timestamp>, b: Option<Timestamp>| a.zip(b);
        Self {
            from: both(self.from, other.from)
                .map_or(self.from.or(other.from), |(a, b)| Some(a.max(b))),
            until: both(self.until, other.until)
                .map_or(self.until.or(other.until), |(a, b)| Some(a.min(b))),
        }
    }

    /// Creates the span up to and including a time.
    pub fn up_to(last: Timestamp) -> Self {
        Self {
            from: None,
            until: Some(last.next()),
        }
    }

    /// Returns the bounds that a row beyond `place` could still violate, in the given direction.
    fn beyond(self, place: &SortValue, down: bool) -> Self {
        let SortValue::At(at) = place else {
            return self;
        };
        Self {
            from: self.from.filter(|from| down || at < from),
            until: self.until.filter(|until| !down || at >= until),
        }
    }

    /// Returns whether the span has a bound.
    pub fn is_bounded(self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Appends the condition that the times of a column are within the span.
    pub fn bound(self, sql: &mut Sql, column: &str) {
        if let Some(from) = self.from {
            sql.push(&format!(" AND {column} >= ")).bind(from);
        }
        if let Some(until) = self.until {
            sql.push(&format!(" AND {column} < ")).bind(until);
        }
    }
}

/// The columns and the rows of a list.
#[derive(Debug, Clone, Copy)]
pub struct Select<'a> {
    /// The columns of a page.
    pub columns: &'a str,
    /// The tables, and a `WHERE` with at least one condition.
    pub from: &'a Sql,
}

/// Reads a page, newest first: `columns` of `from`, as in [`Select`]. The table with the column `id` must have the alias
/// `t`.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] for a cursor of another list.
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
    let select = Select { columns, from };
    sorted(conn, listing, order, select, |row| {
        SortKey::from_id(id(row))
    })
}

/// Reads a page in the given order. The other parameters are those of [`newest_first`].
///
/// # Errors
/// Returns the same errors as [`newest_first`].
pub fn sorted<T>(
    conn: &mut Conn,
    listing: &Listing,
    order: Order,
    select: Select<'_>,
    key: impl Fn(&T) -> SortKey,
) -> Result<(Vec<T>, PageInfo)>
where
    T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
{
    let Select { columns, from } = select;
    let start = order.start(conn, from, listing)?;
    let mut page = from.selecting(columns);
    order.paginate(&mut page, listing, &start);
    let rows = page.load(conn)?;
    let total = if listing.needs_total(&rows) {
        let mut all = from.selecting("count(*) AS n");
        order.bound(&mut all);
        Some(all.number(conn)?)
    } else {
        None
    };
    Ok(listing.page(rows, &start, key, total))
}
