//! Authors for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

use super::model::PublicAuthor;
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

/// List authors
///
/// Newest first.
#[utoipa::path(params(Paging, Localized, NameQuery), responses((status = 200, body = Page<PublicAuthor>)))]
#[get("/v1/authors")]
async fn list_public_authors(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NameQuery>,
) -> Result<Delivered<Page<PublicAuthor>>> {
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

/// Read an author
#[utoipa::path(
    params(Localized),
    responses((status = 200, body = Data<PublicAuthor>,
        headers(("Content-Language" = String, description = "The language of the bio, if there is one to be shown."))))
)]
#[get("/v1/authors/{id_or_slug}")]
async fn get_public_author(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(query): Query<Localized>,
) -> Result<Delivered<Data<PublicAuthor>>> {
    let view = query.view(state.clock.now())?;
    let (data, next) = state
        .db
        .read(move |conn| {
            let found = public::find(conn, &id_or_slug, &view)?;
            Ok((found, live::next_change(conn, view.now)?))
        })
        .await?;
    let lang = data.lang.as_ref().map(ToString::to_string);
    let delivered = state.deliver_until(Data { data }, next);
    Ok(delivered.with_some(CONTENT_LANGUAGE, lang))
}
