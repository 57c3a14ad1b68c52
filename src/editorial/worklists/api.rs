//! Management of what is to be done.

use actix_web::web;

use super::model::{
    MatrixQuery, Task, TaskQuery, TranslationLine, TranslationMatrix, TranslationQuery,
};
use super::{coverage, tasks};
use crate::accounts::sessions::{As, WriterRole};
use crate::error::Result;
use crate::http::input::Query;
use crate::http::reply::{Bare, Page};
use crate::page::{Listing, Paging};
use crate::state::State;

/// List tasks
///
/// What waits for the caller, the longest first. Editors: what others submitted (with `TRIBUNA_SELF_REVIEW` what they
/// submitted, too), what they took into review, and what is approved. Writers: what came back to them. Translators: what
/// is public in its own language, and missing or outdated in theirs; contributors and authors see this of own posts.
#[utoipa::path(get, path = "/v1/admin/tasks", params(Paging, TaskQuery), responses((status = 200, body = Page<Task>)))]
pub async fn list_tasks(
    state: web::Data<State>,
    writer: As<WriterRole>,
    listing: Listing,
    Query(query): Query<TaskQuery>,
) -> Result<Page<Task>> {
    let by = writer.by();
    let (data, page) = state
        .db
        .read(move |conn| tasks::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page })
}

/// List translations
///
/// The languages of all posts out of the trash, those first that have stood as they do for longest; `state=missing` lists
/// posts that have no translation in `lang`. Contributors and authors see those of own posts.
#[utoipa::path(get, path = "/v1/admin/translations", params(Paging, TranslationQuery), responses((status = 200, body = Page<TranslationLine>)))]
pub async fn list_translations(
    state: web::Data<State>,
    writer: As<WriterRole>,
    listing: Listing,
    Query(query): Query<TranslationQuery>,
) -> Result<Page<TranslationLine>> {
    let by = writer.by();
    let (data, page) = state
        .db
        .read_at_length(move |conn| coverage::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page })
}

/// Read the matrix of translations
///
/// For each language in use, how many posts have come how far. Each post counts once in each language; a published
/// translation whose original was published again since counts as outdated.
#[utoipa::path(get, path = "/v1/admin/translation-matrix", params(MatrixQuery), responses((status = 200, body = TranslationMatrix)))]
pub async fn get_translation_matrix(
    state: web::Data<State>,
    writer: As<WriterRole>,
    Query(query): Query<MatrixQuery>,
) -> Result<Bare<TranslationMatrix>> {
    let by = writer.by();
    state
        .db
        .read_at_length(move |conn| coverage::matrix(conn, query.at, by))
        .await
        .map(Bare)
}
