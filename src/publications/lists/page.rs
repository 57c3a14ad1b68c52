//! A page of posts with their relations, in at most four statements.

use super::criteria::Criteria;
use super::filter::Filter;
use super::query::PostSort;
use super::relations;
use super::row::{DeliveredRow, Members, columns};
use crate::db::Conn;
use crate::db::keyset::SortKey;
use crate::db::sql::Sql;
use crate::error::Result;
use crate::page::{Listing, PageInfo, Start};
use crate::publications::model::PublicPostSummary;

/// Returns a page of posts.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] for a cursor of another list, and database errors.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    criteria: &Criteria,
    sort: PostSort,
    members: Members,
) -> Result<(Vec<PublicPostSummary>, PageInfo)> {
    let start = listing.start()?;
    let filter = criteria.plan(conn, sort)?;
    let rows = match &filter {
        Some(filter) => statement(filter, listing, &start, members).load(conn)?,
        None => Vec::new(),
    };
    let total = match &filter {
        _ if !listing.counts() => None,
        Some(filter) => Some(filter.count().number(conn)?),
        None => Some(0),
    };
    let (rows, page) = listing.page(rows, &start, |row: &DeliveredRow| row.key(sort), total);
    let posts = relations::with_relations(conn, rows, members, &criteria.languages, criteria.now)?;
    Ok((posts, page))
}

/// Returns the statement that reads a page.
pub fn statement(
    filter: &Filter,
    listing: &Listing,
    start: &Start<SortKey>,
    members: Members,
) -> Sql {
    let mut page = filter
        .from()
        .selecting(&columns(members, Some(filter.sort), filter.only));
    filter.order.paginate(&mut page, listing, start);
    if filter.is_common() {
        page.cached()
    } else {
        page
    }
}
