//! The management API of posts. Contributors and authors see and change their own posts only.

use super::model::{DeleteQuery, NewPost, Post, PostPatch, PostSummary, PublishQuery};
use super::query::{PostFilter, PostInclusion, PostQuery};
use super::writing::{self, Edit};
use super::{history, store, trash};
use crate::accounts::sessions::{As, EditorRole, ReaderRole, WriterRole};
use crate::editorial::saved::{CheckedData, Saved};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::followers::audit::history::{HistoryEntry, HistoryQuery};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::version::Seen;

/// List posts
///
/// Returns posts, newest first unless `sort` says otherwise. Contributors and authors see their own posts only. Unknown
/// terms, authors and organizations give an empty list.
#[utoipa::path(get, path = "/v1/admin/posts", params(Paging, PostQuery, PostFilter, Fields, PostInclusion), responses((status = 200, body = Page<PostSummary>)))]
pub async fn list_posts(
    reader: As<ReaderRole>,
    listing: Listing,
    Query(query): Query<PostQuery>,
    Query(fields): Query<Fields>,
    Query(inclusion): Query<PostInclusion>,
) -> Result<Page<Selected<PostSummary>>> {
    let selection = inclusion.selecting(fields);
    let (data, page) = reader
        .read(move |conn, by| store::list(conn, &listing, &query, &inclusion, by))
        .await?;
    Ok(Page { data, page }.selecting(selection))
}

/// Create a post
///
/// Creates a post with its first translation, whose language becomes the original language. Publishes nothing.
#[utoipa::path(post, path = "/v1/admin/posts", responses((status = 201, body = CheckedData<Post>)), request_body = NewPost)]
pub async fn create_post(writer: As<WriterRole>, Json(new): Json<NewPost>) -> Result<Saved<Post>> {
    let data = writer
        .write(move |conn, by| writing::insert(conn, by, new))
        .await?;
    let location = addresses::management_url(Kind::Post, data.summary.id);
    Saved::created(location, data).await
}

/// Read a post
#[utoipa::path(get, path = "/v1/admin/posts/{id}", params(PostInclusion), responses((status = 200, body = Data<Post>)))]
pub async fn get_post(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<Id>,
    Query(inclusion): Query<PostInclusion>,
) -> Result<Editable<Post>> {
    reader
        .read(move |conn, by| store::find_including(conn, by, id, &inclusion))
        .await
        .map(Editable)
}

/// Replace a post
///
/// Clears absent members. Writes the given translation; other languages stay as they are. A request that changes
/// nothing does not create a new version.
#[utoipa::path(put, path = "/v1/admin/posts/{id}", responses((status = 200, body = CheckedData<Post>)), request_body = NewPost)]
pub async fn replace_post(
    writer: As<WriterRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewPost>,
) -> Result<Saved<Post>> {
    let saved = writer.write(move |conn, by| writing::replace(conn, by, id, &seen, new));
    Saved::changed(saved.await?).await
}

/// Change a post
///
/// Applies a JSON Merge Patch to the properties that all languages share: absent members stay as they are; null
/// clears. A request that changes nothing does not create a new version. The public sees the change when a language is
/// published again or, with `publish=shared`, at once.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}", params(PublishQuery), responses((status = 200, body = Data<Post>)), request_body = PostPatch)]
pub async fn update_post(
    writer: As<WriterRole>,
    PathParams(id): PathParams<Id>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
    Json(patch): Json<PostPatch>,
) -> Result<Editable<Post>> {
    let publish = query.publishes();
    writer
        .write(move |conn, by| writing::update(conn, by, id, &seen, Edit { patch, publish }))
        .await
        .map(Editable)
}

/// Publish what all languages share
///
/// Publishes the bylines, categories, tags, `featured`, the licence and the canonical URL of a post, in all its languages
/// at once. Texts stay: those that are live, those that are being written, and those under review, which do not stand in
/// the way. Creates no revision. Planned replacements and scheduled publications get these properties, too, so that they do
/// not bring former ones back. `updated_at` of the public posts stays. Takes no request body. If the public has these
/// properties, nothing changes. Answers 409 `not_published` if no language is published or scheduled.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/publication", responses((status = 200, body = Data<Post>)))]
pub async fn publish_shared_properties(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<Editable<Post>> {
    editor
        .write(move |conn, by| writing::publish(conn, by, id, &seen))
        .await
        .map(Editable)
}

/// List the history of a post
///
/// Returns the changes to the post, its translations and its publications, newest first: who made each, and the values
/// before and after. The clock is the actor of what was scheduled. Everybody who may read the post may read its
/// history.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/history", params(Paging, HistoryQuery, Fields), responses((status = 200, body = Page<HistoryEntry>)))]
pub async fn list_post_history(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<Id>,
    listing: Listing,
    Query(query): Query<HistoryQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<HistoryEntry>>> {
    let read = move |conn: &mut _, by| history::list(conn, by, id, &listing, &query);
    let (data, page) = reader.read(read).await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Delete a post
///
/// Moves the post to the trash and takes down its publications at once. A page with pages below it, outside of the trash,
/// cannot be deleted (`409 in_use`): move those first. With `permanent=true`, deletes it
/// permanently, which requires the role admin.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}", params(DeleteQuery), responses((status = 204)))]
pub async fn delete_post(
    writer: As<WriterRole>,
    PathParams(id): PathParams<Id>,
    Query(query): Query<DeleteQuery>,
    seen: Seen,
) -> Result<NoContent> {
    let takedown = query.takedown();
    let delete = if query.permanent.unwrap_or(false) {
        trash::purge
    } else {
        trash::trash
    };
    writer
        .write(move |conn, by| delete(conn, by, id, &seen, takedown))
        .await
        .map(|()| NoContent)
}

/// Restore a post
///
/// Takes the post out of the trash, unpublished.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/restoration", responses((status = 200, body = Data<Post>)))]
pub async fn restore_post(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<Editable<Post>> {
    editor
        .write(move |conn, by| trash::restore(conn, by, id, &seen))
        .await
        .map(Editable)
}
