//! Organizations for the public.

use actix_web::{get, web};

use super::model::PublicOrganization;
use super::store;
use crate::error::Result;
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::listing::NameQuery;
use crate::resources::state::State;

/// List organizations
///
/// Newest first.
#[utoipa::path(params(Paging, NameQuery), responses((status = 200, body = Page<PublicOrganization>)))]
#[get("/v1/organizations")]
async fn list_public_organizations(
    state: web::Data<State>,
    listing: Listing,
    Query(query): Query<NameQuery>,
) -> Result<Delivered<Page<PublicOrganization>>> {
    let (rows, page) = state
        .db
        .read(move |conn| store::list(conn, &listing, query.q.as_deref()))
        .await?;
    Ok(state.deliver(Page {
        data: rows.into_iter().map(PublicOrganization::from).collect(),
        page,
    }))
}

/// Read an organization
#[utoipa::path(responses((status = 200, body = Data<PublicOrganization>)))]
#[get("/v1/organizations/{id_or_slug}")]
async fn get_public_organization(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
) -> Result<Delivered<Data<PublicOrganization>>> {
    let row = state
        .db
        .read(move |conn| store::find_public(conn, &id_or_slug))
        .await?;
    Ok(state.deliver(Data { data: row.into() }))
}
