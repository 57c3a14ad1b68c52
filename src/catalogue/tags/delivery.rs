//! The handlers of tags on the delivery surface.

use crate::catalogue::terms::public;
use crate::catalogue::terms::shown::PublicTerm;
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

/// List tags
///
/// Newest first unless `sort` says otherwise. A term without a name in a requested language is shown in its original
/// language.
#[utoipa::path(
    get, path = "/v1/tags",
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicTerm>,
        headers(("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn list_public_tags(
    listing: Listing,
    Query(query): Query<NamedQuery>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicTerm>>>> {
    let list = move |conn: &mut _, view: &_| {
        let (terms, page) = public::list(conn, Kind::Tag, &listing, &query, view)?;
        Ok((terms.into_iter().map(|(_, term)| term).collect(), page))
    };
    let among = reader.view().counted().with(surrogate_keys::all(Kind::Tag));
    reader.at_length().page(among, list).await
}

/// Read a tag
///
/// By id, or by slug in any language. A term without a name in a requested language is shown in its original language.
#[utoipa::path(
    get, path = "/v1/tags/{id_or_slug}",
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicTerm>,
        headers(("Content-Language" = String, description = "The language shown."))), (status = 308, description = MOVED))
)]
pub async fn get_public_tag(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicTerm>>>> {
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::slug(&id_or_slug));
    let find = move |conn: &mut _, view: &_| {
        let (_, term) = public::find(conn, Kind::Tag, &id_or_slug, view)?;
        Ok(term)
    };
    reader.at_length().one(among, find).await
}
