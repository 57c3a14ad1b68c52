//! The management API of revisions: the history of one language of a post.

use actix_web::web;

use super::comparison::compare;
use super::model::{Comparison, Revision, RevisionNumber, RevisionSummary};
use super::store;
use crate::accounts::sessions::{As, WriterRole};
use crate::db::off_thread;
use crate::editorial::posts;
use crate::editorial::posts::access::{self, Intent};
use crate::editorial::translations;
use crate::editorial::translations::model::Translation;
use crate::error::Result;
use crate::http::input::PathParams;
use crate::http::reply::{Data, Editable, Page};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::{Listing, Paging};
use crate::state::State;
use crate::version::Seen;

/// List revisions
///
/// Returns the revisions, newest first. Revisions outlive their translation: those of a deleted language remain
/// readable here.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions", params(Paging), responses((status = 200, body = Page<RevisionSummary>)))]
pub async fn list_revisions(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang)): PathParams<(Id, Lang)>,
    listing: Listing,
) -> Result<Page<RevisionSummary>> {
    let by = writer.by();
    let found = state.db.read(move |conn| {
        let post = posts::rows::row(conn, post)?;
        access::check(conn, by, &post, Intent::Read)?;
        store::list(conn, &listing, post.id, &lang)
    });
    let (data, page) = found.await?;
    Ok(Page { data, page })
}

/// Compare two revisions
///
/// Returns the changes from the first revision to the second: each member that differs, and a word diff of the body.
/// The revisions may be given in either order.
#[utoipa::path(
    get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{from}...{to}",
    params(
        ("from", Path, description = "The number of the revision to compare from."),
        ("to", Path, description = "The number of the revision to compare to.")),
    responses((status = 200, body = Data<Comparison>))
)]
pub async fn compare_revisions(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang, from, to)): PathParams<(Id, Lang, RevisionNumber, RevisionNumber)>,
) -> Result<Editable<Comparison>> {
    let by = writer.by();
    let found = state.db.read(move |conn| {
        let post = posts::rows::row(conn, post)?;
        access::check(conn, by, &post, Intent::Read)?;
        let from = store::find(conn, post.id, &lang, from.0)?;
        Ok((from, store::find(conn, post.id, &lang, to.0)?))
    });
    let (from, to) = found.await?;
    off_thread(move || compare(from, to)).await.map(Editable)
}

/// Read a revision
#[utoipa::path(get, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{number}", responses((status = 200, body = Data<Revision>)))]
pub async fn get_revision(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang, number)): PathParams<(Id, Lang, RevisionNumber)>,
) -> Result<Editable<Revision>> {
    let by = writer.by();
    let found = state.db.read(move |conn| {
        let post = posts::rows::row(conn, post)?;
        access::check(conn, by, &post, Intent::Read)?;
        store::find(conn, post.id, &lang, number.0)
    });
    found.await.map(Editable)
}

/// Restore a revision
///
/// Makes the text of the revision the working copy, as a new revision. The working copy keeps its slug. If the
/// language was deleted, creates it again as a draft, with the slug of the revision or, if another post has that now,
/// a slug derived from the title. Publishes nothing.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/translations/{lang}/revisions/{number}/restoration", responses((status = 200, body = Data<Translation>)))]
pub async fn restore_revision(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams((post, lang, number)): PathParams<(Id, Lang, RevisionNumber)>,
    seen: Seen,
) -> Result<Editable<Translation>> {
    let by = writer.by();
    let write = state.write(by, move |conn, by| {
        translations::sources::restore(conn, by, (post, &lang), &seen, number.0)
    });
    write.await.map(Editable)
}
