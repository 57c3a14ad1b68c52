//! The management API of work lists.

use super::model::{
    MatrixQuery, Task, TaskQuery, TranslationLine, TranslationMatrix, TranslationQuery,
};
use super::{coverage, tasks};
use crate::accounts::sessions::{As, ReaderRole};
use crate::editorial::posts::query::PostFilter;
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::Query;
use crate::http::response::{Bare, Page};
use crate::page::{Listing, Paging};

/// List tasks
///
/// Returns the tasks that wait for the caller, those that have been waiting for longest first unless `sort` says otherwise.
/// Editors see translations that others submitted (with `TRIBUNA_SELF_REVIEW`, also their own), translations that they took
/// into review, and approved translations. Writers see translations that were sent back to them. Translators see posts whose
/// original is published and whose translation into one of their languages is missing or outdated. Authors see these for
/// their own posts; contributors do not, since they may not change a post that was public.
#[utoipa::path(get, path = "/v1/admin/tasks", params(Paging, TaskQuery, PostFilter, Fields), responses((status = 200, body = Page<Task>)))]
pub async fn list_tasks(
    reader: As<ReaderRole>,
    listing: Listing,
    Query(query): Query<TaskQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<Task>>> {
    let (data, page) = reader
        .read(move |conn, by| tasks::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// List translations
///
/// Returns the languages of all posts outside the trash, those that have been in their state for longest first unless
/// `sort` says otherwise. With `state=missing`, returns the posts that have no translation in `lang`. Contributors and
/// authors see their own posts only.
#[utoipa::path(get, path = "/v1/admin/translations", params(Paging, TranslationQuery, PostFilter, Fields), responses((status = 200, body = Page<TranslationLine>)))]
pub async fn list_translations(
    reader: As<ReaderRole>,
    listing: Listing,
    Query(query): Query<TranslationQuery>,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<TranslationLine>>> {
    let (data, page) = reader
        .read_at_length(move |conn, by| coverage::list(conn, &listing, &query, by))
        .await?;
    Ok(Page { data, page }.selecting(fields.into()))
}

/// Read the matrix of translations
///
/// Returns, for each language in use, the number of posts in each state. Each post counts once per language. A
/// published translation whose original has been published again since counts as outdated.
#[utoipa::path(get, path = "/v1/admin/translation-matrix", params(MatrixQuery, PostFilter), responses((status = 200, body = TranslationMatrix)))]
pub async fn get_translation_matrix(
    reader: As<ReaderRole>,
    Query(query): Query<MatrixQuery>,
) -> Result<Bare<TranslationMatrix>> {
    reader
        .read_at_length(move |conn, by| coverage::matrix(conn, &query, by))
        .await
        .map(Bare)
}
