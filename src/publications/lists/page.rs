//! A page of posts, with all relations, in a constant number of statements: four at most.

use super::matching::{Matching, Wish};
use super::query::PostSort;
use super::relations;
use super::row::{Parts, Row, columns};
use crate::db::Conn;
use crate::db::keyset::SortKey;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::page::{Listing, PageInfo, Start};
use crate::publications::model::PublicPostSummary;

/// Reads a page.
///
/// # Errors
/// [`crate::error::Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    wish: &Wish,
    sort: PostSort,
    parts: Parts,
) -> Result<(Vec<PublicPostSummary>, PageInfo)> {
    let start = listing.start()?;
    let matching = wish.matching(conn, sort)?;
    let rows = match &matching {
        Some(matching) => statement(matching, listing, &start, (sort, parts)).load(conn)?,
        None => Vec::new(),
    };
    let total = match &matching {
        _ if !listing.counts() => None,
        Some(matching) => Some(matching.count().number(conn)?),
        None => Some(0),
    };
    let (rows, page) = listing.page(rows, &start, |row: &Row| row.key(sort), total);
    let posts = relations::with_relations(conn, rows, parts, &wish.languages, wish.now)?;
    Ok((posts, page))
}

/// The statement that reads a page.
pub fn statement(
    matching: &Matching,
    listing: &Listing,
    start: &Start<SortKey>,
    (sort, parts): (PostSort, Parts),
) -> Sql {
    let mut page = matching.from().selecting(&columns(parts, Some(sort)));
    matching.order.paginate(&mut page, listing, start);
    match matching.is_common() {
        true => page.kept(),
        false => page,
    }
}
