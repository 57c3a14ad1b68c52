//! The management API of publications: what the public sees of one language of a post.

use actix_web::web;

use super::model::{NewPublication, Publication, PublicationPatch, ReplacementPatch};
use super::retiming;
use crate::accounts::sessions::{As, EditorRole, WriterRole};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::reply::{Data, Editable, NoContent};
use crate::id::Id;
use crate::lang::Lang;
use crate::state::State;
use crate::version::Seen;

/// Read a publication
///
/// Returns the current publication of a translation, whether scheduled, live or expired.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)))]
pub async fn get_publication(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
) -> Result<Editable<Publication>> {
    let by = writer.by();
    let found = state
        .db
        .read(move |conn| super::find(conn, by, (post, &lang)));
    found.await.map(Editable)
}

/// Publish or schedule a translation
///
/// Publishes the working copy in its current state: now, or at `publish_at`. If `publish_at` is in the future while
/// this language is live, plans a replacement: the live text stays public until then. A translation has at most one
/// planned replacement.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)), request_body = NewPublication)]
pub async fn replace_publication(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams(key): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewPublication>,
) -> Result<Editable<Publication>> {
    super::publish(&state, editor.by(), key, seen, new)
        .await
        .map(Editable)
}

/// Change the times of a publication
///
/// Applies a JSON Merge Patch: absent members stay as they are; null clears. The published text and a planned
/// replacement stay as they are.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 200, body = Data<Publication>)), request_body = PublicationPatch)]
pub async fn update_publication(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(patch): Json<PublicationPatch>,
) -> Result<Editable<Publication>> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            retiming::retime(conn, by, (post, &lang), &seen, patch)
        })
        .await
        .map(Editable)
}

/// Take a translation down
///
/// Deletes its publication, live or not, with a planned replacement. The working copy stays.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/publication", responses((status = 204)))]
pub async fn delete_publication(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            super::unpublish(conn, by, post, &lang, &seen)
        })
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
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(patch): Json<ReplacementPatch>,
) -> Result<Editable<Publication>> {
    let by = editor.by();
    let done = state.write(by, move |conn, by| {
        retiming::retime_replacement(conn, by, (post, &lang), &seen, patch)
    });
    done.await.map(Editable)
}

/// Cancel a replacement
///
/// The current publication stays public until its own end.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/publication/replacement", responses((status = 204)))]
pub async fn delete_replacement(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    state
        .write(by, move |conn, by| {
            super::cancel_replacement(conn, by, (post, &lang), &seen)
        })
        .await
        .map(|()| NoContent)
}
