//! Management of organizations: read by anyone signed in, written by editors.

use super::model::{NewOrganization, Organization, OrganizationEdit, OrganizationPatch};
use super::store;
use crate::accounts::sessions::{AnyCaller, As, EditorRole};
use crate::catalogue::site::public::own_language;
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::version::Seen;

/// List organizations
///
/// Newest first unless `sort` says otherwise.
#[utoipa::path(get, path = "/v1/admin/organizations", params(Paging, NamedQuery, Fields), responses((status = 200, body = Page<Organization>)))]
pub async fn list_organizations(
    reader: As<AnyCaller>,
    listing: Listing,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Organization>>> {
    let (data, page) = reader
        .read(move |conn, _| store::list(conn, &listing, &query))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Create an organization
#[utoipa::path(post, path = "/v1/admin/organizations", responses((status = 201, body = Data<Organization>)), request_body = NewOrganization)]
pub async fn create_organization(
    editor: As<EditorRole>,
    Json(mut new): Json<NewOrganization>,
) -> Result<Created<Organization>> {
    let settings = editor.state.config.site.languages.clone();
    let data = editor
        .write(move |conn, by| {
            if new.lang.is_none() {
                new.lang = own_language(conn, &settings)?;
            }
            store::insert(conn, by, new)
        })
        .await?;
    Ok(Created {
        location: addresses::management_url(Kind::Organization, data.id),
        data,
    })
}

/// Read an organization
#[utoipa::path(get, path = "/v1/admin/organizations/{id}", responses((status = 200, body = Data<Organization>)))]
pub async fn get_organization(
    reader: As<AnyCaller>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<Organization>> {
    reader
        .read(move |conn, _| store::find(conn, id))
        .await
        .map(Editable)
}

/// Replace an organization
///
/// Members that are absent are cleared, except the slug and the language.
#[utoipa::path(put, path = "/v1/admin/organizations/{id}", responses((status = 200, body = Data<Organization>)), request_body = NewOrganization)]
pub async fn replace_organization(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewOrganization>,
) -> Result<Editable<Organization>> {
    editor
        .write(move |conn, by| store::update(conn, by, id, &seen, OrganizationEdit::Replace(new)))
        .await
        .map(Editable)
}

/// Change an organization
///
/// JSON Merge Patch: absent members keep their value, `null` clears. The same applies to each language of `names`.
#[utoipa::path(patch, path = "/v1/admin/organizations/{id}", responses((status = 200, body = Data<Organization>)), request_body = OrganizationPatch)]
pub async fn update_organization(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(patch): Json<OrganizationPatch>,
) -> Result<Editable<Organization>> {
    editor
        .write(move |conn, by| store::update(conn, by, id, &seen, OrganizationEdit::Merge(patch)))
        .await
        .map(Editable)
}

/// Delete an organization
///
/// Fails with `409` and `held_by` while authors or bylines name the organization.
#[utoipa::path(delete, path = "/v1/admin/organizations/{id}", responses((status = 204)))]
pub async fn delete_organization(
    editor: As<EditorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| store::delete(conn, by, id, &seen))
        .await
        .map(|()| NoContent)
}
