//! The management API of the workflow: submissions, reviews, archive and steps.

use super::model::{
    Archive, NewArchive, NewReview, NewSubmission, Review, Step, Submission, Verdict, WorkflowStep,
};
use super::steps;
use crate::accounts::sessions::{As, EditorRole, ReaderRole, WriterRole};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Editable, NoContent, Page};
use crate::page::{Listing, Paging};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// Read a submission
///
/// Returns the last submission, decided or not. Answers 404 if there is none or it was withdrawn.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 200, body = Data<Submission>)))]
pub async fn get_submission(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
) -> Result<Editable<Submission>> {
    reader
        .read(move |conn, by| steps::submission(conn, by, &id))
        .await
        .map(Editable)
}

/// Submit a translation
///
/// Submits a draft, or a translation whose review requested changes, to the reviewers. Only editors can change it
/// until the review is decided or the submission is withdrawn.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 200, body = Data<Submission>)), request_body = NewSubmission)]
pub async fn replace_submission(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(new): Json<NewSubmission>,
) -> Result<Editable<Submission>> {
    writer
        .write(move |conn, by| {
            steps::apply(conn, by, &id, &seen, Step::Submit, new.note)?;
            steps::submission(conn, by, &id)
        })
        .await
        .map(Editable)
}

/// Withdraw a submission
///
/// Makes the translation a draft again. The submitter and editors may do this.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/submission", responses((status = 204)))]
pub async fn delete_submission(
    writer: As<WriterRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
) -> Result<NoContent> {
    writer
        .write(move |conn, by| steps::apply(conn, by, &id, &seen, Step::Withdraw, None))
        .await
        .map(|()| NoContent)
}

/// Read a review
///
/// Returns the review in progress, or the last one that was decided. Answers 404 if there is none or it was handed
/// back.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 200, body = Data<Review>)))]
pub async fn get_review(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
) -> Result<Editable<Review>> {
    reader
        .read(move |conn, by| steps::review(conn, by, &id))
        .await
        .map(Editable)
}

/// Review a translation
///
/// Without a verdict, the caller takes the submission into review. With a verdict, the caller decides it; any editor
/// may decide, not only the one who took it. Nobody reviews their own submission, unless `TRIBUNA_SELF_REVIEW` allows
/// it.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 200, body = Data<Review>)), request_body = NewReview)]
pub async fn replace_review(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(new): Json<NewReview>,
) -> Result<Editable<Review>> {
    let step = match new.verdict {
        None => Step::Take,
        Some(Verdict::Approved) => Step::Approve,
        Some(Verdict::ChangesRequested) => Step::RequestChanges,
    };
    editor
        .write(move |conn, by| {
            steps::apply(conn, by, &id, &seen, step, new.note)?;
            steps::review(conn, by, &id)
        })
        .await
        .map(Editable)
}

/// Hand a review back
///
/// Ends the review without a decision. The translation waits for a reviewer again.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/review", responses((status = 204)))]
pub async fn delete_review(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| steps::apply(conn, by, &id, &seen, Step::HandBack, None))
        .await
        .map(|()| NoContent)
}

/// Read an archive
///
/// Returns who archived the translation, when and why. Answers 404 if it is not archived.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 200, body = Data<Archive>)))]
pub async fn get_archive(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
) -> Result<Editable<Archive>> {
    reader
        .read(move |conn, by| steps::archive(conn, by, &id))
        .await
        .map(Editable)
}

/// Archive a translation
///
/// Archives the translation from any stage, and takes down its publication, live or scheduled, at once. Nobody can
/// edit or publish it until it is taken out of the archive.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 200, body = Data<Archive>)), request_body = NewArchive)]
pub async fn replace_archive(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
    Json(new): Json<NewArchive>,
) -> Result<Editable<Archive>> {
    editor
        .write(move |conn, by| {
            steps::apply(conn, by, &id, &seen, Step::Archive, new.note)?;
            steps::archive(conn, by, &id)
        })
        .await
        .map(Editable)
}

/// Take a translation out of the archive
///
/// Makes the translation a draft again, unpublished.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/translations/{lang}/archive", responses((status = 204)))]
pub async fn delete_archive(
    editor: As<EditorRole>,
    PathParams(id): PathParams<TranslationId>,
    seen: Seen,
) -> Result<NoContent> {
    editor
        .write(move |conn, by| steps::apply(conn, by, &id, &seen, Step::Unarchive, None))
        .await
        .map(|()| NoContent)
}

/// List steps
///
/// Returns the workflow steps of the translation, newest first, each with its note. Steps outlive their translation:
/// those of a deleted language remain readable here.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/steps", params(Paging, Fields), responses((status = 200, body = Page<WorkflowStep>)))]
pub async fn list_steps(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
    listing: Listing,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<WorkflowStep>>> {
    let (data, page) = reader
        .read(move |conn, by| steps::list(conn, by, &id, &listing))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}
