//! Management of tags: read by anyone signed in, written by editors.

use actix_web::web;

use super::model::{NewTag, Tag, TagPatch};
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

/// List tags
///
/// Newest first.
#[utoipa::path(get, path = "/v1/admin/tags", params(Paging, NameQuery), responses((status = 200, body = Page<Tag>)))]
pub async fn list_tags(
    state: web::Data<State>,
    _: As<AnyRole>,
    listing: Listing,
    Query(query): Query<NameQuery>,
) -> Result<Page<Tag>> {
    let query = query.into();
    let (data, page) = state
        .db
        .read(move |conn| store::list(conn, Kind::Tag, &listing, &query))
        .await?;
    let data = data.into_iter().map(Tag::from).collect();
    Ok(Page { data, page })
}

/// Create a tag
#[utoipa::path(post, path = "/v1/admin/tags", responses((status = 201, body = Data<Tag>)), request_body = NewTag)]
pub async fn create_tag(
    state: web::Data<State>,
    editor: As<EditorRole>,
    Json(new): Json<NewTag>,
) -> Result<Created<Tag>> {
    let by = editor.by();
    let made = state
        .write(by, move |conn, by| {
            store::insert(conn, by, Kind::Tag, new.into())
        })
        .await?;
    let data = Tag::from(made);
    Ok(Created {
        location: addresses::management_url(Kind::Tag, data.id),
        data,
    })
}

/// Read a tag
#[utoipa::path(get, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)))]
pub async fn get_tag(
    state: web::Data<State>,
    _: As<AnyRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Tag>> {
    state
        .db
        .read(move |conn| store::find(conn, Kind::Tag, id))
        .await
        .map(|term| Editable(term.into()))
}

/// Replace a tag
///
/// What is absent is cleared, but for the slugs of the languages that stay.
#[utoipa::path(put, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)), request_body = NewTag)]
pub async fn replace_tag(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewTag>,
) -> Result<Editable<Tag>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::update(conn, by, Kind::Tag, id, &seen, new.into())
        })
        .await
        .map(|term| Editable(term.into()))
}

/// Change a tag
///
/// JSON Merge Patch: absent keeps, null clears; so too each language, and each member of it.
#[utoipa::path(patch, path = "/v1/admin/tags/{id}", responses((status = 200, body = Data<Tag>)), request_body = TagPatch)]
pub async fn update_tag(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<TagPatch>,
) -> Result<Editable<Tag>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::update(conn, by, Kind::Tag, id, &seen, patch.into())
        })
        .await
        .map(|term| Editable(term.into()))
}

/// Delete a tag
///
/// 409 with `held_by` while posts carry it.
#[utoipa::path(delete, path = "/v1/admin/tags/{id}", responses((status = 204)))]
pub async fn delete_tag(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            store::delete(conn, by, Kind::Tag, id, &seen)
        })
        .await
        .map(|()| NoContent)
}

/// Merge a tag into another
///
/// Its posts carry the other from now on, and all its slugs and its id lead there. Its names go. Answers with the one
/// that stays.
#[utoipa::path(post, path = "/v1/admin/tags/{id}/merge", responses((status = 200, body = Data<Tag>)), request_body = Merge)]
pub async fn merge_tag(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    Json(Merge { into }): Json<Merge>,
) -> Result<Editable<Tag>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            merge::merge(conn, by, Kind::Tag, id, into)
        })
        .await
        .map(|term| Editable(term.into()))
}
