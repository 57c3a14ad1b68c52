//! Which publications the public sees at an instant, and until when that stays so: decided by comparing times, never by a
//! job that may be late.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::error::Result;
use crate::id::Id;
use crate::languages::{Fallback, Languages};
use crate::timestamp::Timestamp;

/// What a reader can see: an instant, and the languages that will be taken.
#[derive(Debug, Clone)]
pub struct View {
    /// Now.
    pub now: Timestamp,
    /// The languages, best first.
    pub languages: Languages,
}

/// How many live posts a thing has.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub struct PostCount {
    /// The thing.
    #[diesel(sql_type = Uuid)]
    pub id: Id,
    /// Posts, not publications: one in three languages counts once.
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub posts: i64,
}

/// Whether a publication with these times is live at `now`.
pub fn is_live(published_at: Timestamp, unpublish_at: Option<Timestamp>, now: Timestamp) -> bool {
    published_at <= now && unpublish_at.is_none_or(|end| now < end)
}

/// Appends the condition that the publication called `alias` is live at `now`.
pub fn live(sql: &mut Sql, alias: &str, now: Timestamp) {
    sql.push(&format!("{alias}.published_at <= ")).bind(now);
    sql.push(&format!(
        " AND ({alias}.unpublish_at IS NULL OR {alias}.unpublish_at > "
    ));
    sql.bind(now).push(")");
}

/// Appends the condition that the publication `p` is live, in a language the reader will take; without one, in any.
pub fn visible(sql: &mut Sql, view: &View) {
    live(sql, "p", view.now);
    let Some(wanted) = view.languages.wanted() else {
        return;
    };
    let fallback = view.languages.fallback();
    let others = fallback.iter().filter_map(|fallback| match fallback {
        Fallback::Lang(lang) => Some(lang),
        Fallback::Original => None,
    });
    let taken = std::iter::once(wanted).chain(others);
    sql.push(" AND (p.lang IN ")
        .bind_all(taken.map(|lang| lang.as_str()));
    if fallback.contains(&Fallback::Original) {
        sql.push(" OR p.lang = p.original_lang");
    }
    sql.push(")");
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
    let mut sql =
        Sql::new("SELECT min(published_at) AS at FROM publications WHERE published_at > ");
    sql.bind(now)
        .push(" UNION ALL SELECT min(unpublish_at) FROM publications WHERE unpublish_at > ")
        .bind(now);
    let rows: Vec<Row> = sql.load(conn)?;
    Ok(rows.into_iter().filter_map(|row| row.at).min())
}
