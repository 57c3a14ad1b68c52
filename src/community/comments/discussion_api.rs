//! The handlers of the settings of a post for comments.

use super::discussion::{self, NewDiscussion, PostDiscussion};
use crate::accounts::sessions::{As, ModeratorRole};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::response::{Data, Editable};
use crate::id::Id;
use crate::version::Seen;

/// Read the settings of a post for comments
///
/// Of posts that are or were public, or have a publication that is planned.
#[utoipa::path(get, path = "/v1/admin/posts/{id}/discussion", responses((status = 200, body = Data<PostDiscussion>)))]
pub async fn get_discussion(
    moderator: As<ModeratorRole>,
    PathParams(id): PathParams<Id>,
) -> Result<Editable<PostDiscussion>> {
    moderator
        .read(move |conn, by| discussion::find(conn, by, id))
        .await
        .map(Editable)
}

/// Replace the settings of a post for comments
///
/// They take effect at once, without a publication. A comment that waits can still be approved after the discussion has
/// closed.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/discussion", responses((status = 200, body = Data<PostDiscussion>)), request_body = NewDiscussion)]
pub async fn replace_discussion(
    moderator: As<ModeratorRole>,
    PathParams(id): PathParams<Id>,
    seen: Seen,
    Json(new): Json<NewDiscussion>,
) -> Result<Editable<PostDiscussion>> {
    moderator
        .write(move |conn, by| discussion::replace(conn, by, id, &seen, new))
        .await
        .map(Editable)
}
