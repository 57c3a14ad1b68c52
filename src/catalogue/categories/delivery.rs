//! The handlers of categories on the delivery surface.

use super::model::{CategoryNode, PublicCategory};
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

/// List categories
///
/// Newest first unless `sort` says otherwise. A term without a name in a requested language is shown in its original
/// language.
#[utoipa::path(
    get, path = "/v1/categories",
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicCategory>,
        headers(("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn list_public_categories(
    listing: Listing,
    Query(query): Query<NamedQuery>,
    reader: Reader,
) -> Result<PublicResponse<Page<Selected<PublicCategory>>>> {
    let list = move |conn: &mut _, view: &_| public::list(conn, &listing, &query, view);
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::all(Kind::Category));
    reader.at_length().page(among, list).await
}

/// Read a category
///
/// By id, or by slug in any language. A term without a name in a requested language is shown in its original language.
#[utoipa::path(
    get, path = "/v1/categories/{id_or_slug}",
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicCategory>,
        headers(("Content-Language" = String, description = "The language shown."))), (status = 308, description = MOVED))
)]
pub async fn get_public_category(
    PathParams(id_or_slug): PathParams<IdOrSlug>,
    reader: Reader,
) -> Result<PublicResponse<Data<Selected<PublicCategory>>>> {
    // The category may have a new descendant.
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::all(Kind::Category));
    let find = move |conn: &mut _, view: &_| public::find(conn, &id_or_slug, view);
    reader.at_length().one(among, find).await
}

/// Read the tree of categories
///
/// The whole tree in one response. Siblings are ordered by position, then by name.
#[utoipa::path(
    get, path = "/v1/category-tree",
    params(Localized),
    responses((status = 200, body = Data<Vec<CategoryNode>>, headers(
        ("Content-Language" = String, description = "The languages of the names; absent when there are none."))))
)]
pub async fn get_category_tree(
    reader: Reader,
) -> Result<PublicResponse<Data<Vec<Selected<CategoryNode>>>>> {
    let among = reader
        .view()
        .counted()
        .with(surrogate_keys::all(Kind::Category));
    reader.at_length().all(among, public::tree).await
}
