//! The management API of translations: the working copy of a post in one language.

use actix_web::{Either, web};

use super::model::{BeginQuery, NewTranslation, Translation, TranslationPatch};
use super::{sources, store};
use crate::accounts::sessions::{As, WriterRole};
use crate::error::Result;
use crate::http::input::NoBody;
use crate::http::input::{Json, PathParams, Query};
use crate::http::reply::{Created, Data, Editable, NoContent};
use crate::id::Id;
use crate::lang::Lang;
use crate::state::State;
use crate::version::Seen;

/// Read a translation
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}", responses((status = 200, body = Data<Translation>)))]
pub async fn get_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
) -> Result<Editable<Translation>> {
    let by = writer.by();
    let found = state
        .db
        .read(move |conn| store::find(conn, by, (post, &lang)));
    found.await.map(Editable)
}

/// Write a translation
///
/// Answers 201 if the language is new to the post. Publishes nothing. A request that changes nothing creates neither
/// a revision nor a new version.
#[utoipa::path(
    put, path = "/v1/admin/posts/{id}/translations/{lang}",
    responses((status = 200, body = Data<Translation>), (status = 201, body = Data<Translation>)),
    request_body = NewTranslation
)]
pub async fn replace_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewTranslation>,
) -> Result<Either<Created<Translation>, Editable<Translation>>> {
    let by = writer.by();
    let (data, made) = state
        .write(by, move |conn, by| {
            store::replace(conn, by, (post, &lang), &seen, new)
        })
        .await?;
    let location = format!("/v1/admin/posts/{post}/translations/{}", data.lang);
    Ok(if made {
        Either::Left(Created { location, data })
    } else {
        Either::Right(Editable(data))
    })
}

/// Begin a translation
///
/// Creates a translation with the text of another language, as a separate working copy with a slug derived from the
/// title. Takes no request body; edit the translation afterwards.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}", params(BeginQuery), responses((status = 201, body = Data<Translation>)))]
pub async fn begin_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    Query(BeginQuery { from }): Query<BeginQuery>,
    _: NoBody,
) -> Result<Created<Translation>> {
    let by = writer.by();
    let data = state
        .write(by, move |conn, by| {
            sources::begin(conn, by, (post, &lang), &from)
        })
        .await?;
    Ok(Created {
        location: format!("/v1/admin/posts/{post}/translations/{}", data.lang),
        data,
    })
}

/// Change a translation
///
/// Applies a JSON Merge Patch: absent members stay as they are; null clears. Publishes nothing. A request that
/// changes nothing creates neither a revision nor a new version.
#[utoipa::path(patch, path = "/v1/admin/posts/{id}/translations/{lang}", responses((status = 200, body = Data<Translation>)), request_body = TranslationPatch)]
pub async fn update_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(patch): Json<TranslationPatch>,
) -> Result<Editable<Translation>> {
    let by = writer.by();
    let write = state.write(by, move |conn, by| {
        store::update(conn, by, (post, &lang), &seen, patch)
    });
    write.await.map(Editable)
}

/// Delete a translation
///
/// Takes the publication down at once. Revisions and workflow steps remain, and restoring a revision creates the
/// translation again. The original language cannot be deleted.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}", responses((status = 204)))]
pub async fn delete_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = writer.by();
    state
        .write(by, move |conn, by| {
            store::delete(conn, by, (post, &lang), &seen)
        })
        .await
        .map(|()| NoContent)
}
