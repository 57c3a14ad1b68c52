//! The management API of takedowns.

use super::model::PostTakedown;
use super::store;
use crate::accounts::sessions::{As, EditingUser};
use crate::error::Result;
use crate::fields::{Fields, Selected};
use crate::http::input::{PathParams, Query};
use crate::http::response::Page;
use crate::id::Id;
use crate::page::{Listing, Paging};

/// List the takedowns of a post
///
/// Returns each time at which a language of the post was taken down or expired, newest first, with the copies that partners
/// keep by `/v1/sync` with an API key. A copy has synced past a takedown when its holder has continued it from a later place
/// in the change log: then it has received the deletion and sent the token that follows. That is known up to a minute later.
/// At most 100 copies are listed with each takedown, first those that have not synced past it.
/// The takedowns of a post remain readable when it has been deleted permanently.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/takedowns", params(Paging, Fields), responses((status = 200, body = Page<PostTakedown>)))]
pub async fn list_takedowns(
    editor: As<EditingUser>,
    PathParams(id): PathParams<Id>,
    listing: Listing,
    Query(fields): Query<Fields>,
) -> Result<Page<Selected<PostTakedown>>> {
    let read = move |conn: &mut _, by| store::list(conn, by, id, &listing);
    let (data, page) = editor.read(read).await?;
    Ok(Page { data, page }.selecting(fields.into()))
}
