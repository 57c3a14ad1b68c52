//! A page of posts, with all relations, in a constant number of statements: six at most.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};

use super::matching::{Matching, Wish};
use super::model::PublicPostSummary;
use super::query::PostSort;
use super::relations;
use super::row::{Parts, Row, columns};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::error::Result;
use crate::page::{Listing, PageInfo, Start};
use crate::resources::listing::Key;
use crate::timestamp::Timestamp;

/// A page of posts, and until when it stays as it is.
pub struct PostPage {
    /// The posts.
    pub posts: Vec<PublicPostSummary>,
    /// Where the page stands.
    pub page: PageInfo,
    /// The next instant at which a publication begins or ends.
    pub until: Option<Timestamp>,
}

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
) -> Result<PostPage> {
    let start = listing.start()?;
    let matching = wish.matching(conn, sort)?;
    let rows = match &matching {
        Some(matching) => statement(matching, listing, &start, (sort, parts)).load(conn)?,
        None => Vec::new(),
    };
    let counted = matching.as_ref().filter(|_| listing.counts());
    let (total, until) = outlook(conn, counted, wish.now)?;
    let total = listing.counts().then_some(total);
    let (rows, page) = listing.page(rows, &start, |row: &Row| row.key(sort), total);
    let posts = relations::dressed(conn, rows, parts, &wish.languages, wish.now)?;
    Ok(PostPage { posts, page, until })
}

/// The statement that reads a page.
pub fn statement(
    matching: &Matching,
    listing: &Listing,
    start: &Start<Key>,
    (sort, parts): (PostSort, Parts),
) -> Sql {
    let mut page = matching.from().selecting(&columns(parts, Some(sort)));
    matching.order.cut(&mut page, listing, start);
    match matching.is_common() {
        true => page.kept(),
        false => page,
    }
}

/// How many there are, if that is to be counted, and when that or anything else shown changes by itself.
fn outlook(
    conn: &mut Conn,
    counted: Option<&Matching>,
    now: Timestamp,
) -> Result<(i64, Option<Timestamp>)> {
    #[derive(QueryableByName)]
    struct Outlook {
        #[diesel(sql_type = BigInt)]
        total: i64,
        #[diesel(sql_type = Nullable<Instant>)]
        begins: Option<Timestamp>,
        #[diesel(sql_type = Nullable<Instant>)]
        ends: Option<Timestamp>,
        #[diesel(sql_type = Nullable<Instant>)]
        replaced: Option<Timestamp>,
    }
    let mut sql = match counted {
        Some(matching) => matching.count().within("SELECT (", ") AS total"),
        None => Sql::new("SELECT CAST(0 AS bigint) AS total").kept(),
    };
    sql.push(", (SELECT min(n.published_at) FROM publications n WHERE n.published_at > ")
        .bind(now);
    sql.push(
        ") AS begins, (SELECT min(n.unpublish_at) FROM publications n WHERE n.unpublish_at > ",
    )
    .bind(now);
    sql.push(") AS ends, (SELECT min(n.replaces_at) FROM publications n WHERE n.replaces_at > ")
        .bind(now);
    sql.push(") AS replaced");
    let row: Option<Outlook> = sql.load(conn)?.into_iter().next();
    Ok(row.map_or((0, None), |row| {
        let changes = [row.begins, row.ends, row.replaced];
        (row.total, changes.into_iter().flatten().min())
    }))
}
