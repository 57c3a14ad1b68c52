//! The management API of preview links. Whoever may read a text sees its links and, except for a read-only key,
//! creates them. The creator of a link or an editor deletes it.

use super::model::{MadePreviewLink, NewPreviewLink, PreviewLink};
use super::store;
use crate::accounts::sessions::{As, ReaderRole, WriterRole};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::slugs::addresses;
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// List preview links
///
/// Returns the links that have not expired, newest first, without their tokens.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links", params(Paging, Fields), responses((status = 200, body = Page<PreviewLink>)))]
pub async fn list_preview_links(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
    listing: Listing,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<PreviewLink>>> {
    let read = move |conn: &mut _, by| store::list(conn, &listing, by, &id);
    let (data, page) = reader.read(read).await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Create a preview link
///
/// Creates a link to one revision. Anybody who has the link can read the revision as the public would, without a
/// login. Only this response contains the token.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links", responses((status = 201, body = Data<MadePreviewLink>)), request_body = NewPreviewLink)]
pub async fn create_preview_link(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    Json(new): Json<NewPreviewLink>,
) -> Result<Created<MadePreviewLink>> {
    let links = format!("{}/preview-links", addresses::translation_url(&id));
    let (link, token) = writer
        .write(move |conn, by| store::insert(conn, by, &id, &new))
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
    reader: As<ReaderRole>,
    PathParams((post, lang, link)): PathParams<(Id, Lang, Id)>,
) -> Result<Editable<PreviewLink>> {
    let id = TranslationId::new(post, lang);
    reader
        .read(move |conn, by| store::find(conn, by, &id, link))
        .await
        .map(Editable)
}

/// Delete a preview link
///
/// The link stops working at once. Contributors and authors delete only the links that they created.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/preview-links/{link}", params(("link", Path, description = "The id of the preview link.")), responses((status = 204)))]
pub async fn delete_preview_link(
    writer: As<WriterRole>,
    PathParams((post, lang, link)): PathParams<(Id, Lang, Id)>,
    seen: Seen,
) -> Result<NoContent> {
    let id = TranslationId::new(post, lang);
    writer
        .write(move |conn, by| store::delete(conn, by, &id, link, &seen))
        .await
        .map(|()| NoContent)
}
