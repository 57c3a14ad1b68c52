//! The handlers for moderators.

use super::model::{Comment, CommentCounts, NewDecision};
use super::moderation;
use super::notices::Pages;
use super::query::QueueQuery;
use crate::accounts::sessions::{As, ModeratorRole};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Editable, Page};
use crate::id::Id;
use crate::page::{Listing, Paging};
use crate::version::Seen;

/// List comments
///
/// In all states, newest first unless `sort` says otherwise. Members about the person are for moderators only: never publish
/// them.
#[utoipa::path(get, path = "/v1/admin/comments", params(Paging, QueueQuery, Fields), responses((status = 200, body = Page<Comment>)))]
pub async fn list_comments(
    moderator: As<ModeratorRole>,
    listing: Listing,
    Query(query): Query<QueueQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Comment>>> {
    let (data, page) = moderator
        .read(move |conn, by| moderation::list(conn, by, &listing, &query))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Count comments by state
///
/// With the filters of the list.
#[utoipa::path(get, path = "/v1/admin/comments/counts", params(QueueQuery), responses((status = 200, body = Data<CommentCounts>)))]
pub async fn get_comment_counts(
    moderator: As<ModeratorRole>,
    Query(query): Query<QueueQuery>,
) -> Result<Data<CommentCounts>> {
    moderator
        .read_at_length(move |conn, by| moderation::counts(conn, by, &query))
        .await
        .map(|data| Data { data })
}

/// Read a comment
///
/// With what was decided about it.
#[utoipa::path(get, path = "/v1/admin/comments/{id}", responses((status = 200, body = Data<Comment>)))]
pub async fn get_comment(
    moderator: As<ModeratorRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Comment>> {
    moderator
        .read(move |conn, by| moderation::find(conn, by, id))
        .await
        .map(Editable)
}

/// Decide about a comment
///
/// `If-Match` makes sure that nobody has changed the comment or decided about it since it was read. To decide about many at
/// once, send a batch. Decisions can be undone by deciding otherwise, except that what its writer deleted is gone.
#[utoipa::path(put, path = "/v1/admin/comments/{id}/state", responses((status = 200, body = Data<Comment>)), request_body = NewDecision)]
pub async fn replace_comment_state(
    moderator: As<ModeratorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(decision): Json<NewDecision>,
) -> Result<Editable<Comment>> {
    let pages = Pages::of(&moderator.state.config);
    moderator
        .write(move |conn, by| moderation::decide(conn, by, id, &seen, (decision, &pages)))
        .await
        .map(Editable)
}
