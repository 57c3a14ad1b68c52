//! Categories for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

use super::model::{CategoryNode, PublicCategory};
use super::public;
use crate::error::Result;
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::listing::NameQuery;
use crate::resources::live;
use crate::resources::localized::Localized;
use crate::resources::state::State;

/// List categories
///
/// Newest first. One without a name in a language asked for is shown in its own.
#[utoipa::path(params(Paging, Localized, NameQuery), responses((status = 200, body = Page<PublicCategory>)))]
#[get("/v1/categories")]
async fn list_public_categories(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NameQuery>,
) -> Result<Delivered<Page<PublicCategory>>> {
    let view = localized.view(state.clock.now())?;
    let ((data, page), next) = state
        .db
        .read(move |conn| {
            let found = public::list(conn, &listing, query.q.as_deref(), &view)?;
            Ok((found, live::next_change(conn, view.now)?))
        })
        .await?;
    Ok(state.deliver_until(Page { data, page }, next))
}

/// Read a category
///
/// By id, or by slug in any language. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Localized),
    responses((status = 200, body = Data<PublicCategory>,
        headers(("Content-Language" = String, description = "The language chosen."))))
)]
#[get("/v1/categories/{id_or_slug}")]
async fn get_public_category(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(query): Query<Localized>,
) -> Result<Delivered<Data<PublicCategory>>> {
    let view = query.view(state.clock.now())?;
    let (data, next) = state
        .db
        .read(move |conn| {
            let found = public::find(conn, &id_or_slug, &view)?;
            Ok((found, live::next_change(conn, view.now)?))
        })
        .await?;
    let lang = data.term.lang.to_string();
    let delivered = state.deliver_until(Data { data }, next);
    Ok(delivered.with(CONTENT_LANGUAGE, lang))
}

/// Read the tree of categories
///
/// All of it in one answer; siblings stand by position, then name.
#[utoipa::path(params(Localized), responses((status = 200, body = Data<Vec<CategoryNode>>)))]
#[get("/v1/category-tree")]
async fn get_category_tree(
    state: web::Data<State>,
    Query(query): Query<Localized>,
) -> Result<Delivered<Data<Vec<CategoryNode>>>> {
    let view = query.view(state.clock.now())?;
    let (data, next) = state
        .db
        .read(move |conn| {
            let tree = public::tree(conn, &view)?;
            Ok((tree, live::next_change(conn, view.now)?))
        })
        .await?;
    Ok(state.deliver_until(Data { data }, next))
}
