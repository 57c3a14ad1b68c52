//! The management API of publications: what the public sees of one language of a post.

use super::model::{NewPublication, Publication, PublicationPatch, ReplacementPatch, Takedown};
use super::publish::publish;
use super::{retiming, store, taking_down};
use crate::accounts::sessions::{As, EditorRole, ReaderRole};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::response::{Data, Editable, NoContent};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Read a publication
///
/// Returns the current publication of a translation, whether scheduled, live or expired.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)))]
pub async fn get_publication(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
) -> Result<Editable<Publication>> {
    reader
        .read(move |conn, by| store::find(conn, by, &id))
        .await
        .map(Editable)
}

/// Publish or schedule a translation
///
/// Publishes the working copy in its current state, or the text of an earlier `revision`: now, or at `publish_at`. If
/// `publish_at` is in the future while this language is live, plans a replacement: the live text stays public until
/// then. A translation has at most one planned replacement. An earlier revision leaves the stage of the working copy as
/// it is, and can be published at every stage except `archived`.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)), request_body = NewPublication)]
pub async fn replace_publication(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(new): Json<NewPublication>,
) -> Result<Editable<Publication>> {
    publish(&editor.state, editor.by(), id, seen, new)
        .await
        .map(Editable)
}

/// Change the times of a publication
///
/// Applies a JSON Merge Patch: absent members stay as they are; null clears. The published text and a planned
/// replacement stay as they are.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)), request_body = PublicationPatch)]
pub async fn update_publication(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(patch): Json<PublicationPatch>,
) -> Result<Editable<Publication>> {
    editor
        .write(move |conn, by| retiming::retime(conn, by, &id, &seen, patch))
        .await
        .map(Editable)
}

/// Take a translation down
///
/// Deletes its publication, live or not, with a planned replacement. The working copy stays. An optional body gives the
/// reason, which is told to everybody who keeps a copy by sync or events. A reason for what is no longer public replaces
/// that of the last takedown, and is told too.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 204)), request_body = Takedown)]
pub async fn delete_publication(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(takedown): Json<Takedown>,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| taking_down::unpublish(conn, by, &id, &seen, takedown))
        .await
        .map(|()| NoContent)
}

/// Change the times of a replacement
///
/// Applies a JSON Merge Patch: absent members stay as they are; null clears. The replacement keeps the text it had
/// when it was planned, and the public text stays until the new time. Answers 404 if no replacement is planned.
/// Returns the publication with its replacement.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}/translations/{lang}/publication/replacement", responses((status = 200, body = Data<Publication>)), request_body = ReplacementPatch)]
pub async fn update_replacement(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(patch): Json<ReplacementPatch>,
) -> Result<Editable<Publication>> {
    editor
        .write(move |conn, by| retiming::retime_replacement(conn, by, &id, &seen, patch))
        .await
        .map(Editable)
}

/// Cancel a replacement
///
/// The current publication stays public until its own end.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/publication/replacement", responses((status = 204)))]
pub async fn delete_replacement(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| taking_down::cancel_replacement(conn, by, &id, &seen))
        .await
        .map(|()| NoContent)
}
