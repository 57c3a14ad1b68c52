//! Management of one language of a post: its working copy, its publication, its history.

use actix_web::{Either, delete, get, patch, post, put, web};

use super::access::{self, Want};
use super::model::{
    NewPublication, NewTranslation, Publication, Revision, RevisionSummary, Translation,
    TranslationPatch,
};
use super::{publishing, revisions, store, translations};
use crate::error::Result;
use crate::http::input::{Json, Key};
use crate::http::reply::{Created, Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::resources::sessions::{As, EditorRole, WriterRole};
use crate::resources::state::State;
use crate::version::Seen;

/// Read a translation
#[utoipa::path(responses((status = 200, body = Data<Translation>)), security(("bearer" = ["contributor", "author", "editor"])))]
#[get("/v1/admin/posts/{id}/translations/{lang}")]
async fn get_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
) -> Result<Editable<Translation>> {
    let (caller, now) = (writer.user, writer.by().at);
    let found = state.db.read(move |conn| {
        let post = store::row(conn, post)?;
        access::check(conn, &caller, &post, Want::Read, now)?;
        translations::find(conn, post.id, &lang, now)
    });
    found.await.map(Editable)
}

/// Write a translation
///
/// 201 when the language is new to the post. Nothing is published.
#[utoipa::path(
    responses((status = 200, body = Data<Translation>), (status = 201, body = Data<Translation>)),
    request_body = NewTranslation,
    security(("bearer" = ["contributor", "author", "editor"]))
)]
#[put("/v1/admin/posts/{id}/translations/{lang}")]
async fn replace_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewTranslation>,
) -> Result<Either<Created<Translation>, Editable<Translation>>> {
    let (caller, by) = (writer.user, writer.by());
    let (data, made) = state
        .db
        .write(move |conn| translations::replace(conn, by, &caller, (post, &lang), &seen, new))
        .await?;
    let location = format!("/v1/admin/posts/{post}/translations/{}", data.lang);
    Ok(if made {
        Either::Left(Created { location, data })
    } else {
        Either::Right(Editable(data))
    })
}

/// Change a translation
///
/// JSON Merge Patch: absent keeps, null clears. Nothing is published.
#[utoipa::path(responses((status = 200, body = Data<Translation>)), request_body = TranslationPatch, security(("bearer" = ["contributor", "author", "editor"])))]
#[patch("/v1/admin/posts/{id}/translations/{lang}")]
async fn update_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
    seen: Seen,
    Json(patch): Json<TranslationPatch>,
) -> Result<Editable<Translation>> {
    let (caller, by) = (writer.user, writer.by());
    let write = state
        .db
        .write(move |conn| translations::update(conn, by, &caller, (post, &lang), &seen, patch));
    write.await.map(Editable)
}

/// Delete a translation
///
/// Its publication ends at once; its revisions stay. The original language cannot be deleted.
#[utoipa::path(responses((status = 204)), security(("bearer" = ["contributor", "author", "editor"])))]
#[delete("/v1/admin/posts/{id}/translations/{lang}")]
async fn delete_translation(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let (caller, by) = (writer.user, writer.by());
    state
        .db
        .write(move |conn| translations::delete(conn, by, &caller, (post, &lang), &seen))
        .await
        .map(|()| NoContent)
}

/// Read a publication
///
/// What of this language is, was or will be public.
#[utoipa::path(responses((status = 200, body = Data<Publication>)), security(("bearer" = ["contributor", "author", "editor"])))]
#[get("/v1/admin/posts/{id}/translations/{lang}/publication")]
async fn get_publication(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
) -> Result<Editable<Publication>> {
    let (caller, now) = (writer.user, writer.by().at);
    let found = state.db.read(move |conn| {
        let post = store::row(conn, post)?;
        access::check(conn, &caller, &post, Want::Read, now)?;
        publishing::find(conn, post.id, &lang, now)
    });
    found.await.map(Editable)
}

/// Publish or schedule a translation
///
/// Without times: now. The working copy as it stands becomes what the public sees.
#[utoipa::path(responses((status = 200, body = Data<Publication>)), request_body = NewPublication, security(("bearer" = ["editor"])))]
#[put("/v1/admin/posts/{id}/translations/{lang}/publication")]
async fn replace_publication(
    state: web::Data<State>,
    editor: As<EditorRole>,
    Key(key): Key<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewPublication>,
) -> Result<Editable<Publication>> {
    let links = state.config.external_links;
    publishing::publish(&state.db, editor.by(), key, seen, new, links)
        .await
        .map(Editable)
}

/// Take a translation down
///
/// Live or not yet; the working copy stays.
#[utoipa::path(responses((status = 204)), security(("bearer" = ["editor"])))]
#[delete("/v1/admin/posts/{id}/translations/{lang}/publication")]
async fn delete_publication(
    state: web::Data<State>,
    editor: As<EditorRole>,
    Key((post, lang)): Key<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    state
        .db
        .write(move |conn| publishing::unpublish(conn, by, post, &lang, &seen))
        .await
        .map(|()| NoContent)
}

/// List revisions
///
/// Newest first. They outlive their translation: a language that was deleted can still be read here.
#[utoipa::path(params(Paging), responses((status = 200, body = Page<RevisionSummary>)), security(("bearer" = ["contributor", "author", "editor"])))]
#[get("/v1/admin/posts/{id}/translations/{lang}/revisions")]
async fn list_revisions(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang)): Key<(Id, Lang)>,
    listing: Listing,
) -> Result<Page<RevisionSummary>> {
    let (caller, now) = (writer.user, writer.by().at);
    let found = state.db.read(move |conn| {
        let post = store::row(conn, post)?;
        access::check(conn, &caller, &post, Want::Read, now)?;
        revisions::list(conn, &listing, post.id, &lang)
    });
    let (data, page) = found.await?;
    Ok(Page { data, page })
}

/// Read a revision
#[utoipa::path(responses((status = 200, body = Data<Revision>)), security(("bearer" = ["contributor", "author", "editor"])))]
#[get("/v1/admin/posts/{id}/translations/{lang}/revisions/{number}")]
async fn get_revision(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang, number)): Key<(Id, Lang, i32)>,
) -> Result<Editable<Revision>> {
    let (caller, now) = (writer.user, writer.by().at);
    let found = state.db.read(move |conn| {
        let post = store::row(conn, post)?;
        access::check(conn, &caller, &post, Want::Read, now)?;
        revisions::find(conn, post.id, &lang, number)
    });
    found.await.map(Editable)
}

/// Restore a revision
///
/// Its text becomes the working copy, as a new revision. Nothing is published.
#[utoipa::path(responses((status = 200, body = Data<Translation>)), security(("bearer" = ["contributor", "author", "editor"])))]
#[post("/v1/admin/posts/{id}/translations/{lang}/revisions/{number}/restoration")]
async fn restore_revision(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Key((post, lang, number)): Key<(Id, Lang, i32)>,
) -> Result<Editable<Translation>> {
    let (caller, by) = (writer.user, writer.by());
    let write = state
        .db
        .write(move |conn| translations::restore(conn, by, &caller, (post, &lang), number));
    write.await.map(Editable)
}
