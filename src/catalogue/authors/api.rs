//! Management of authors: read by anyone signed in, written by editors.

use super::model::{Author, AuthorEdit, AuthorPatch, AuthorQuery, ListedAuthor, NewAuthor};
use super::store;
use crate::accounts::sessions::{AnyCaller, As, EditorRole};
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::version::Seen;

/// List authors
///
/// Newest first unless `sort` says otherwise. Unknown organizations give an empty list.
#[utoipa::path(get, path = "/v1/admin/authors", params(Paging, NamedQuery, AuthorQuery, Fields), responses((status = 200, body = Page<ListedAuthor>)))]
pub async fn list_authors(
    reader: As<AnyCaller>,
    listing: Listing,
    Query(query): Query<NamedQuery>,
    Query(more): Query<AuthorQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<ListedAuthor>>> {
    let selection = Selection::with_included(fields, !more.include.is_empty());
    let (data, page) = reader
        .read(move |conn, _| store::list(conn, &listing, &query, &more))
        .await?;
    Ok(Page { data, page }.selecting(selection))
}

/// Create an author
#[utoipa::path(post, path = "/v1/admin/authors", responses((status = 201, body = Data<Author>)), request_body = NewAuthor)]
pub async fn create_author(
    editor: As<EditorRole>,
    Json(new): Json<NewAuthor>,
) -> Result<Created<Author>> {
    let data = editor
        .write(move |conn, by| store::insert(conn, by, new))
        .await?;
    Ok(Created {
        location: addresses::management_url(Kind::Author, data.id),
        data,
    })
}

/// Read an author
#[utoipa::path(get, path = "/v1/admin/authors/{id}", responses((status = 200, body = Data<Author>)))]
pub async fn get_author(
    reader: As<AnyCaller>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Author>> {
    reader
        .read(move |conn, _| store::find(conn, id))
        .await
        .map(Editable)
}

/// Replace an author
///
/// Members that are absent are cleared, except the slug.
#[utoipa::path(put, path = "/v1/admin/authors/{id}", responses((status = 200, body = Data<Author>)), request_body = NewAuthor)]
pub async fn replace_author(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewAuthor>,
) -> Result<Editable<Author>> {
    editor
        .write(move |conn, by| store::update(conn, by, id, &seen, AuthorEdit::Replace(new)))
        .await
        .map(Editable)
}

/// Change an author
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The same applies to each language of `bio`.
#[utoipa::path(patch, path = "/v1/admin/authors/{id}", responses((status = 200, body = Data<Author>)), request_body = AuthorPatch)]
pub async fn update_author(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<AuthorPatch>,
) -> Result<Editable<Author>> {
    editor
        .write(move |conn, by| store::update(conn, by, id, &seen, AuthorEdit::Merge(patch)))
        .await
        .map(Editable)
}

/// Delete an author
///
/// Fails with `409` and `held_by` while bylines or translations name the author.
#[utoipa::path(delete, path = "/v1/admin/authors/{id}", responses((status = 204)))]
pub async fn delete_author(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| store::delete(conn, by, id, &seen))
        .await
        .map(|()| NoContent)
}
