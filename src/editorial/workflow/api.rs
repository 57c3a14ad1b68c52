//! The management API of the workflow: submissions, reviews, archive and steps.

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
/// Returns the last submission, decided or not. Answers 404 if there is none or it was withdrawn.
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
/// Submits a draft, or a translation whose review requested changes, to the reviewers. Only editors can change it
/// until the review is decided or the submission is withdrawn.
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
/// Makes the translation a draft again. The submitter and editors may do this.
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
/// Returns the review in progress, or the last one that was decided. Answers 404 if there is none or it was handed
/// back.
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
/// Without a verdict, the caller takes the submission into review. With a verdict, the caller decides it; any editor
/// may decide, not only the one who took it. Nobody reviews their own submission, unless `TRIBUNA_SELF_REVIEW` allows
/// it.
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
/// Ends the review without a decision. The translation waits for a reviewer again.
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
/// Returns who archived the translation, when and why. Answers 404 if it is not archived.
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
/// Archives the translation from any stage, and takes down its publication, live or scheduled, at once. Nobody can
/// edit or publish it until it is taken out of the archive.
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
/// Makes the translation a draft again, unpublished.
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
/// Returns the workflow steps of the translation, newest first, each with its note. Steps outlive their translation:
/// those of a deleted language remain readable here.
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
