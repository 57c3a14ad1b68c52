//! Management of tags: read by anyone signed in, written by editors.

use super::model::{NewTag, Tag, TagPatch};
use crate::accounts::sessions::{AnyCaller, As, EditorRole};
use crate::catalogue::terms::management;
use crate::catalogue::terms::merge::Merger;
use crate::catalogue::terms::model::Merge;
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::version::Seen;

/// List tags
///
/// Newest first unless `sort` says otherwise. In an order by name, each has the name in its original language.
#[utoipa::path(get, path = "/v1/admin/tags", params(Paging, NamedQuery, Fields), responses((status = 200, body = Page<Tag>)))]
pub async fn list_tags(
    reader: As<AnyCaller>,
    listing: Listing,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Tag>>> {
    let page = management::list(&reader, Kind::Tag, listing, query).await?;
    Ok(page.selecting(fields.into()))
}

/// Create a tag
#[utoipa::path(post, path = "/v1/admin/tags", responses((status = 201, body = Data<Tag>)), request_body = NewTag)]
pub async fn create_tag(editor: As<EditorRole>, Json(new): Json<NewTag>) -> Result<Created<Tag>> {
    management::create(&editor, Kind::Tag, new.into()).await
}

/// Read a tag
#[utoipa::path(get, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)))]
pub async fn get_tag(
    reader: As<AnyCaller>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Tag>> {
    management::find(&reader, Kind::Tag, id).await
}

/// Replace a tag
///
/// Members that are absent are cleared, except the slugs of languages that stay.
#[utoipa::path(put, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)), request_body = NewTag)]
pub async fn replace_tag(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewTag>,
) -> Result<Editable<Tag>> {
    management::update(&editor, Kind::Tag, id, seen, new.into()).await
}

/// Change a tag
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The same applies to each language and each of its
/// members.
#[utoipa::path(patch, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)), request_body = TagPatch)]
pub async fn update_tag(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<TagPatch>,
) -> Result<Editable<Tag>> {
    management::update(&editor, Kind::Tag, id, seen, patch.into()).await
}

/// Delete a tag
///
/// Fails with `409` and `held_by` while posts have the tag.
#[utoipa::path(delete, path = "/v1/admin/tags/{id}", responses((status = 204)))]
pub async fn delete_tag(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    management::delete(&editor, Kind::Tag, id, seen).await
}

/// Merge a tag into another
///
/// Posts with this tag get the other one, and all its slugs and its id redirect there. Its names are deleted. Returns the
/// tag that stays.
#[utoipa::path(post, path = "/v1/admin/tags/{id}/merge", responses((status = 200, body = Data<Tag>)), request_body = Merge)]
pub async fn merge_tag(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(Merge { into }): Json<Merge>,
) -> Result<Editable<Tag>> {
    let kind = Kind::Tag;
    management::merge(&editor, seen, Merger { kind, id, into }).await
}
