//! Publishes, replaces and takes down publications.
//!
//! A language has one row, and at most one more that waits to replace it (`replaces_at`). Until then the first one ends
//! no later than that time. The caller applies the due transitions before each write ([`super::transitions`]).

use super::derived::{self, Rows};
use super::present::Publications;
use super::rows;
use super::rows::earlier;
use super::snapshot::{self, Placement, PublicationSnapshot};
use crate::content::Rendition;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::publications::siblings::outdated;
use crate::timestamp::Timestamp;

pub use super::current::{CurrentPublication, Replacement, current, current_of_posts};

/// Publishes a snapshot. It replaces all rows of its language or, if it has a `replaces_at`, waits beside the current
/// one. Takes the publications as they were loaded and returns them as they are after the write.
///
/// # Errors
/// Returns database errors.
pub fn publish(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    present: Publications,
    now: Timestamp,
) -> Result<Publications> {
    match new.replaces_at {
        Some(at) => plan(conn, new, at, present, now),
        None => replace_all(conn, new, present, now),
    }
}

/// Writes a snapshot that replaces all rows of its language.
fn replace_all(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    present: Publications,
    now: Timestamp,
) -> Result<Publications> {
    if present.exist() {
        rows::delete(conn, &present.id)?;
    }
    let row = snapshot::insert(conn, new, &placement(&present, new, None))?;
    let rows = Rows {
        kept: Vec::new(),
        new: Some(row),
    };
    derived::write(conn, present, rows, now)
}

/// Writes a snapshot beside the current publication, which ends when the snapshot replaces it: at `at`.
fn plan(
    conn: &mut Conn,
    new: &PublicationSnapshot,
    at: Timestamp,
    present: Publications,
    now: Timestamp,
) -> Result<Publications> {
    let former_end = present.current(now).and_then(|before| before.unpublish_at);
    let mut kept = current_rows(conn, &present)?;
    for row in &mut kept {
        row.unpublish_at = Some(earlier(former_end, at));
    }
    let placement = placement(&present, new, former_end);
    let new = Some(snapshot::insert(conn, new, &placement)?);
    derived::write(conn, present, Rows { kept, new }, now)
}

fn placement(
    present: &Publications,
    new: &PublicationSnapshot,
    former_end: Option<Timestamp>,
) -> Placement {
    Placement {
        former_end,
        republished: present.facts.was_public,
        may_represent: present.may_represent(new.published_at),
    }
}

/// Returns whether publishing this rendition and excerpt again would change nothing: the current publication has them,
/// and is not outdated by its original, which it would then follow.
///
/// # Errors
/// Returns database errors.
pub fn is_up_to_date(
    conn: &mut Conn,
    present: &Publications,
    (rendition, excerpt): (&Rendition, &str),
    now: Timestamp,
) -> Result<bool> {
    let Some(row) = present.row() else {
        return Ok(false);
    };
    let mut sql = Sql::new(
        "SELECT count(*) AS n FROM publications p LEFT JOIN publications o ON o.post_id = p.post_id \
         AND o.lang = p.original_lang AND ",
    );
    live(&mut sql, "o", now);
    sql.push(" WHERE p.id = ")
        .bind(row.id)
        .push(" AND p.body_html = ")
        .bind(rendition.html.as_str())
        .push(" AND p.body_text = ")
        .bind(rendition.text.as_str())
        .push(" AND p.excerpt = ")
        .bind(excerpt)
        .push(&format!(" AND NOT {}", outdated("o", "p")));
    Ok(sql.number(conn)? > 0)
}

/// Deletes the waiting row, if there is one. Returns the others.
fn current_rows(conn: &mut Conn, present: &Publications) -> Result<Vec<rows::PublicationRow>> {
    let mut rows = present.rows.clone();
    rows.retain(|row| row.replaces_at.is_none());
    if rows.len() < present.rows.len() {
        rows::delete_replacement(conn, &present.id)?;
    }
    Ok(rows)
}

/// Deletes the waiting replacement, if there is one. The current publication gets its own end back.
///
/// # Errors
/// Returns database errors.
pub fn cancel_replacement(
    conn: &mut Conn,
    present: Publications,
    now: Timestamp,
) -> Result<Publications> {
    let end = present.current(now).and_then(|before| before.unpublish_at);
    let mut kept = current_rows(conn, &present)?;
    for row in &mut kept {
        row.unpublish_at = end;
    }
    derived::write(conn, present, Rows { kept, new: None }, now)
}

/// Takes down one language of a post, with its waiting replacement.
///
/// # Errors
/// Returns database errors.
pub fn take_down(conn: &mut Conn, present: Publications, now: Timestamp) -> Result<Publications> {
    rows::delete(conn, &present.id)?;
    let (kept, new) = (Vec::new(), None);
    derived::write(conn, present, Rows { kept, new }, now)
}
