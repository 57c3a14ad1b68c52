//! SQL for posts: listing and reading them.

use diesel::prelude::*;

use super::access;
use super::loaded::{self, summary};
use super::model::{Post, PostQuery, PostRow, PostSummary};
use super::relations;
use crate::changes::actor::{Access, By};
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::visibility;
use crate::editorial::translations::shown::SummaryRow;
use crate::editorial::workflow::status::push_condition;
use crate::error::Result;
use crate::id::Id;
use crate::page::{Listing, PageInfo};
use crate::publications::writing::store::current_of_posts;
use crate::schema::translations;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;

/// A row of the list.
#[derive(QueryableByName)]
struct ListedPost {
    #[diesel(embed)]
    post: PostRow,
    #[diesel(embed)]
    creator: Option<UserRef>,
}

/// The columns of a [`ListedPost`].
const COLUMNS: &str = "t.*, u.id AS user_id, u.name AS user_name";

/// Returns a page of the posts that the caller may see, newest first.
///
/// # Errors
/// As [`By::require`]; [`crate::error::Error::Parameters`] if the cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &PostQuery,
    by: By,
) -> Result<(Vec<PostSummary>, PageInfo)> {
    by.require(Access::Readers)?;
    let at = query.at.map_or(by.at, |at| at.0);
    let trashed = if query.trashed.unwrap_or(false) {
        "IS NOT NULL"
    } else {
        "IS NULL"
    };
    let mut from = Sql::new(&format!(
        "posts t LEFT JOIN users u ON u.id = t.created_by WHERE t.deleted_at {trashed}"
    ));
    access::push_own_filter(&mut from, access::restricted_to(by)?);
    for term in query.category.iter().chain(&query.tag) {
        from.push(" AND t.id IN (SELECT l.post_id FROM post_terms l WHERE l.term_id = ")
            .bind(*term)
            .push(")");
    }
    if let Some(author) = query.author {
        from.push(" AND t.id IN (SELECT b.post_id FROM post_bylines b WHERE b.author_id = ")
            .bind(author)
            .push(")");
    }
    if query.q.is_some() || query.lang.is_some() || query.status.is_some() {
        with_translation(conn, &mut from, query, at);
    }
    let (rows, page) = keyset::newest_first(conn, listing, COLUMNS, &from, |row: &ListedPost| {
        row.post.id
    })?;
    Ok((summaries(conn, rows, at)?, page))
}

/// Appends the condition that one translation matches the language, the title and the status together.
fn with_translation(conn: &Conn, from: &mut Sql, query: &PostQuery, now: Timestamp) {
    from.push(
        " AND t.id IN (SELECT w.post_id FROM translations w LEFT JOIN publications p \
         ON p.post_id = w.post_id AND p.lang = w.lang AND ",
    );
    visibility::current(from, "p", now);
    from.push(" WHERE TRUE");
    if let Some(lang) = &query.lang {
        from.push(" AND w.lang = ").bind(lang.as_str());
    }
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "w.title", q);
    }
    if let Some(status) = query.status {
        from.push(" AND ");
        push_condition(from, status, now);
    }
    from.push(")");
}

/// Loads the relations and translations of the posts, in three statements.
fn summaries(conn: &mut Conn, rows: Vec<ListedPost>, now: Timestamp) -> Result<Vec<PostSummary>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.post.id).collect();
    let mut relations = relations::load(conn, &ids)?;
    let current = current_of_posts(conn, &ids, now)?;
    let lines = translations::table
        .filter(translations::post_id.eq_any(ids))
        .order((translations::post_id, translations::lang));
    let lines: Vec<SummaryRow> = each!(conn, lines.select(SummaryRow::as_select()).load(conn))?;
    let line = |ListedPost { post: row, creator }: ListedPost| {
        let lines = lines.iter().filter(|line| line.post_id == row.id);
        let its = |line: &SummaryRow| current.iter().find(|one| line.is_published_by(one));
        let translations = lines
            .map(|line| line.clone().shown(its(line), now))
            .collect();
        let relations = relations.remove(&row.id).unwrap_or_default();
        summary(row, creator, relations, translations)
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Reads a post that the caller may read.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if there is no such post, or if the caller may read only own posts and this is not
/// one; [`crate::error::Error::Forbidden`] for a role or key that reads no posts.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<Post> {
    loaded::load_to_read(conn, by, id)?.shown(by)
}
