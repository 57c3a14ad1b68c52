//! Authors for the public.

use actix_web::http::header::CONTENT_LANGUAGE;
use actix_web::{get, web};

use super::model::PublicAuthor;
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

/// List authors
///
/// Newest first unless `sort` says otherwise.
#[utoipa::path(
    params(Paging, Localized, NamedQuery, Fields),
    responses((status = 200, body = Page<PublicAuthor>,
        headers(("Content-Language" = String, description = "The languages of the bios; absent when there are none."))))
)]
#[get("/v1/authors")]
async fn list_public_authors(
    state: web::Data<State>,
    listing: Listing,
    Query(localized): Query<Localized>,
    Query(query): Query<NamedQuery>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Page<Selected<PublicAuthor>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::list(conn, &listing, &query, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let ((items, page), until) = state.db.read_at_length(read).await?;
    let languages = content_language(items.iter().filter_map(|item| item.lang.as_ref()));
    let data = Selected::all(items, selection);
    let delivered = state.deliver_until(Page { data, page }, until);
    Ok(delivered.with_some(CONTENT_LANGUAGE, languages))
}

/// Read an author
#[utoipa::path(
    params(Localized, Fields),
    responses((status = 200, body = Data<PublicAuthor>,
        headers(("Content-Language" = String, description = "The language of the bio, if there is one to be shown."))))
)]
#[get("/v1/authors/{id_or_slug}")]
async fn get_public_author(
    state: web::Data<State>,
    Key(id_or_slug): Key<String>,
    Query(localized): Query<Localized>,
    Query(fields): Query<Fields>,
) -> Result<Delivered<Data<Selected<PublicAuthor>>>> {
    let selection = Selection::new(fields, Vec::new());
    let view = localized.view(state.clock.now(), &selection)?;
    let read = move |conn: &mut _| {
        let found = public::find(conn, &id_or_slug, &view)?;
        Ok((found, live::next_change(conn, view.now)?))
    };
    let (found, until) = state.db.read_at_length(read).await?;
    let lang = found.lang.as_ref().map(ToString::to_string);
    let data = Selected::one(found, selection);
    let delivered = state.deliver_until(Data { data }, until);
    Ok(delivered.with_some(CONTENT_LANGUAGE, lang))
}
