//! The management API of copies. Whoever may read a post and create posts may copy it.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::store;
use crate::accounts::sessions::{As, WriterRole};
use crate::editorial::posts::model::Post;
use crate::editorial::saved::{CheckedData, Saved};
use crate::error::Result;
use crate::http::input::{Json, PathParams};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::slugs::addresses;

/// A copy to create.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CopyInput, examples(json!({ "langs": ["en"] })))]
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
#[utoipa::path(post, path = "/v1/admin/posts/{id}/copies", responses((status = 201, body = CheckedData<Post>)), request_body = NewCopy)]
pub async fn create_copy(
    writer: As<WriterRole>,
    PathParams(id): PathParams<Id>,
    Json(new): Json<NewCopy>,
) -> Result<Saved<Post>> {
    let data = writer
        .write(move |conn, by| store::insert(conn, by, id, new.langs))
        .await?;
    let location = addresses::management_url(Kind::Post, data.summary.id);
    Saved::created(location, data).await
}
