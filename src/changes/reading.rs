//! Reads the change log in order, from a given number.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde_json::Value;

use super::{Kind, Operation};
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::changes;
use crate::timestamp::Timestamp;

/// An entry, without its actor.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, QueryableByName)]
#[diesel(table_name = changes)]
pub struct Entry {
    /// The number.
    pub seq: i64,
    /// The time of the change.
    pub at: Timestamp,
    /// The kind of the resource.
    pub kind: Kind,
    /// The id of the resource, if it has one.
    pub entity_id: Option<Id>,
    /// The language, if only one of them changed.
    pub lang: Option<Lang>,
    /// The operation.
    pub operation: Operation,
    /// The members that changed, as they were before.
    pub before: Option<Json<Value>>,
    /// The members that changed, as they were afterwards.
    pub after: Option<Json<Value>>,
}

impl Entry {
    /// Returns the post of a comment that appeared, changed or disappeared for the public; `None` for any other entry.
    pub fn commented_post(&self) -> Option<Id> {
        let alters = matches!(self.operation, Operation::Publish | Operation::Unpublish);
        if self.kind != Kind::Comment || !alters {
            return None;
        }
        let after = self.after.as_ref()?;
        after.0.get("post")?.as_str()?.parse().ok()
    }
}

/// The columns of an [`Entry`].
macro_rules! columns {
    () => {
        (
            changes::seq,
            changes::at,
            changes::kind,
            changes::entity_id,
            changes::lang,
            changes::operation,
            changes::before,
            changes::after,
        )
    };
}

/// Returns up to `most` entries from number `seq` on, oldest first.
///
/// # Errors
/// Returns database errors.
pub fn from(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>> {
    let entries = changes::table
        .filter(changes::seq.ge(seq))
        .order(changes::seq)
        .limit(most)
        .select(columns!());
    Ok(each!(conn, entries.load(conn))?)
}

/// The condition of entries that may concern copies elsewhere, by their kinds and operations alone. What their facts say,
/// [`super::visibility`] knows.
// The exact condition of the partial index, which SQLite requires.
pub(super) const PUBLIC: &str = "(kind IN ('category', 'tag', 'author', 'organization', 'site') OR kind = 'publication' AND operation <> 'schedule' OR kind = 'post' AND operation = 'publish_shared' OR kind = 'comment' AND operation IN ('publish', 'unpublish'))";

/// Returns up to `most` entries from number `seq` on that may alter public items, oldest first.
///
/// # Errors
/// Returns database errors.
pub fn public_from(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Entry>> {
    let entries = changes::table
        .filter(sql::<Bool>(PUBLIC))
        .filter(changes::seq.ge(seq))
        .order(changes::seq)
        .limit(most)
        .select(columns!());
    Ok(each!(conn, entries.load(conn))?)
}

/// Returns the number and the time of the last entry that may alter public items; of the oldest entry if none does; `None`
/// if the log is empty.
///
/// # Errors
/// Returns database errors.
pub fn last_public(conn: &mut Conn) -> Result<Option<(i64, Timestamp)>> {
    let last = changes::table
        .filter(sql::<Bool>(PUBLIC))
        .order(changes::seq.desc())
        .select((changes::seq, changes::at));
    let last: Option<(i64, Timestamp)> = each!(conn, last.first(conn).optional())?;
    if last.is_some() {
        return Ok(last);
    }
    let oldest = changes::table
        .order(changes::seq)
        .select((changes::seq, changes::at));
    Ok(each!(conn, oldest.first(conn).optional())?)
}

/// Returns the time of the entry with this number; `None` if there is no such entry.
///
/// # Errors
/// Returns database errors.
pub fn time_of(conn: &mut Conn, seq: i64) -> Result<Option<Timestamp>> {
    let entry = changes::table.find(seq).select(changes::at);
    Ok(each!(conn, entry.first(conn).optional())?)
}

/// Returns the entries by which publications of these posts were taken down and the posts deleted, oldest first: of each
/// language the last one, and the last one for which an editor gave a reason. Others say nothing that matters later.
///
/// # Errors
/// Returns database errors.
pub fn endings(conn: &mut Conn, posts: &[Id]) -> Result<Vec<Entry>> {
    let reason = match conn {
        Conn::Sqlite(_) => "json_extract(e.after, '$.reason')",
        Conn::Postgres(_) => "e.after ->> 'reason'",
    };
    let mut sql = Sql::new(
        "SELECT c.seq, c.at, c.kind, c.entity_id, c.lang, c.operation, c.before, c.after FROM changes c \
         WHERE c.seq IN (SELECT max(e.seq) FROM changes e WHERE e.entity_id IN ",
    );
    sql.bind_all(posts.iter().copied()).push(&format!(
        " AND e.kind IN ('publication', 'post') AND e.operation IN ('unpublish', 'delete', 'purge') \
         GROUP BY e.entity_id, e.lang, ({reason} IS NOT NULL)) ORDER BY c.seq"
    ));
    sql.load(conn)
}

/// Returns the last entry.
///
/// # Errors
/// Returns database errors.
pub fn last(conn: &mut Conn) -> Result<Option<Entry>> {
    let newest = changes::table.order(changes::seq.desc());
    let newest = newest.select(columns!());
    Ok(each!(conn, newest.first(conn).optional())?)
}

/// Returns the last entry about resources of these kinds for which `is_meant` returns true.
///
/// # Errors
/// Returns database errors.
pub fn last_of(
    conn: &mut Conn,
    kinds: &[Kind],
    is_meant: impl Fn(&Entry) -> bool,
) -> Result<Option<Entry>> {
    let mut before = i64::MAX;
    loop {
        let newest = changes::table
            .filter(changes::kind.eq_any(kinds.to_vec()))
            .filter(changes::seq.lt(before))
            .order(changes::seq.desc())
            .limit(AT_ONCE)
            .select(columns!());
        let entries: Vec<Entry> = each!(conn, newest.load(conn))?;
        let Some(oldest) = entries.last().map(|entry| entry.seq) else {
            return Ok(None);
        };
        before = oldest;
        if let Some(found) = entries.into_iter().find(&is_meant) {
            return Ok(Some(found));
        }
    }
}

/// The number of entries that [`last_of`] reads at a time.
const AT_ONCE: i64 = 200;
