//! The management API of translations: the working copy of a post in one language.

use super::input::{NewTranslation, TranslationPatch};
use super::model::{BeginQuery, Translation, TranslationInclusion};
use super::{sources, store};
use crate::accounts::sessions::{As, ReaderRole, WriterRole};
use crate::editorial::saved::{CheckedData, Saved};
use crate::error::Result;
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Editable, NoContent};
use crate::slugs::addresses;
use crate::translation_id::TranslationId;
use crate::version::{Seen, SeenOrNew};

/// Read a translation
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}", params(TranslationInclusion), responses((status = 200, body = Data<Translation>)))]
pub async fn get_translation(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
    Query(inclusion): Query<TranslationInclusion>,
) -> Result<Editable<Translation>> {
    reader
        .read(move |conn, by| store::find_including(conn, by, &id, &inclusion))
        .await
        .map(Editable)
}

/// Write a translation
///
/// Answers 201 if the language is new to the post. Publishes nothing. A request that changes nothing creates neither
/// a revision nor a new version.
#[utoipa::path(
    put, path = "/v1/admin/posts/{id}/translations/{lang}",
    responses((status = 200, body = CheckedData<Translation>), (status = 201, body = CheckedData<Translation>)),
    request_body = NewTranslation
)]
pub async fn replace_translation(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    SeenOrNew(seen): SeenOrNew,
    Json(new): Json<NewTranslation>,
) -> Result<Saved<Translation>> {
    let (data, is_new) = writer
        .write(move |conn, by| store::replace(conn, by, &id, &seen, new))
        .await?;
    if is_new {
        Saved::created(location(&data), data).await
    } else {
        Saved::changed(data).await
    }
}

/// Begin a translation
///
/// Creates a translation with the text of another language, as a separate working copy with a slug derived from the
/// title. Takes no request body; edit the translation afterwards.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}", params(BeginQuery), responses((status = 201, body = CheckedData<Translation>)))]
pub async fn begin_translation(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    Query(BeginQuery { from }): Query<BeginQuery>,
) -> Result<Saved<Translation>> {
    let data = writer
        .write(move |conn, by| sources::begin(conn, by, &id, &from))
        .await?;
    Saved::created(location(&data), data).await
}

fn location(translation: &Translation) -> String {
    addresses::translation_url(&TranslationId::new(
        translation.post,
        translation.lang.clone(),
    ))
}

/// Change a translation
///
/// Applies a JSON Merge Patch: absent members stay as they are; null clears. Publishes nothing. A request that
/// changes nothing creates neither a revision nor a new version.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}/translations/{lang}", responses((status = 200, body = CheckedData<Translation>)), request_body = TranslationPatch)]
pub async fn update_translation(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(patch): Json<TranslationPatch>,
) -> Result<Saved<Translation>> {
    let saved = writer.write(move |conn, by| store::update(conn, by, &id, &seen, patch));
    Saved::changed(saved.await?).await
}

/// Delete a translation
///
/// Takes the publication down at once. Revisions and workflow steps remain, and restoring a revision creates the
/// translation again. The original language cannot be deleted.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}", responses((status = 204)))]
pub async fn delete_translation(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
) -> Result<NoContent> {
    writer
        .write(move |conn, by| store::delete(conn, by, &id, &seen))
        .await
        .map(|()| NoContent)
}
