//! The management of users by admins.

use actix_web::web;

use super::model::{AccountPatch, ListedUser, NewUser, ReplacedUser, User, UserPatch, UserQuery};
use super::{list, store};
use crate::accounts::passwords::Passwords;
use crate::accounts::sessions::{AdminRole, As};
use crate::changes::actor::By;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::state::State;
use crate::version::Seen;

/// List users
///
/// Newest first unless `sort` says otherwise.
#[utoipa::path(get, path = "/v1/admin/users", params(Paging, UserQuery, Fields), responses((status = 200, body = Page<ListedUser>)))]
pub async fn list_users(
    admin: As<AdminRole>,
    listing: Listing,
    Query(query): Query<UserQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<ListedUser>>> {
    let selection = Selection::with_included(fields, !query.include.is_empty());
    let (data, page) = admin
        .read(move |conn, by| list::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page }.selecting(selection))
}

/// Create a user
#[utoipa::path(post, path = "/v1/admin/users", responses((status = 201, body = Data<User>)), request_body = NewUser)]
pub async fn create_user(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    admin: As<AdminRole>,
    Json(new): Json<NewUser>,
) -> Result<Created<User>> {
    let by = admin.by();
    let new = new.hashed(&passwords).await?;
    let data = state
        .write(by, move |conn, by| store::insert(conn, by, new))
        .await?;
    Ok(Created {
        location: addresses::management_url(Kind::User, data.id),
        data,
    })
}

/// Read a user
#[utoipa::path(get, path = "/v1/admin/users/{id}", responses((status = 200, body = Data<User>)))]
pub async fn get_user(
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<User>> {
    admin
        .read(move |conn, by| store::find(conn, by, id))
        .await
        .map(Editable)
}

/// Replace a user
///
/// Absent members are cleared, except the password, which stays. `409` if this would leave no active admin.
#[utoipa::path(put, path = "/v1/admin/users/{id}", responses((status = 200, body = Data<User>)), request_body = ReplacedUser)]
pub async fn replace_user(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<ReplacedUser>,
) -> Result<Editable<User>> {
    let patch = UserPatch::from(new).hashed(&passwords).await?;
    change(&state, admin.by(), id, seen, patch).await
}

/// Change a user
///
/// JSON Merge Patch: absent members keep their value, `null` clears. `409` if this would leave no active admin.
#[utoipa::path(patch, path = "/v1/admin/users/{id}", responses((status = 200, body = Data<User>)), request_body = UserPatch)]
pub async fn update_user(
    state: web::Data<State>,
    passwords: web::Data<Passwords>,
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<UserPatch>,
) -> Result<Editable<User>> {
    let patch = patch.hashed(&passwords).await?;
    change(&state, admin.by(), id, seen, patch).await
}

/// Delete a user
///
/// Ends all sessions of the user. The user's posts stay. `409` for the last active admin.
#[utoipa::path(delete, path = "/v1/admin/users/{id}", responses((status = 204)))]
pub async fn delete_user(
    state: web::Data<State>,
    admin: As<AdminRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    let by = admin.by();
    state
        .write(by, move |conn, by| store::delete(conn, by, id, &seen))
        .await
        .map(|()| NoContent)
}

async fn change(
    state: &State,
    by: By,
    id: Id,
    seen: Seen,
    patch: AccountPatch,
) -> Result<Editable<User>> {
    state
        .write(by, move |conn, by| {
            store::update(conn, by, id, &seen, patch)
        })
        .await
        .map(Editable)
}
