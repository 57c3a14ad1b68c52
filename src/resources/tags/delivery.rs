//! Tags for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

use crate::error::Result;
use crate::http::input::{Key, Query};
use crate::http::reply::{Data, Page};
use crate::page::{Listing, Paging};
use crate::resources::delivered::Delivered;
use crate::resources::listing::NameQuery;
use crate::resources::live;
use crate::resources::localized::Localized;
use crate::resources::state::State;
use crate::resources::terms::model::Kind;
use crate::resources::terms::public;
use crate::resources::terms::shown::PublicTerm;

/// List tags
///
/// Newest first. One without a name in a language asked for is shown in its own.
#[utoipa::path(params(Paging, Localized, NameQuery), responses((status = 200, body = Page<PublicTerm>)))]
#[get("/v1/tags")]
async fn list_public_tags(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NameQuery>,
) -> Result<Delivered<Page<PublicTerm>>> {
    let view = localized.view(state.clock.now())?;
    let ((data, page), next) = state
        .db
        .read(move |conn| {
            let (rows, page) = public::list(conn, Kind::Tag, &listing, query.q.as_deref(), &view)?;
            let data = rows.into_iter().map(|(_, term)| term).collect();
            Ok(((data, page), live::next_change(conn, view.now)?))
        })
        .await?;
    Ok(state.deliver_until(Page { data, page }, next))
}

/// Read a tag
///
/// By id, or by slug in any language. One without a name in a language asked for is shown in its own.
#[utoipa::path(
    params(Localized),
    responses((status = 200, body = Data<PublicTerm>,
        headers(("Content-Language" = String, description = "The language chosen."))))
)]
#[get("/v1/tags/{id_or_slug}")]
async fn get_public_tag(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(query): Query<Localized>,
) -> Result<Delivered<Data<PublicTerm>>> {
    let view = query.view(state.clock.now())?;
    let (data, next) = state
        .db
        .read(move |conn| {
            let (_, found) = public::find(conn, Kind::Tag, &id_or_slug, &view)?;
            Ok((found, live::next_change(conn, view.now)?))
        })
        .await?;
    let lang = data.lang.to_string();
    let delivered = state.deliver_until(Data { data }, next);
    Ok(delivered.with(CONTENT_LANGUAGE, lang))
}
