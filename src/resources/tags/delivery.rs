//! Tags for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

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
use crate::resources::terms::model::Kind;
use crate::resources::terms::public;
use crate::resources::terms::shown::PublicTerm;

/// List tags
///
/// Newest first unless `sort` says otherwise. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicTerm>,
        headers(("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
#[get("/v1/tags")]
async fn list_public_tags(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Page<Selected<PublicTerm>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let (rows, page) = public::list(conn, Kind::Tag, &listing, &query, &view)?;
        let items: Vec<PublicTerm> = rows.into_iter().map(|(_, term)| term).collect();
        Ok(((items, page), live::next_change(conn, view.now)?))
    };
    let ((items, page), until) = state.db.read_at_length(read).await?;
    let languages = content_language(items.iter().map(|item| &item.lang));
    let data = Selected::all(items, selection);
    let delivered = state.deliver_until(Page { data, page }, until);
    Ok(delivered.with_some(CONTENT_LANGUAGE, languages))
}

/// Read a tag
///
/// By id, or by slug in any language. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicTerm>,
        headers(("Content-Language" = String, description = "The language chosen."))))
)]
#[get("/v1/tags/{id_or_slug}")]
async fn get_public_tag(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Data<Selected<PublicTerm>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let (_, found) = public::find(conn, Kind::Tag, &id_or_slug, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let (found, until) = state.db.read_at_length(read).await?;
    let lang = found.lang.to_string();
    let data = Selected::one(found, selection);
    let delivered = state.deliver_until(Data { data }, until);
    Ok(delivered.with(CONTENT_LANGUAGE, lang))
}
