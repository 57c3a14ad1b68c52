//! Parts of a list for readers that keep a copy of it: those of its posts that are among given ones, and the whole list in
//! steps. The rows, the conditions and the shape of the posts are those of the list itself.

use super::criteria::Criteria;
use super::filter::Filter;
use super::plan::Selectivities;
use super::query::PostSort;
use super::relations;
use super::row::{DeliveredRow, Members, columns};
use crate::db::Conn;
use crate::db::keyset::SortKey;
use crate::error::Result;
use crate::id::Id;
use crate::page::{Cursor, Direction, Start};
use crate::publications::model::PublicPostSummary;

/// The order of the steps: the newest posts first.
const SORT: PostSort = PostSort::Newest;

/// A step through a list.
pub struct Step {
    /// The posts.
    pub posts: Vec<PublicPostSummary>,
    /// The position after which the next step begins; `None` after the last step.
    pub next: Option<SortKey>,
}

/// Returns up to `most` posts of a list after a position, or from its beginning.
///
/// # Errors
/// Returns database errors.
pub fn step(
    conn: &mut Conn,
    criteria: &Criteria,
    members: Members,
    after: Option<SortKey>,
    most: u32,
) -> Result<Step> {
    let Some(filter) = criteria.plan(conn, SORT)? else {
        let posts = Vec::new();
        return Ok(Step { posts, next: None });
    };
    let start = match after {
        None => Start::Row(0),
        key => Start::Beside(Cursor {
            direction: Direction::Next,
            key,
        }),
    };
    let mut sql = selected(&filter, members);
    filter.order.limited(&mut sql, most, &start);
    let rows: Vec<DeliveredRow> = sql.load(conn)?;
    let is_whole = u32::try_from(rows.len()).is_ok_and(|rows| rows < most);
    let last = rows.last().filter(|_| !is_whole);
    let next = last.map(|row| row.key(SORT));
    let posts = relations::with_relations(conn, rows, members, &criteria.languages, criteria.now)?;
    Ok(Step { posts, next })
}

/// Returns those of these posts that are in a list, in no particular order. The caller has measured the filter, which is the
/// same for all languages.
///
/// # Errors
/// Returns database errors.
pub fn among(
    conn: &mut Conn,
    criteria: &Criteria,
    selectivities: &Selectivities,
    posts: &[Id],
    members: Members,
) -> Result<Vec<PublicPostSummary>> {
    let Some(filter) = criteria.among(selectivities, posts) else {
        return Ok(Vec::new());
    };
    let mut sql = selected(&filter, members);
    filter.order.bound(&mut sql);
    let rows: Vec<DeliveredRow> = sql.load(conn)?;
    relations::with_relations(conn, rows, members, &criteria.languages, criteria.now)
}

fn selected(filter: &Filter, members: Members) -> crate::db::sql::Sql {
    let columns = columns(members, Some(filter.sort), filter.only);
    filter.from().selecting(&columns)
}
