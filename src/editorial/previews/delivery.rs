//! Delivery of previews: the post in its public representation. The operation is unlisted, which forbids caching and
//! indexing.

use actix_web::http::header::{CONTENT_LANGUAGE, LINK};
use actix_web::web;

use super::previewed;
use super::token::PreviewToken;
use crate::db::off_thread;
use crate::delivery::reader::Shown;
use crate::delivery::response::PublicResponse;
use crate::delivery::site_pages::SitePages;
use crate::editorial::publishing::snapshot::{publication_snapshot, render};
use crate::editorial::saved::CheckedData;
use crate::error::Result;
use crate::fields::{Fields, Selected, Selection};
use crate::http::input::{PathParams, Query};
use crate::languages::Languages;
use crate::publications::lists::query::Inclusion;
use crate::publications::lists::row::Members;
use crate::publications::lists::unpublished;
use crate::publications::model::PublicPost;
use crate::state::State;

/// Read a preview
///
/// Returns one revision of a post, published or not, exactly as it would be delivered, by the token of a preview
/// link. Authors and terms appear with their current names, and `translations` lists the public ones. An unknown,
/// expired or deleted token is a 404. `warnings` lists what rendering removes from the body.
#[utoipa::path(
    get, path = "/v1/previews/{token}",
    params(Fields, Inclusion),
    responses((status = 200, body = CheckedData<PublicPost>, headers(
        ("Content-Language" = String, description = "The language of the revision."),
        ("Link" = String, description = "Links (RFC 8288) in up to 4,000 bytes: the page that readers are to be sent to (`rel=canonical`), the licence (`rel=license`), and the languages that are public (`rel=alternate` with `hreflang`). Absent when there are none."))))
)]
pub async fn get_preview(
    state: web::Data<State>,
    PathParams(token): PathParams<PreviewToken>,
    Query(fields): Query<Fields>,
    Query(inclusion): Query<Inclusion>,
) -> Result<PublicResponse<CheckedData<Selected<PublicPost>>>> {
    let selection = inclusion.added_to(Selection::new(fields, Vec::new()));
    let members = Members::of_one(&selection);
    let (now, options) = (state.clock.now(), state.config.site.render_options());
    let found = state
        .db
        .read(move |conn| previewed::follow(conn, &token, now));
    let found = found.await?;
    let new = off_thread(move || {
        let (post, copy) = (&found.post, &found.copy);
        let mut rendition = render(copy, options);
        let warnings = std::mem::take(&mut rendition.warnings);
        let (relations, times) = (found.relations, found.times);
        let new = publication_snapshot(post, copy, relations, times, rendition);
        Ok((new, warnings))
    });
    let (new, warnings) = new.await?;
    let show = move |conn: &mut _| unpublished::show(conn, new.clone(), members, now);
    let mut post = state.db.read(show).await?;
    post.complete(&SitePages::new(&state.config.site, &Languages::default()));
    let headers = vec![(CONTENT_LANGUAGE, post.summary.lang.to_string())];
    let links = post.links();
    let data = Selected::one(post, selection);
    Ok(PublicResponse::private(CheckedData { data, warnings }, headers).with_some(LINK, links))
}
