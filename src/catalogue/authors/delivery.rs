//! The handlers of authors on the delivery surface.

use super::model::PublicAuthor;
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

/// List authors
///
/// Newest first unless `sort` says otherwise.
#[utoipa::path(
    get, path = "/v1/authors",
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicAuthor>,
        headers(("Content-Language" = String, description = "The languages of the bios; absent when there are none."))))
)]
pub async fn list_public_authors(
    listing: Listing,
    Query(query): Query<NamedQuery>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicAuthor>>>> {
    let list = move |conn: &mut _, view: &_| public::list(conn, &listing, &query, view);
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::all(Kind::Author));
    reader.at_length().page(among, list).await
}

/// Read an author
#[utoipa::path(
    get, path = "/v1/authors/{id_or_slug}",
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicAuthor>,
        headers(("Content-Language" = String, description = "The language of the bio, if there is one to be shown."))), (status = 308, description = MOVED))
)]
pub async fn get_public_author(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicAuthor>>>> {
    let among = reader.view().counted();
    let find = move |conn: &mut _, view: &_| public::find(conn, &id_or_slug, view);
    reader.at_length().one(among, find).await
}
