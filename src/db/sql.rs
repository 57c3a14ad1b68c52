//! SQL that is composed at run time, for statements with varying conditions.
//!
//! Values are always bound, and the text never contains external input.

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Text, Untyped};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, QueryableByName, RunQueryDsl};

use super::sql_types::{Instant, Json, JsonDocument, Uuid};
use super::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// Ends an `EXISTS (…` that must be evaluated row by row.
// PostgreSQL: an OFFSET keeps the planner from turning the subquery into a join or a hash of the whole table.
pub const FENCE: &str = " LIMIT 1 OFFSET 0)";

/// A statement under construction.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    /// Each value with the text that precedes it.
    parts: Vec<(String, Value)>,
    tail: String,
    is_cached: bool,
}

/// A bound value.
#[derive(Debug, Clone)]
pub enum Value {
    /// An id.
    Id(Id),
    /// Text.
    Text(String),
    /// An integer.
    Int(i64),
    /// A Boolean.
    Bool(bool),
    /// An instant.
    Instant(Timestamp),
    /// Bytes.
    Bytes(Vec<u8>),
    /// JSON.
    Json(Json<serde_json::Value>),
}

macro_rules! values { ($($from:ty => $variant:ident),+) => { $(
    impl From<$from> for Value {
        fn from(value: $from) -> Self {
            Self::$variant(value.into())
        }
    }
)+ } }
values!(Id => Id, &str => Text, String => Text, i64 => Int, u32 => Int, bool => Bool, Timestamp => Instant, Vec<u8> => Bytes,
    Json<serde_json::Value> => Json);

impl Sql {
    /// Starts a statement with text, which must never contain external input.
    pub fn new(text: &str) -> Self {
        Self {
            tail: text.to_owned(),
            ..Self::default()
        }
    }

    /// Appends text, which must never contain external input.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.tail.push_str(text);
        self
    }

    /// Appends a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.parts
            .push((std::mem::take(&mut self.tail), value.into()));
        self
    }

    /// Appends another statement with its values.
    pub fn append(&mut self, part: &Self) -> &mut Self {
        for (text, value) in &part.parts {
            self.push(text).bind(value.clone());
        }
        self.push(&part.tail)
    }

    /// Appends values in parentheses, for `IN`. An empty list matches nothing.
    pub fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut first = true;
        for value in values {
            if !first {
                self.push(", ");
            }
            first = false;
            self.bind(value);
        }
        if first {
            self.push("NULL");
        }
        self.push(")")
    }

    /// Appends a condition that matches `text` anywhere in a column, case-insensitively and without wildcards.
    pub fn contains(&mut self, conn: &Conn, column: &str, text: &str) -> &mut Self {
        let fold = match conn {
            // SQLite: `lower` supports only ASCII, so `connection` defines `fold`.
            Conn::Sqlite(_) => "fold",
            // PostgreSQL: `lower` depends on the locale of the database, so the same function is applied to both sides.
            Conn::Postgres(_) => "lower",
        };
        let literal = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        self.push(&format!("{fold}({column}) LIKE {fold}("))
            .bind(format!("%{literal}%"))
            .push(") ESCAPE '\\'")
    }

    /// Returns `SELECT columns FROM` followed by this statement.
    pub fn selecting(&self, columns: &str) -> Self {
        self.within(&format!("SELECT {columns} FROM "), "")
    }

    /// Returns this statement between two pieces of text.
    pub fn within(&self, before: &str, after: &str) -> Self {
        let mut sql = Self::new(before);
        sql.append(self).push(after);
        sql
    }

    /// Caches the prepared statement on the connection. Use this only for statements with few forms, such as one for
    /// each page size, because all of them are cached.
    pub fn cached(mut self) -> Self {
        self.is_cached = true;
        self
    }

    /// Executes the statement and returns all rows.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn load<T>(&self, conn: &mut Conn) -> Result<Vec<T>>
    where
        T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        Ok(each!(conn, Statement(self).load(conn))?)
    }

    /// Executes the statement. Returns the number of affected rows.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn execute(&self, conn: &mut Conn) -> Result<usize> {
        Ok(each!(conn, Statement(self).execute(conn))?)
    }

    /// Executes the statement and returns the column `n` of its only row.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn number(&self, conn: &mut Conn) -> Result<i64> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        Ok(self.load::<Row>(conn)?.first().map_or(0, |row| row.n))
    }

    /// Returns the query plan of the database, one line for each step.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn plan(&self, conn: &mut Conn) -> Result<Vec<String>> {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = Text)]
            #[diesel(column_name = "detail")]
            sqlite: String,
        }
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            #[diesel(column_name = "QUERY PLAN")]
            postgres: String,
        }
        Ok(match conn {
            Conn::Sqlite(conn) => {
                let explained = self.within("EXPLAIN QUERY PLAN ", "");
                let steps: Vec<Step> = Statement(&explained).load(conn)?;
                steps.into_iter().map(|step| step.sqlite).collect()
            }
            Conn::Postgres(conn) => {
                let explained = self.within("EXPLAIN ", "");
                let lines: Vec<Line> = Statement(&explained).load(conn)?;
                lines.into_iter().map(|line| line.postgres).collect()
            }
        })
    }
}

/// A complete statement that diesel can execute on either database.
struct Statement<'a>(&'a Sql);

impl Query for Statement<'_> {
    type SqlType = Untyped;
}

impl<C> RunQueryDsl<C> for Statement<'_> {}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

macro_rules! fragment { ($($database:ty),+) => { $(
    impl QueryFragment<$database> for Statement<'_> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $database>) -> QueryResult<()> {
            if !self.0.is_cached {
                out.unsafe_to_cache_prepared();
            }
            for (text, value) in &self.0.parts {
                out.push_sql(text);
                match value {
                    Value::Id(value) => out.push_bind_param::<Uuid, _>(value)?,
                    Value::Text(value) => out.push_bind_param::<Text, _>(value)?,
                    Value::Int(value) => out.push_bind_param::<BigInt, _>(value)?,
                    Value::Bool(value) => out.push_bind_param::<Bool, _>(value)?,
                    Value::Instant(value) => out.push_bind_param::<Instant, _>(value)?,
                    Value::Bytes(value) => out.push_bind_param::<Binary, _>(value)?,
                    Value::Json(value) => out.push_bind_param::<JsonDocument, _>(value)?,
                }
            }
            out.push_sql(&self.0.tail);
            Ok(())
        }
    }
)+ } }
fragment!(Pg, Sqlite);
