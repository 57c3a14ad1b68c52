//! Which publications the public sees at an instant, and until when that stays so: decided by comparing times, never by a
//! job that may be late.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::error::Result;
use crate::fields::Selection;
use crate::languages::Languages;
use crate::timestamp::Timestamp;

/// What a reader is to be shown.
#[derive(Debug, Clone)]
pub struct View {
    /// Now.
    pub now: Timestamp,
    /// The languages that will be taken, best first.
    pub languages: Languages,
    /// The members asked for: what is not among them need not be loaded.
    pub asked: Selection,
}

/// Whether a publication with these times is live at `now`.
pub fn is_live(published_at: Timestamp, unpublish_at: Option<Timestamp>, now: Timestamp) -> bool {
    published_at <= now && unpublish_at.is_none_or(|end| now < end)
}

/// Appends the condition that the publication or posting called `alias` is live at `now`.
pub fn live(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!("{alias}.published_at <= "))
        .bind(now)
        .push(" AND ");
    not_over(sql, alias, now);
}

/// The condition that the publication or posting called `alias`, which has begun, has not ended.
pub fn not_over(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!(
        "({alias}.unpublish_at IS NULL OR {alias}.unpublish_at > "
    ))
    .bind(now)
    .push(")");
}

/// Reads the next instants, called `at`, at which a publication appears and at which one goes.
pub fn changes(now: Timestamp) -> Sql {
    let mut sql =
        Sql::new("SELECT min(published_at) AS at FROM publications WHERE published_at > ");
    sql.bind(now)
        .push(" UNION ALL SELECT min(unpublish_at) FROM publications WHERE unpublish_at > ")
        .bind(now);
    sql
}

/// The next instant at which a publication appears or goes.
///
/// # Errors
/// What the database reports.
pub fn next_change(conn: &mut Conn, now: Timestamp) -> Result<Option<Timestamp>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Nullable<Instant>)]
        at: Option<Timestamp>,
    }
    let rows: Vec<Row> = changes(now).kept().load(conn)?;
    Ok(rows.into_iter().filter_map(|row| row.at).min())
}
