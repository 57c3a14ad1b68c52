//! SQL put together at run time, for lists whose conditions vary: text and typed values, side by side.
//!
//! Values are always bound. Both databases understand `$1`, `$2` … as long as each is used once, in order.

use diesel::query_builder::BoxedSqlQuery;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::sql_types::{Instant, Uuid};
use super::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The statement with its values, for whichever database.
macro_rules! bound {
    ($sql:expr) => {{
        let mut query: BoxedSqlQuery<'_, _, _> = sql_query(&$sql.text).into_boxed();
        for value in &$sql.values {
            query = match value {
                Value::Id(value) => query.bind::<Uuid, _>(value),
                Value::Text(value) => query.bind::<Text, _>(value),
                Value::Int(value) => query.bind::<BigInt, _>(value),
                Value::Bool(value) => query.bind::<Bool, _>(value),
                Value::Instant(value) => query.bind::<Instant, _>(value),
            };
        }
        query
    }};
}

/// A statement in the making.
#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

/// A bound value.
#[derive(Debug, Clone)]
pub enum Value {
    /// An id.
    Id(Id),
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// An instant.
    Instant(Timestamp),
}

macro_rules! values { ($($from:ty => $variant:ident),+) => { $(
    impl From<$from> for Value {
        fn from(value: $from) -> Self {
            Self::$variant(value.into())
        }
    }
)+ } }
values!(Id => Id, &str => Text, String => Text, i64 => Int, u32 => Int, bool => Bool, Timestamp => Instant);

impl Sql {
    /// Begins with some text.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Appends text: never anything that came from outside.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    /// Appends a part that was put together by itself, with its values.
    pub fn append(&mut self, part: &Self) -> &mut Self {
        let mut rest = part.text.as_str();
        for (index, value) in part.values.iter().enumerate() {
            let mark = format!("${}", index + 1);
            let Some((before, after)) = rest.split_once(&mark) else {
                break;
            };
            self.push(before).bind(value.clone());
            rest = after;
        }
        self.push(rest)
    }

    /// Appends values in parentheses, for `IN`; of none, a list that holds nothing.
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

    /// Appends a condition that finds `text` anywhere in a column, whatever the case, its wildcards taken literally.
    pub fn contains(&mut self, conn: &Conn, column: &str, text: &str) -> &mut Self {
        // SQLite: its own `lower` knows ASCII only; `fold` is ours (`connection`).
        let fold = if matches!(conn, Conn::Sqlite(_)) {
            "fold"
        } else {
            "lower"
        };
        let literal = text
            .to_lowercase()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        self.push(&format!("{fold}({column}) LIKE "))
            .bind(format!("%{literal}%"))
            .push(" ESCAPE '\\'")
    }

    /// `SELECT columns FROM` what stands here.
    pub fn selecting(&self, columns: &str) -> Self {
        Self {
            text: format!("SELECT {columns} FROM {}", self.text),
            values: self.values.clone(),
        }
    }

    /// What stands here between two pieces of text.
    pub fn within(&self, before: &str, after: &str) -> Self {
        Self {
            text: format!("{before}{}{after}", self.text),
            values: self.values.clone(),
        }
    }

    /// The text so far, for `EXPLAIN` and logs.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Runs it and reads all rows.
    ///
    /// # Errors
    /// What the database reports.
    pub fn load<T>(&self, conn: &mut Conn) -> Result<Vec<T>>
    where
        T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
    {
        Ok(each!(conn, bound!(self).load(conn))?)
    }

    /// Runs it for its effect; how many rows it touched.
    ///
    /// # Errors
    /// What the database reports.
    pub fn execute(&self, conn: &mut Conn) -> Result<usize> {
        Ok(each!(conn, bound!(self).execute(conn))?)
    }

    /// Runs it and reads the only row, which has one number called `n`.
    ///
    /// # Errors
    /// What the database reports.
    pub fn number(&self, conn: &mut Conn) -> Result<i64> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        Ok(self.load::<Row>(conn)?.first().map_or(0, |row| row.n))
    }
}
