//! The handlers of feeds of comments.

use actix_web::web;

use super::channel::{self, CommentChannel, CommentFeedQuery};
use super::formats::{self, CommentJsonFeed};
use crate::config::Config;
use crate::delivery::reader::{Reader, View};
use crate::delivery::response::PublicResponse;
use crate::error::Result;
use crate::http::input::Query;
use crate::http::response::Document;
use crate::lang::Lang;
use crate::page::Listing;
use crate::publications::feeds::delivery::FeedPaging;
use crate::state::State;

/// Read the RSS feed of comments
///
/// The newest comments in RSS 2.0, of the site or of one post. `atom:link rel="next"` leads to older ones.
#[utoipa::path(
    get, path = "/v1/feeds/comments.rss.xml",
    params(("lang" = Option<Lang>, Query, description = "Comments in this language only: all when absent."), FeedPaging, CommentFeedQuery),
    responses((status = 200, body = String, content_type = "application/rss+xml", headers(
        ("Content-Language" = String, description = "The languages of the comments; absent when there are none.")),
        example = json!("<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Comments</title></channel></rss>")))
)]
pub async fn get_comments_rss_feed(
    listing: Listing,
    Query(query): Query<CommentFeedQuery>,
    reader: Reader,
    state: web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, query, reader, formats::rss).await
}

/// Read the Atom feed of comments
///
/// The newest comments in Atom (RFC 4287), of the site or of one post, paged by RFC 5005.
#[utoipa::path(
    get, path = "/v1/feeds/comments.atom.xml",
    params(("lang" = Option<Lang>, Query, description = "Comments in this language only: all when absent."), FeedPaging, CommentFeedQuery),
    responses((status = 200, body = String, content_type = "application/atom+xml", headers(
        ("Content-Language" = String, description = "The languages of the comments; absent when there are none.")),
        example = json!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Comments</title></feed>")))
)]
pub async fn get_comments_atom_feed(
    listing: Listing,
    Query(query): Query<CommentFeedQuery>,
    reader: Reader,
    state: web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, query, reader, formats::atom).await
}

/// Read the JSON feed of comments
///
/// The newest comments as a JSON Feed (version 1.1), of the site or of one post. `next_url` leads to older ones.
#[utoipa::path(
    get, path = "/v1/feeds/comments.json",
    params(("lang" = Option<Lang>, Query, description = "Comments in this language only: all when absent."), FeedPaging, CommentFeedQuery),
    responses((status = 200, body = CommentJsonFeed, content_type = "application/feed+json", headers(
        ("Content-Language" = String, description = "The languages of the comments; absent when there are none."))))
)]
pub async fn get_comments_json_feed(
    listing: Listing,
    Query(query): Query<CommentFeedQuery>,
    reader: Reader,
    state: web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, query, reader, formats::json).await
}

async fn feed(
    state: &State,
    listing: Listing,
    query: CommentFeedQuery,
    reader: Reader,
    write: fn(&CommentChannel, &Config) -> Result<Document>,
) -> Result<PublicResponse<Document>> {
    let among = query.keys();
    let site = state.config.site.clone();
    let read =
        move |conn: &mut _, view: &View| channel::read(conn, (&listing, &query), &site, view);
    reader.document(among, read, write).await
}
