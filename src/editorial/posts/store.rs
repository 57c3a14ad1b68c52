//! SQL for posts: listing and reading them.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable};

use super::loaded::{self, summary};
use super::model::{Post, PostRow, PostSummary};
use super::query::{PostInclusion, PostQuery, PostSort};
use super::{filter, included, relations};
use crate::accounts::api_keys::limits;
use crate::changes::actor::{Access, By};
use crate::collation::CollationKey;
use crate::db::keyset::{self, Order, Select};
use crate::db::sql::Sql;
use crate::db::sql_types::Instant;
use crate::db::{Conn, each};
use crate::editorial::translations::shown::SummaryRow;
use crate::error::Result;
use crate::id::Id;
use crate::page::{Listing, PageInfo};
use crate::publications::comments::discussion::{self, ShownDiscussion};
use crate::publications::writing::store::current_of_posts;
use crate::schema::translations;
use crate::timestamp::Timestamp;
use crate::user_ref::{self, UserRef};

/// A row of the list.
#[derive(QueryableByName)]
struct ListedPost {
    #[diesel(embed)]
    post: PostRow,
    #[diesel(embed)]
    creator: Option<UserRef>,
    /// The time by which the list is ordered.
    #[diesel(sql_type = Instant)]
    sorted_at: Timestamp,
    /// The key of the title by which the list is ordered.
    #[diesel(sql_type = Nullable<Binary>)]
    sorted_title: Option<CollationKey>,
}

/// Returns a page of the posts that the caller may see.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`crate::error::Error::Parameters`] if the cursor does not belong to
/// this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &PostQuery,
    inclusion: &PostInclusion,
    by: By,
) -> Result<(Vec<PostSummary>, PageInfo)> {
    by.require(Access::Readers)?;
    let at = query.at.map_or(by.at, |at| at.0);
    let (from, order) = filter::rows(conn, query, by)?;
    let sort = query.sort();
    let key = |row: &ListedPost| sort.key(row.post.id, row.sorted_at, row.sorted_title.as_ref());
    let columns = columns(sort, order);
    let select = Select {
        columns: &columns,
        from: &from,
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    let mut posts = summaries(conn, rows, by, at)?;
    if !inclusion.is_empty() {
        let ids: Vec<Id> = posts.iter().map(|post| post.id).collect();
        let mut included = included::load(conn, &ids, inclusion, query.lang.as_ref())?;
        for post in &mut posts {
            post.included = included.remove(&post.id);
        }
    }
    Ok((posts, page))
}

/// Returns the statement that reads a page, so that tests can inspect its query plan.
///
/// # Errors
/// Returns the same errors as [`list`].
pub fn statement(conn: &Conn, listing: &Listing, query: &PostQuery, by: By) -> Result<Sql> {
    let (from, order) = filter::rows(conn, query, by)?;
    let mut page = from.selecting(&columns(query.sort(), order));
    order.paginate(&mut page, listing, &listing.start()?);
    Ok(page)
}

/// Returns the columns of a [`ListedPost`].
fn columns(sort: PostSort, order: Order) -> String {
    let by = order.by.unwrap_or("t.created_at");
    let (at, title) = match sort.is_by_title() {
        true => ("t.created_at", by),
        false => (by, "CAST(NULL AS bytea)"),
    };
    let user = user_ref::COLUMNS;
    format!("t.*, {user}, {at} AS sorted_at, {title} AS sorted_title")
}

/// Loads the relations, the translations and the discussions of the posts, in four statements.
fn summaries(
    conn: &mut Conn,
    rows: Vec<ListedPost>,
    by: By,
    now: Timestamp,
) -> Result<Vec<PostSummary>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.post.id).collect();
    let mut relations = relations::load(conn, &ids)?;
    let mut current = current_of_posts(conn, &ids, now)?;
    let lines = translations::table
        .filter(translations::post_id.eq_any(ids.clone()))
        .order((translations::post_id, translations::lang));
    let mut lines: Vec<SummaryRow> = each!(conn, lines.select(SummaryRow::as_select()).load(conn))?;
    if let Some(languages) = limits::languages(conn, by.actor)? {
        lines.retain(|line| languages.contains(&line.lang));
        current.retain(|one| languages.contains(&one.id.lang));
    }
    let discussions = discussion::load_all(conn, &ids, now)?;
    let line = |ListedPost {
                    post: row, creator, ..
                }: ListedPost| {
        let lines = lines.iter().filter(|line| line.post_id == row.id);
        let current_of = |line: &SummaryRow| current.iter().find(|one| line.is_published_by(one));
        let translations = lines
            .map(|line| line.clone().shown(current_of(line), now))
            .collect();
        let relations = relations.remove(&row.id).unwrap_or_default();
        let own = current.iter().filter(|one| one.id.post == row.id);
        let discussion = discussions.get(&row.id);
        let discussion = discussion.copied().unwrap_or(ShownDiscussion::NONE);
        PostSummary {
            has_unpublished_changes: loaded::lack_shared(&row, own, now),
            comment_count: discussion.comment_count,
            comments_open: discussion.is_open(),
            comments_close_at: discussion.closes_at,
            ..summary(row, creator, relations, translations)
        }
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Reads a post that the caller may read.
///
/// # Errors
/// Returns [`crate::error::Error::NotFound`] if there is no such post, or if the caller may read only own posts and
/// this is not one; [`crate::error::Error::Forbidden`] for a role or key that reads no posts.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<Post> {
    loaded::load_to_read(conn, by, id)?.shown(by)
}

/// Reads a post as [`find`] does, with the names of what it refers to.
///
/// # Errors
/// Returns the same errors as [`find`].
pub fn find_including(conn: &mut Conn, by: By, id: Id, inclusion: &PostInclusion) -> Result<Post> {
    let mut post = find(conn, by, id)?;
    if !inclusion.is_empty() {
        post.summary.included = included::load(conn, &[id], inclusion, None)?.remove(&id);
    }
    Ok(post)
}
