//! Management of categories: read by anyone signed in, written by editors.

use super::model::{Category, CategoryPatch, NewCategory};
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

/// List categories
///
/// Newest first unless `sort` says otherwise. In an order by name, each has the name in its original language.
#[utoipa::path(get, path = "/v1/admin/categories", params(Paging, NamedQuery, Fields), responses((status = 200, body = Page<Category>)))]
pub async fn list_categories(
    reader: As<AnyCaller>,
    listing: Listing,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Category>>> {
    let page = management::list(&reader, Kind::Category, listing, query).await?;
    Ok(page.selecting(fields.into()))
}

/// Create a category
#[utoipa::path(post, path = "/v1/admin/categories", responses((status = 201, body = Data<Category>)), request_body = NewCategory)]
pub async fn create_category(
    editor: As<EditorRole>,
    Json(new): Json<NewCategory>,
) -> Result<Created<Category>> {
    management::create(&editor, Kind::Category, new.into()).await
}

/// Read a category
#[utoipa::path(get, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)))]
pub async fn get_category(
    reader: As<AnyCaller>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Category>> {
    management::find(&reader, Kind::Category, id).await
}

/// Replace a category
///
/// Members that are absent are cleared, except the slugs of languages that stay.
#[utoipa::path(put, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)), request_body = NewCategory)]
pub async fn replace_category(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewCategory>,
) -> Result<Editable<Category>> {
    management::update(&editor, Kind::Category, id, seen, new.into()).await
}

/// Change a category
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The same applies to each language and each of its
/// members.
#[utoipa::path(patch, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)), request_body = CategoryPatch)]
pub async fn update_category(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<CategoryPatch>,
) -> Result<Editable<Category>> {
    management::update(&editor, Kind::Category, id, seen, patch.into()).await
}

/// Delete a category
///
/// Fails with `409` and `held_by` while the category has children or posts.
#[utoipa::path(delete, path = "/v1/admin/categories/{id}", responses((status = 204)))]
pub async fn delete_category(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    management::delete(&editor, Kind::Category, id, seen).await
}

/// Merge a category into another
///
/// Posts and children of this category move to the other one, and all its slugs and its id redirect there. Its names are
/// deleted. Returns the category that stays.
#[utoipa::path(post, path = "/v1/admin/categories/{id}/merge", responses((status = 200, body = Data<Category>)), request_body = Merge)]
pub async fn merge_category(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(Merge { into }): Json<Merge>,
) -> Result<Editable<Category>> {
    let kind = Kind::Category;
    management::merge(&editor, seen, Merger { kind, id, into }).await
}
