//! The management API of revisions: the history of one language of a post.

use super::comparison::compare;
use super::model::{Baseline, Comparison, Revision, RevisionNumber, RevisionSummary};
use super::store;
use crate::accounts::api_keys::limits;
use crate::accounts::sessions::{As, ReaderRole, WriterRole};
use crate::db::off_thread;
use crate::editorial::posts::rows::row_to_read;
use crate::editorial::saved::{CheckedData, Saved};
use crate::editorial::translations::model::Translation;
use crate::editorial::translations::sources;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::response::{Data, Editable, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::translation_id::TranslationId;
use crate::version::Seen;

/// List revisions
///
/// Returns the revisions, newest first. Revisions outlive their translation: those of a deleted language remain
/// readable here.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions", params(Paging, Fields), responses((status = 200, body = Page<RevisionSummary>)))]
pub async fn list_revisions(
    reader: As<ReaderRole>,
    PathParams(id): PathParams<TranslationId>,
    listing: Listing,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<RevisionSummary>>> {
    let found = reader.read(move |conn, by| {
        row_to_read(conn, by, id.post)?;
        limits::check_language(conn, by.actor, &id.lang)?;
        store::list(conn, &listing, &id)
    });
    let (data, page) = found.await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Compare a revision with another
///
/// Returns the changes that lead from the revision `from` to this one: each member that differs, and a word diff of the
/// body. Either of the two may be the older one.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{number}/diff", params(Baseline), responses((status = 200, body = Data<Comparison>)))]
pub async fn compare_revision(
    reader: As<ReaderRole>,
    PathParams((post, lang, number)): PathParams<(Id, Lang, RevisionNumber)>,
    Query(baseline): Query<Baseline>,
) -> Result<Editable<Comparison>> {
    let path = PathParams((post, lang, baseline.from, number));
    compare_revisions(reader, path).await
}

/// Compare two revisions
///
/// The same as `GET …/revisions/{to}/diff?from={from}`, which replaces it.
#[utoipa::path(
    get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{from}...{to}",
    params(
        ("from", Path, description = "The number of the revision to compare from."),
        ("to", Path, description = "The number of the revision to compare to.")),
    responses((status = 200, body = Data<Comparison>))
)]
pub async fn compare_revisions(
    reader: As<ReaderRole>,
    PathParams((post, lang, from, to)): PathParams<(Id, Lang, RevisionNumber, RevisionNumber)>,
) -> Result<Editable<Comparison>> {
    let found = reader.read(move |conn, by| {
        row_to_read(conn, by, post)?;
        limits::check_language(conn, by.actor, &lang)?;
        let id = TranslationId::new(post, lang.clone());
        let from = store::find(conn, &id, from.0)?;
        Ok((from, store::find(conn, &id, to.0)?))
    });
    let (from, to) = found.await?;
    off_thread(move || compare(from, to)).await.map(Editable)
}

/// Read a revision
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{number}", responses((status = 200, body = Data<Revision>)))]
pub async fn get_revision(
    reader: As<ReaderRole>,
    PathParams((post, lang, number)): PathParams<(Id, Lang, RevisionNumber)>,
) -> Result<Editable<Revision>> {
    let id = TranslationId::new(post, lang);
    let found = reader.read(move |conn, by| {
        row_to_read(conn, by, id.post)?;
        limits::check_language(conn, by.actor, &id.lang)?;
        store::find(conn, &id, number.0)
    });
    found.await.map(Editable)
}

/// Restore a revision
///
/// Makes the text of the revision the working copy, as a new revision. The working copy keeps its slug. If the
/// language was deleted, creates it again as a draft, with the slug of the revision or, if another post has that now,
/// a slug derived from the title. Publishes nothing.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{number}/restoration", responses((status = 200, body = CheckedData<Translation>)))]
pub async fn restore_revision(
    writer: As<WriterRole>,
    PathParams((post, lang, number)): PathParams<(Id, Lang, RevisionNumber)>,
    seen: Seen,
) -> Result<Saved<Translation>> {
    let id = TranslationId::new(post, lang);
    let saved = writer.write(move |conn, by| sources::restore(conn, by, &id, &seen, number.0));
    Saved::changed(saved.await?).await
}
