//! The management API of single bylines, categories and tags of a post.

use serde::Deserialize;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::bylines::Affiliation;
use super::model::{Post, PublishQuery};
use super::single_relations::{self, Addition, Named, Removal};
use crate::accounts::sessions::{As, WriterRole};
use crate::catalogue::references::ReferenceKind;
use crate::delivery::id_or_slug::IdOrSlug;
use crate::error::Result;
use crate::http::contract::path_variables::PathVariable;
use crate::http::input::{Json, PathParams, Query};
use crate::http::response::{Data, Editable, Removed};
use crate::id::Id;
use crate::version::Seen;

/// The name of an author, a category or a tag in a path: the id, or a present slug.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct PresentName(IdOrSlug);

impl PartialSchema for PresentName {
    fn schema() -> RefOr<Schema> {
        IdOrSlug::schema()
    }
}

impl PathVariable for PresentName {
    const DESCRIPTION: &'static str = "The id, or a present slug in any language.";
}

/// Add a tag to a post
///
/// Adds the tag as the last one, by its id or by its slug in any language, and keeps all others. If the post has the tag,
/// nothing changes. Takes no request body. Answers 404 for an unknown tag.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/tags/{tag}", params(PublishQuery), responses((status = 200, body = Data<Post>)))]
pub async fn add_post_tag(
    writer: As<WriterRole>,
    PathParams((id, tag)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
) -> Result<Editable<Post>> {
    let named = Named::new(ReferenceKind::Tag, &tag.0);
    let addition = Addition {
        named,
        affiliation: Affiliation::default(),
        publish: query.publishes(),
    };
    add(writer, id, seen, addition).await
}

/// Remove a tag from a post
///
/// Removes the tag, by its id or by its slug in any language, and keeps all others. If the post does not have the tag,
/// nothing changes. Answers 404 for an unknown tag.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/tags/{tag}", params(PublishQuery), responses((status = 204)))]
pub async fn remove_post_tag(
    writer: As<WriterRole>,
    PathParams((id, tag)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
) -> Result<Removed> {
    let named = Named::new(ReferenceKind::Tag, &tag.0);
    let publish = query.publishes();
    remove(writer, id, seen, Removal { named, publish }).await
}

/// Add a category to a post
///
/// Adds the category as the last one, by its id or by its slug in any language, and keeps all others. If the post has the
/// category, nothing changes. Takes no request body. Answers 404 for an unknown category.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/categories/{category}", params(PublishQuery), responses((status = 200, body = Data<Post>)))]
pub async fn add_post_category(
    writer: As<WriterRole>,
    PathParams((id, category)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
) -> Result<Editable<Post>> {
    let named = Named::new(ReferenceKind::Category, &category.0);
    let addition = Addition {
        named,
        affiliation: Affiliation::default(),
        publish: query.publishes(),
    };
    add(writer, id, seen, addition).await
}

/// Remove a category from a post
///
/// Removes the category, by its id or by its slug in any language, and keeps all others. If the post does not have the
/// category, nothing changes. Answers 404 for an unknown category.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/categories/{category}", params(PublishQuery), responses((status = 204)))]
pub async fn remove_post_category(
    writer: As<WriterRole>,
    PathParams((id, category)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
) -> Result<Removed> {
    let named = Named::new(ReferenceKind::Category, &category.0);
    let publish = query.publishes();
    remove(writer, id, seen, Removal { named, publish }).await
}

/// Add an author to a post
///
/// Adds a byline as the last one, by the author's id or slug, and keeps all others. If the post has a byline of the
/// author, changes only the members that are sent; its position stays. Answers 404 for an unknown author, and 422 for an
/// unknown organization.
#[utoipa::path(put, path = "/v1/admin/posts/{id}/authors/{author}", params(PublishQuery), responses((status = 200, body = Data<Post>)), request_body = Affiliation)]
pub async fn add_post_author(
    writer: As<WriterRole>,
    PathParams((id, author)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
    Json(affiliation): Json<Affiliation>,
) -> Result<Editable<Post>> {
    let named = Named::new(ReferenceKind::Author, &author.0);
    let addition = Addition {
        named,
        affiliation,
        publish: query.publishes(),
    };
    add(writer, id, seen, addition).await
}

/// Remove an author from a post
///
/// Removes the author's byline, by the author's id or slug, and keeps all others. If the post does not have one, nothing
/// changes. Answers 404 for an unknown author.
#[utoipa::path(delete, path = "/v1/admin/posts/{id}/authors/{author}", params(PublishQuery), responses((status = 204)))]
pub async fn remove_post_author(
    writer: As<WriterRole>,
    PathParams((id, author)): PathParams<(Id, PresentName)>,
    Query(query): Query<PublishQuery>,
    seen: Seen,
) -> Result<Removed> {
    let named = Named::new(ReferenceKind::Author, &author.0);
    let publish = query.publishes();
    remove(writer, id, seen, Removal { named, publish }).await
}

async fn add(
    writer: As<WriterRole>,
    id: Id,
    seen: Seen,
    addition: Addition,
) -> Result<Editable<Post>> {
    writer
        .write(move |conn, by| single_relations::add(conn, by, id, &seen, addition))
        .await
        .map(Editable)
}

async fn remove(writer: As<WriterRole>, id: Id, seen: Seen, removal: Removal) -> Result<Removed> {
    writer
        .write(move |conn, by| single_relations::remove(conn, by, id, &seen, removal))
        .await
        .map(|version| Removed { version })
}
