//! Categories for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

use super::model::{CategoryNode, PublicCategory};
use super::public;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::live;
use crate::resources::localized::{Localized, content_language};
use crate::resources::named::NamedQuery;
use crate::resources::state::State;

/// List categories
///
/// Newest first unless `sort` says otherwise. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicCategory>,
        headers(("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
#[get("/v1/categories")]
async fn list_public_categories(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Page<Selected<PublicCategory>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::list(conn, &listing, &query, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let ((items, page), until) = state.db.read_at_length(read).await?;
    let languages = content_language(items.iter().map(|item| &item.term.lang));
    let data = Selected::all(items, selection);
    let delivered = state.deliver_until(Page { data, page }, until);
    Ok(delivered.with_some(CONTENT_LANGUAGE, languages))
}

/// Read a category
///
/// By id, or by slug in any language. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicCategory>,
        headers(("Content-Language" = String, description = "The language chosen."))))
)]
#[get("/v1/categories/{id_or_slug}")]
async fn get_public_category(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Data<Selected<PublicCategory>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::find(conn, &id_or_slug, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let (found, until) = state.db.read_at_length(read).await?;
    let lang = found.term.lang.to_string();
    let data = Selected::one(found, selection);
    let delivered = state.deliver_until(Data { data }, until);
    Ok(delivered.with(CONTENT_LANGUAGE, lang))
}

/// Read the tree of categories
///
/// All of it in one answer; siblings stand by position, then name.
#[utoipa::path(
    params(Localized),
    responses((status = 200, body = Data<Vec<CategoryNode>>, headers(
        ("Content-Language" = String, description = "The languages of the names; absent when there are none."))))
)]
#[get("/v1/category-tree")]
async fn get_category_tree(
    state: web::Data<State>,
    Query(localized): Query<Localized>,
) -> Result<Delivered<Data<Vec<CategoryNode>>>> {
    let view = localized.view(state.clock.now(), &Selection::default())?;
    let (data, next) = state
        .db
        .read_at_length(move |conn| {
            let tree = public::tree(conn, &view)?;
            Ok((tree, live::next_change(conn, view.now)?))
        })
        .await?;
    let mut named_in = Vec::new();
    data.iter().for_each(|node| node.languages(&mut named_in));
    let languages = content_language(named_in.into_iter());
    Ok(state
        .deliver_until(Data { data }, next)
        .with_some(CONTENT_LANGUAGE, languages))
}
