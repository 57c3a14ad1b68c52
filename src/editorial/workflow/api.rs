//! Management of the way of a translation from its writer to the public.

use actix_web::web;

use super::model::{
    Archive, NewArchive, NewReview, NewSubmission, Review, Step, Submission, Verdict, WorkflowStep,
};
use super::steps;
use crate::accounts::sessions::{As, EditorRole, WriterRole};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::reply::{Data, Editable, NoContent, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::state::State;
use crate::version::Seen;

/// Read a submission
///
/// The one that holds or held last; 404 when there is none or it was withdrawn.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 200, body = Data<Submission>)))]
pub async fn get_submission(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
) -> Result<Editable<Submission>> {
    let by = writer.by();
    let found = state
        .db
        .read(move |conn| steps::submission(conn, by, (post, &lang)));
    found.await.map(Editable)
}

/// Submit a translation
///
/// A draft, or what was sent back with changes requested, goes to the reviewers. Until they have decided, or it is
/// withdrawn, only editors change it.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 200, body = Data<Submission>)), request_body = NewSubmission)]
pub async fn replace_submission(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewSubmission>,
) -> Result<Editable<Submission>> {
    let by = writer.by();
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, Step::Submit, new.note)?;
        steps::submission(conn, by, (post, &lang))
    });
    done.await.map(Editable)
}

/// Withdraw a submission
///
/// By who submitted it, or an editor: the translation is a draft again.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 204)))]
pub async fn delete_submission(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = writer.by();
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, Step::Withdraw, None)
    });
    done.await.map(|()| NoContent)
}

/// Read a review
///
/// The one that goes on, or was decided last; 404 when there is none or it was handed back.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 200, body = Data<Review>)))]
pub async fn get_review(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
) -> Result<Editable<Review>> {
    let by = writer.by();
    let found = state
        .db
        .read(move |conn| steps::review(conn, by, (post, &lang)));
    found.await.map(Editable)
}

/// Review a translation
///
/// Without a verdict the caller takes what was submitted into review; with one, it is decided, by whoever took it or
/// another editor. Nobody reviews what they submitted themselves, unless `TRIBUNA_SELF_REVIEW` allows it.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 200, body = Data<Review>)), request_body = NewReview)]
pub async fn replace_review(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewReview>,
) -> Result<Editable<Review>> {
    let by = editor.by();
    let step = match new.verdict {
        None => Step::Take,
        Some(Verdict::Approved) => Step::Approve,
        Some(Verdict::ChangesRequested) => Step::RequestChanges,
    };
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, step, new.note)?;
        steps::review(conn, by, (post, &lang))
    });
    done.await.map(Editable)
}

/// Hand a review back
///
/// Not decided: the translation waits for a reviewer again.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 204)))]
pub async fn delete_review(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, Step::HandBack, None)
    });
    done.await.map(|()| NoContent)
}

/// Read an archive
///
/// Who put the translation away, when and why; 404 when it is not archived.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 200, body = Data<Archive>)))]
pub async fn get_archive(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
) -> Result<Editable<Archive>> {
    let by = writer.by();
    let found = state
        .db
        .read(move |conn| steps::archive(conn, by, (post, &lang)));
    found.await.map(Editable)
}

/// Archive a translation
///
/// Puts it away, from any stage; what is public, or was to be, is taken down at once. Until it is taken out again, nobody
/// edits or publishes it.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 200, body = Data<Archive>)), request_body = NewArchive)]
pub async fn replace_archive(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
    Json(new): Json<NewArchive>,
) -> Result<Editable<Archive>> {
    let by = editor.by();
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, Step::Archive, new.note)?;
        steps::archive(conn, by, (post, &lang))
    });
    done.await.map(Editable)
}

/// Take a translation out of the archive
///
/// It is a draft again, unpublished.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 204)))]
pub async fn delete_archive(
    state: web::Data<State>,
    editor: As<EditorRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    seen: Seen,
) -> Result<NoContent> {
    let by = editor.by();
    let done = state.write(by, move |conn, by| {
        steps::take(conn, by, (post, &lang), &seen, Step::Unarchive, None)
    });
    done.await.map(|()| NoContent)
}

/// List steps
///
/// The way of a translation so far, newest first: submitted, taken, approved, archived …, with what was said. They outlive
/// it: those of a language that was deleted can still be read here.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/steps", params(Paging), responses((status = 200, body = Page<WorkflowStep>)))]
pub async fn list_steps(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    listing: Listing,
) -> Result<Page<WorkflowStep>> {
    let by = writer.by();
    let (data, page) = state
        .db
        .read(move |conn| steps::list(conn, by, (post, &lang), &listing))
        .await?;
    Ok(Page { data, page })
}
