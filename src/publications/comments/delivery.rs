//! The handlers of comments on the delivery surface.

use super::model::{CommentQuery, PublicComment};
use super::store;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::delivery::reader::{Reader, View};
use crate::delivery::response::{MOVED, PublicResponse};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::response::{Data, Page};
use crate::id::Id;
use crate::page::{Listing, Paging};
use crate::publications::single;
use crate::surrogate_keys::SurrogateKeys;

/// List the comments of a post
///
/// By thread unless `sort` says otherwise: each comment stands before its answers, and the oldest thread is first. All
/// languages of a post have the same comments; `lang` selects those that are written in one. A comment that was deleted and
/// has answers is listed without its name and text.
#[utoipa::path(
    get, path = "/v1/posts/{id_or_slug}/comments",
    params(Paging, CommentQuery, Fields),
    responses((status = 200, body = Page<PublicComment>, headers(
        ("Content-Language" = String, description = "The languages of the comments; absent when there are none."))), (status = 308, description = MOVED), (status = 410))
)]
pub async fn list_public_comments(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    listing: Listing,
    Query(query): Query<CommentQuery>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicComment>>>> {
    let among = single::keys(&id_or_slug);
    let reader = match listing.counts() {
        true => reader.at_length(),
        false => reader,
    };
    let list =
        move |conn: &mut _, view: &View| store::list(conn, &id_or_slug, (&listing, &query), view);
    reader.lasting_page(among, list).await
}

/// Read a comment
#[utoipa::path(
    get, path = "/v1/comments/{id}",
    params(Fields),
    responses((status = 200, body = Data<PublicComment>, headers(
        ("Content-Language" = String, description = "The language of the comment."))))
)]
pub async fn get_public_comment(
    PathParams(id): PathParams<Id>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicComment>>>> {
    let find = move |conn: &mut _, view: &View| store::find(conn, id, view.now);
    reader.lasting(SurrogateKeys::new(), find).await
}
