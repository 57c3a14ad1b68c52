//! The management API of copies. Whoever may read a post and create posts may copy it.

use actix_web::web;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::store;
use crate::accounts::sessions::{As, WriterRole};
use crate::editorial::posts::model::Post;
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::http::reply::{Created, Data};
use crate::id::Id;
use crate::lang::Lang;
use crate::state::State;

/// A copy to create.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "langs": ["en"] })))]
pub struct NewCopy {
    /// The languages to copy. Absent: all of them. If the original language of the source is not among them, the
    /// first becomes the original language of the copy.
    #[schema(min_items = 1, max_items = 200)]
    pub langs: Option<Vec<Lang>>,
}

/// Copy a post
///
/// Creates a new post with the texts, authors, categories, tags, licence and canonical URL of another. Its
/// translations are drafts with new slugs, derived from their titles. The copy is not featured.
#[utoipa::path(post, path = "/v1/admin/posts/{id}/copies", responses((status = 201, body = Data<Post>)), request_body = NewCopy)]
pub async fn create_copy(
    state: web::Data<State>,
    writer: As<WriterRole>,
    PathParams(id): PathParams<Id>,
    Json(new): Json<NewCopy>,
) -> Result<Created<Post>> {
    let by = writer.by();
    let data = state
        .write(by, move |conn, by| store::insert(conn, by, id, new.langs))
        .await?;
    Ok(Created {
        location: format!("/v1/admin/posts/{}", data.summary.id),
        data,
    })
}
