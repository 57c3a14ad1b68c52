//! Posting lists: for each term, author and organization, its publications by date. The list of a category includes
//! those of its descendants.
//!
//! Posting lists are an index that each transaction derives from the publications, their terms and bylines, and the
//! term tree. Lists, counts and facets read them.

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::id::Id;

/// Replaces the postings of these publications.
///
/// # Errors
/// Returns database errors.
pub fn enter(conn: &mut Conn, publications: &[i64]) -> Result<()> {
    if publications.is_empty() {
        return Ok(());
    }
    let mut these = Sql::default();
    these.bind_all(publications.iter().copied());
    let mut old = Sql::new("DELETE FROM postings WHERE publication_id IN ");
    old.append(&these).execute(conn)?;
    add_missing(conn, &these)
}

/// Adds the postings of publications that have none yet, and updates those of publications whose times changed but not
/// their dates.
///
/// # Errors
/// Returns database errors.
pub fn add(conn: &mut Conn, publications: &[i64]) -> Result<()> {
    if publications.is_empty() {
        return Ok(());
    }
    let mut these = Sql::default();
    these.bind_all(publications.iter().copied());
    insert(conn, &these, NEW_TIMES)
}

/// A posting that exists gets the times of its publication.
const NEW_TIMES: &str = "ON CONFLICT (entity_id, published_at, post_id, lang, publication_id) \
                         DO UPDATE SET unpublish_at = excluded.unpublish_at, replaces_at = excluded.replaces_at";

/// Updates the postings after a term was merged or a category was moved with its descendants. `left` contains the
/// former ancestors, and the term itself if it no longer exists.
///
/// # Errors
/// Returns database errors.
pub fn regraft(conn: &mut Conn, branch: Id, left: &[Id]) -> Result<()> {
    let mut these = Sql::new("(SELECT x.publication_id FROM postings x WHERE x.entity_id = ");
    these.bind(branch).push(")");
    add_missing(conn, &these)?;
    let mut stale = closure(&these).within("WITH RECURSIVE ", "");
    stale
        .push(" DELETE FROM postings WHERE entity_id IN ")
        .bind_all(left.iter().copied())
        .push(" AND publication_id IN ")
        .append(&these)
        .push(
            " AND NOT EXISTS (SELECT 1 FROM publication_terms l JOIN up ON up.id = l.term_id \
             WHERE l.publication_id = postings.publication_id AND up.above = postings.entity_id)",
        );
    stale.execute(conn)?;
    Ok(())
}

/// Adds missing postings; `these` is a list or sub-query of publications, in parentheses.
fn add_missing(conn: &mut Conn, these: &Sql) -> Result<()> {
    insert(conn, these, "ON CONFLICT DO NOTHING")
}

fn insert(conn: &mut Conn, these: &Sql, on_conflict: &str) -> Result<()> {
    let mut sql = Sql::new(
        "INSERT INTO postings (entity_id, published_at, post_id, lang, publication_id, unpublish_at, replaces_at, is_original, post_type) \
         WITH RECURSIVE ",
    );
    sql.append(&closure(these));
    sql.push(
        " SELECT e.entity_id, p.published_at, p.post_id, p.lang, p.id, p.unpublish_at, p.replaces_at, p.lang = p.original_lang, p.post_type FROM (\
         SELECT l.publication_id, up.above AS entity_id FROM publication_terms l JOIN up ON up.id = l.term_id \
         WHERE l.publication_id IN ",
    )
    .append(these);
    for column in ["author_id", "organization_id"] {
        sql.push(&format!(
            " UNION SELECT b.publication_id, b.{column} FROM publication_bylines b \
             WHERE b.{column} IS NOT NULL AND b.publication_id IN "
        ))
        .append(these);
    }
    sql.push(") e JOIN publications p ON p.id = e.publication_id WHERE TRUE ")
        .push(on_conflict);
    sql.execute(conn)?;
    Ok(())
}

/// Returns the common table expression `up`: each term of these publications, with itself and its ancestors.
fn closure(these: &Sql) -> Sql {
    these.within(
        "up (id, above) AS (SELECT l.term_id, l.term_id FROM publication_terms l WHERE l.publication_id IN ",
        " UNION SELECT up.id, t.parent_id FROM up JOIN terms t ON t.id = up.above WHERE t.parent_id IS NOT NULL)",
    )
}
