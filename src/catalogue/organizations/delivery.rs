//! The handlers of organizations on the delivery surface.

use super::model::PublicOrganization;
use super::public;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::delivery::localized::Localized;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::reader::Reader;
use crate::delivery::response::{MOVED, PublicResponse};
use crate::delivery::surrogate_keys;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::response::{Data, Page};
use crate::kind::Kind;
use crate::page::{Listing, Paging};

/// List organizations
///
/// Newest first unless `sort` says otherwise. `lang` and `fallback` decide which posts `post_count` counts.
#[utoipa::path(
    get, path = "/v1/organizations",
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicOrganization>))
)]
pub async fn list_public_organizations(
    listing: Listing,
    Query(query): Query<NamedQuery>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicOrganization>>>> {
    let list = move |conn: &mut _, view: &_| public::list(conn, &listing, &query, view);
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::all(Kind::Organization));
    reader.at_length().page(among, list).await
}

/// Read an organization
///
/// `lang` and `fallback` decide which posts `post_count` counts.
#[utoipa::path(get, path = "/v1/organizations/{id_or_slug}", params(Localized, Fields), responses((status = 200, body = Data<PublicOrganization>), (status = 308, description = MOVED)))]
pub async fn get_public_organization(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicOrganization>>>> {
    let among = reader.view().counted();
    let find = move |conn: &mut _, view: &_| public::find(conn, &id_or_slug, view);
    reader.at_length().one(among, find).await
}
