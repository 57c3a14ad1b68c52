//! Determines which publications are live at a given time, and until when. Only times are compared, so the result does
//! not depend on a job that may be late.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// The time during which a publication is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The time from which the publication is public.
    pub published_at: Timestamp,
    /// For a replacement, the time from which it is public, whatever its date.
    pub replaces_at: Option<Timestamp>,
    /// The time at which it ends; `None` if it has no end.
    pub unpublish_at: Option<Timestamp>,
}

impl Span {
    /// Returns whether the publication is live at `now`.
    pub fn is_live(self, now: Timestamp) -> bool {
        self.published_at <= now
            && self.replaces_at.is_none_or(|at| at <= now)
            && self.unpublish_at.is_none_or(|end| now < end)
    }

    /// Returns the times at which the publication appears and ends.
    pub fn edges(self) -> impl Iterator<Item = Timestamp> {
        let begin = self.replaces_at.unwrap_or(self.published_at);
        std::iter::once(begin).chain(self.unpublish_at)
    }
}

/// Appends the condition that the publication or posting with this alias is live at `now`.
pub fn live(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!("{alias}.published_at <= "))
        .bind(now)
        .push(" AND ");
    in_place(sql, alias, now);
}

/// Appends the condition that the publication or posting with this alias, whose date has passed, has not ended and is
/// not a pending replacement.
pub fn in_place(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!(
        "({alias}.unpublish_at IS NULL OR {alias}.unpublish_at > "
    ))
    .bind(now)
    .push(&format!(
        ") AND ({alias}.replaces_at IS NULL OR {alias}.replaces_at <= "
    ))
    .bind(now)
    .push(")");
}

/// Appends the condition that the publication with this alias is the current one of its language at `now`, whether
/// live, scheduled or ended: it neither is a pending replacement nor has been replaced by one.
pub fn current(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!("({alias}.replaces_at <= "))
        .bind(now)
        .push(&format!(
            " OR {alias}.replaces_at IS NULL AND NOT EXISTS (SELECT 1 FROM publications r \
             WHERE r.post_id = {alias}.post_id AND r.lang = {alias}.lang AND r.replaces_at <= "
        ))
        .bind(now)
        .push("))");
}

#[derive(QueryableByName)]
struct Edge {
    #[diesel(sql_type = Instant)]
    at: Timestamp,
}

/// The columns with the times at which publications appear and end.
const EDGES: [&str; 3] = ["published_at", "unpublish_at", "replaces_at"];

/// Returns the next time at which a publication appears or ends.
///
/// # Errors
/// Returns database errors.
pub fn next_change(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>> {
    let next: Vec<Edge> = of_each_edge(|sql, edge| {
        // PostgreSQL: a `min` would be planned anew each time.
        sql.push(&format!(
            "SELECT at FROM (SELECT {edge} AS at FROM publications WHERE {edge} > "
        ))
        .bind(now)
        .push(&format!(" ORDER BY {edge} LIMIT 1) {edge}"));
    })
    .load(conn)?;
    Ok(next.into_iter().map(|edge| edge.at).min())
}

/// Returns the times in (`after`, `until`] at which publications appear or end.
///
/// # Errors
/// Returns database errors.
pub fn changes_between(
    conn: &mut Conn,
    after: Timestamp,
    until: Timestamp,
) -> Result<Vec<Timestamp>> {
    let changes: Vec<Edge> = of_each_edge(|sql, edge| {
        sql.push(&format!(
            "SELECT {edge} AS at FROM publications WHERE {edge} > "
        ))
        .bind(after)
        .push(&format!(" AND {edge} <= "))
        .bind(until);
    })
    .load(conn)?;
    Ok(changes.into_iter().map(|edge| edge.at).collect())
}

fn of_each_edge(read: impl Fn(&mut Sql, &str)) -> Sql {
    let mut sql = Sql::default();
    for (number, edge) in EDGES.into_iter().enumerate() {
        sql.push(if number > 0 { " UNION ALL " } else { "" });
        read(&mut sql, edge);
    }
    sql.cached()
}
