//! The tree of pages and the rules that keep it a tree. Only pages have parents, which are pages outside of the trash.

use diesel::prelude::*;

use super::model::PostRow;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::db::{Conn, each};
use crate::error::{Code, Error, Holder, Result};
use crate::id::Id;
use crate::post_type::PostType;
use crate::schema::posts;

/// The maximum depth of the tree.
pub const MOST_LEVELS: usize = 16;

/// Checks the place of a post that is created, or that had the parent `was`. Reads the tree only if the parent is new.
///
/// # Errors
/// Returns [`Error::Invalid`] for a post with a parent or a position, for a parent that is no page outside of the trash,
/// and for a tree that would be too deep; the conflict `page_cycle`.
pub(super) fn check_place(conn: &mut Conn, row: &PostRow, was: Option<Id>) -> Result<()> {
    if row.post_type != PostType::Page {
        return check_has_no_place(row);
    }
    let Some(parent) = row.parent.filter(|parent| Some(*parent) != was) else {
        return Ok(());
    };
    let above = lineage(conn, parent)?;
    if above.is_empty() {
        return Err(Error::unknown("/parent", "page"));
    }
    if above.contains(&row.id) {
        let detail = "is the page itself or one below it; choose another page";
        return Err(Error::conflict_at("/parent", Code::PageCycle, detail));
    }
    let levels = above.len() + 1 + levels_below(conn, row.id)?;
    if levels <= MOST_LEVELS {
        return Ok(());
    }
    let detail =
        format!("would make the tree {levels} levels deep; it may have at most {MOST_LEVELS}");
    Err(Error::invalid("/parent", "too_deep", detail))
}

fn check_has_no_place(row: &PostRow) -> Result<()> {
    let pointer = match row {
        PostRow {
            parent: Some(_), ..
        } => "/parent",
        PostRow { position: 1.., .. } => "/position",
        _ => return Ok(()),
    };
    let detail = "is for pages; this is a post";
    Err(Error::invalid(pointer, "invalid", detail))
}

#[derive(QueryableByName)]
struct AncestorRow {
    #[diesel(sql_type = Uuid)]
    id: Id,
}

/// Returns a page outside of the trash and its ancestors, from the page upwards; empty if there is no such page.
fn lineage(conn: &mut Conn, id: Id) -> Result<Vec<Id>> {
    let mut sql = Sql::new(
        "WITH RECURSIVE up (id, parent_id, depth) AS (SELECT t.id, t.parent_id, 1 FROM posts t WHERE t.id = ",
    );
    sql.bind(id).push(
        " AND t.post_type = 'page' AND t.deleted_at IS NULL UNION ALL \
         SELECT t.id, t.parent_id, up.depth + 1 FROM up JOIN posts t ON t.id = up.parent_id) \
         SELECT id FROM up ORDER BY depth",
    );
    let rows: Vec<AncestorRow> = sql.load(conn)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Returns the number of levels below a page.
fn levels_below(conn: &mut Conn, id: Id) -> Result<usize> {
    let mut sql = Sql::new(
        "WITH RECURSIVE down (id, depth) AS (SELECT t.id, 1 FROM posts t WHERE t.parent_id = ",
    );
    sql.bind(id).push(
        " UNION ALL SELECT t.id, down.depth + 1 FROM down JOIN posts t ON t.parent_id = down.id) \
         SELECT CAST(coalesce(max(depth), 0) AS bigint) AS n FROM down",
    );
    Ok(usize::try_from(sql.number(conn)?).unwrap_or(usize::MAX))
}

/// Checks that nothing outside of the trash is below a page that is deleted.
///
/// # Errors
/// Returns the conflict `in_use` with the number of pages below it.
pub(super) fn check_is_leaf(conn: &mut Conn, row: &PostRow) -> Result<()> {
    if row.post_type != PostType::Page {
        return Ok(());
    }
    let below = posts::table
        .filter(posts::parent_id.eq(row.id))
        .filter(posts::deleted_at.is_null());
    let count: i64 = each!(conn, below.count().get_result(conn))?;
    match count {
        0 => Ok(()),
        count => Err(Error::in_use(vec![Holder {
            kind: "pages",
            count,
        }])),
    }
}
