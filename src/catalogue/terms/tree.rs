//! The category tree and the rules that keep it a tree.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;

/// The maximum depth of the tree.
pub const MOST_LEVELS: usize = 16;

#[derive(QueryableByName)]
struct AncestorRow {
    #[diesel(sql_type = Uuid)]
    id: Id,
}

/// Returns a category and its ancestors, from the category upwards; empty if there is no such category.
///
/// # Errors
/// Returns database errors.
pub fn lineage(conn: &mut Conn, id: Id) -> Result<Vec<Id>> {
    let mut sql = Sql::new(
        "WITH RECURSIVE up (id, parent_id, depth) AS (SELECT t.id, t.parent_id, 1 FROM terms t WHERE t.id = ",
    );
    sql.bind(id)
        .push(" AND t.kind = ")
        .bind(Kind::Category.as_str())
        .push(
            " UNION ALL SELECT t.id, t.parent_id, up.depth + 1 FROM up JOIN terms t ON t.id = up.parent_id) \
             SELECT id FROM up ORDER BY depth",
        );
    let rows: Vec<AncestorRow> = sql.load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Checks that a category may have this parent; `id` is `None` for a new category.
///
/// # Errors
/// Returns, for `/parent`, [`Error::Invalid`] for an unknown category and for a tree that would be too deep, and the
/// conflict `category_cycle`.
pub fn check_parent(conn: &mut Conn, id: Option<Id>, parent: Id) -> Result<()> {
    let above = lineage(conn, parent)?;
    if above.is_empty() {
        return Err(Error::unknown("/parent", "category"));
    }
    check_below(id, &above, "/parent")?;
    let own = 1;
    let below = match id {
        Some(id) => levels_below(conn, id)?,
        None => 0,
    };
    check_levels(above.len() + own + below, "/parent")
}

/// Checks that the children of `id` may move below the first category in `above`.
///
/// # Errors
/// Returns, for `/into`, the conflict `category_cycle`, and [`Error::Invalid`] for a tree that would be too deep.
pub fn check_heir(conn: &mut Conn, id: Id, above: &[Id]) -> Result<()> {
    check_below(Some(id), above, "/into")?;
    check_levels(above.len() + levels_below(conn, id)?, "/into")
}

fn check_below(id: Option<Id>, above: &[Id], pointer: &str) -> Result<()> {
    if !id.is_some_and(|id| above.contains(&id)) {
        return Ok(());
    }
    let detail = "is the category itself or one of its descendants; choose another category";
    Err(Error::conflict_at(pointer, Code::CategoryCycle, detail))
}

fn check_levels(levels: usize, pointer: &str) -> Result<()> {
    if levels <= MOST_LEVELS {
        return Ok(());
    }
    let detail =
        format!("would make the tree {levels} levels deep; it may have at most {MOST_LEVELS}");
    Err(Error::invalid(pointer, "too_deep", detail))
}

/// Returns the number of levels below a category.
fn levels_below(conn: &mut Conn, id: Id) -> Result<usize> {
    let mut sql = Sql::new(
        "WITH RECURSIVE down (id, depth) AS (SELECT t.id, 1 FROM terms t WHERE t.parent_id = ",
    );
    sql.bind(id).push(
        " UNION ALL SELECT t.id, down.depth + 1 FROM down JOIN terms t ON t.parent_id = down.id) \
         SELECT CAST(coalesce(max(depth), 0) AS bigint) AS n FROM down",
    );
    Ok(usize::try_from(sql.number(conn)?).unwrap_or(usize::MAX))
}
