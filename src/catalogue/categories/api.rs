//! Management of categories: read by anyone signed in, written by editors.

use actix_web::web;

use super::model::{Category, CategoryPatch, NewCategory};
use crate::accounts::sessions::{AnyRole, As, EditorRole};
use crate::catalogue::terms::model::Merge;
use crate::catalogue::terms::{merge, store};
use crate::delivery::named_lists::NameQuery;
use crate::error::Result;
use crate::http::input::{Json, PathParams, Query};
use crate::http::reply::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::state::State;
use crate::version::Seen;

/// List categories
///
/// Newest first.
#[utoipa::path(get, path = "/v1/admin/categories", params(Paging, NameQuery), responses((status = 200, body = Page<Category>)))]
pub async fn list_categories(
    state: web::Data<State>,
    _: As<AnyRole>,
    listing: Listing,
    Query(query): Query<NameQuery>,
) -> Result<Page<Category>> {
    let query = query.into();
    let (data, page) = state
        .db
        .read(move |conn| store::list(conn, Kind::Category, &listing, &query))
        .await?;
    let data = data.into_iter().map(Category::from).collect();
    Ok(Page { data, page })
}

/// Create a category
#[utoipa::path(post, path = "/v1/admin/categories", responses((status = 201, body = Data<Category>)), request_body = NewCategory)]
pub async fn create_category(
    state: web::Data<State>,
    editor: As<EditorRole>,
    Json(new): Json<NewCategory>,
) -> Result<Created<Category>> {
    let by = editor.by();
    let made = state
        .write(by, move |conn, by| {
            store::insert(conn, by, Kind::Category, new.into())
        })
        .await?;
    let data = Category::from(made);
    Ok(Created {
        location: addresses::management_url(Kind::Category, data.id),
        data,
    })
}

/// Read a category
#[utoipa::path(get, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)))]
pub async fn get_category(
    state: web::Data<State>,
    _: As<AnyRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Category>> {
    state
        .db
        .read(move |conn| store::find(conn, Kind::Category, id))
        .await
        .map(|term| Editable(term.into()))
}

/// Replace a category
///
/// What is absent is cleared, but for the slugs of the languages that stay.
#[utoipa::path(put, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)), request_body = NewCategory)]
pub async fn replace_category(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewCategory>,
) -> Result<Editable<Category>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::update(conn, by, Kind::Category, id, &seen, new.into())
        })
        .await
        .map(|term| Editable(term.into()))
}

/// Change a category
///
/// JSON Merge Patch: absent keeps, null clears; so too each language, and each member of it.
#[utoipa::path(patch, path = "/v1/admin/categories/{id}", responses((status = 200, body = Data<Category>)), request_body = CategoryPatch)]
pub async fn update_category(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<CategoryPatch>,
) -> Result<Editable<Category>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::update(conn, by, Kind::Category, id, &seen, patch.into())
        })
        .await
        .map(|term| Editable(term.into()))
}

/// Delete a category
///
/// 409 with `held_by` while it has children, or posts carry it.
#[utoipa::path(delete, path = "/v1/admin/categories/{id}", responses((status = 204)))]
pub async fn delete_category(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::delete(conn, by, Kind::Category, id, &seen)
        })
        .await
        .map(|()| NoContent)
}

/// Merge a category into another
///
/// Its posts carry the other from now on, its children stand below that, and all its slugs and its id lead there.
/// Its names go. Answers with the one that stays.
#[utoipa::path(post, path = "/v1/admin/categories/{id}/merge", responses((status = 200, body = Data<Category>)), request_body = Merge)]
pub async fn merge_category(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    Json(Merge { into }): Json<Merge>,
) -> Result<Editable<Category>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            merge::merge(conn, by, Kind::Category, id, into)
        })
        .await
        .map(|term| Editable(term.into()))
}
