//! The management API of preview links. Whoever may read a text sees its links and, except for a read-only key,
//! creates them. The creator of a link or an editor deletes it.

use actix_web::web;

use super::model::{MadePreviewLink, NewPreviewLink, PreviewLink};
use super::store;
use crate::accounts::sessions::{As, WriterRole};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::reply::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::state::State;
use crate::version::Seen;

/// List preview links
///
/// Returns the links that have not expired, newest first, without their tokens.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links", params(Paging), responses((status = 200, body = Page<PreviewLink>)))]
pub async fn list_preview_links(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    listing: Listing,
) -> Result<Page<PreviewLink>> {
    let by = writer.by();
    let read = move |conn: &mut _| store::list(conn, &listing, by, (post, &lang));
    let (data, page) = state.db.read(read).await?;
    Ok(Page { data, page })
}

/// Create a preview link
///
/// Creates a link to one revision. Anybody who has the link can read the revision as the public would, without a
/// login. Only this response contains the token.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links", responses((status = 201, body = Data<MadePreviewLink>)), request_body = NewPreviewLink)]
pub async fn create_preview_link(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    Json(new): Json<NewPreviewLink>,
) -> Result<Created<MadePreviewLink>> {
    let by = writer.by();
    let links = format!("/v1/admin/posts/{post}/translations/{lang}/preview-links");
    let (link, token) = state
        .write(by, move |conn, by| {
            store::insert(conn, by, (post, &lang), &new)
        })
        .await?;
    let token = token.into_text();
    Ok(Created {
        location: format!("{links}/{}", link.id),
        data: MadePreviewLink {
            link,
            url: format!("/v1/previews/{token}"),
            token,
        },
    })
}

/// Read a preview link
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links/{link}", params(("link", Path, description = "The id of the preview link.")), responses((status = 200, body = Data<PreviewLink>)))]
pub async fn get_preview_link(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang, id)): PathParams<(Id, Lang, Id)>,
) -> Result<Editable<PreviewLink>> {
    let by = writer.by();
    let read = move |conn: &mut _| store::find(conn, by, (post, &lang), id);
    state.db.read(read).await.map(Editable)
}

/// Delete a preview link
///
/// The link stops working at once. Contributors and authors delete only the links that they created.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links/{link}", params(("link", Path, description = "The id of the preview link.")), responses((status = 204)))]
pub async fn delete_preview_link(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang, id)): PathParams<(Id, Lang, Id)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = writer.by();
    state
        .write(by, move |conn, by| {
            store::delete(conn, by, (post, &lang), id, &seen)
        })
        .await
        .map(|()| NoContent)
}
