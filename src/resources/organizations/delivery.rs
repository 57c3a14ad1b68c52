//! Organizations for the public.

use actix_web::{get, web};

use super::model::PublicOrganization;
use super::public;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::live;
use crate::resources::localized::Localized;
use crate::resources::named::NamedQuery;
use crate::resources::state::State;

/// List organizations
///
/// Newest first unless `sort` says otherwise. `lang` and `fallback` say which posts `post_count` counts.
#[utoipa::path(
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicOrganization>))
)]
#[get("/v1/organizations")]
async fn list_public_organizations(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Page<Selected<PublicOrganization>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::list(conn, &listing, &query, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let ((items, page), until) = state.db.read_at_length(read).await?;
    let data = Selected::all(items, selection);
    Ok(state.deliver_until(Page { data, page }, until))
}

/// Read an organization
///
/// `lang` and `fallback` say which posts `post_count` counts.
#[utoipa::path(params(Localized, Fields), responses((status = 200, body = Data<PublicOrganization>)))]
#[get("/v1/organizations/{id_or_slug}")]
async fn get_public_organization(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Data<Selected<PublicOrganization>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::find(conn, &id_or_slug, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let (found, until) = state.db.read_at_length(read).await?;
    let data = Selected::one(found, selection);
    Ok(state.deliver_until(Data { data }, until))
}
