//! The handlers of feeds.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::channel::{self, Channel};
use super::json_feed::JsonFeed;
use super::{atom, json_feed, rss};
use crate::config::Config;
use crate::delivery::localized::{LANG_OF_POSTS, Localized};
use crate::delivery::reader::{Reader, View};
use crate::delivery::response::PublicResponse;
use crate::delivery::surrogate_keys;
use crate::error::Result;
use crate::http::input::Query;
use crate::http::response::Document;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::Listing;
use crate::publications::lists::criteria::Criteria;
use crate::publications::lists::query::{IncludedMember, Inclusion, PostFilter};
use crate::state::State;

/// The page of a feed.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FeedPaging {
    /// The maximum number of items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The cursor of another page, from a `next` link of the feed.
    #[param(max_length = 4000)]
    pub cursor: Option<String>,
}

/// Read the RSS feed
///
/// The newest posts with their whole texts in RSS 2.0, with all filters of the list of posts. Pages are left out unless
/// `type` names them. `atom:link rel="next"` leads to older posts.
#[utoipa::path(
    get, path = "/v1/feeds/rss.xml",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), FeedPaging, Localized, PostFilter),
    responses((status = 200, body = String, content_type = "application/rss+xml", headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none.")),
        example = json!("<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>The Town Square</title></channel></rss>")))
)]
pub async fn get_rss_feed(
    listing: Listing,
    Query(filter): Query<PostFilter>,
    reader: Reader,
    state: actix_web::web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, filter, reader, rss::write).await
}

/// Read the Atom feed
///
/// The newest posts with their whole texts in Atom (RFC 4287), paged by RFC 5005, with all filters of the list of posts.
/// Pages are left out unless `type` names them. Each text says its language.
#[utoipa::path(
    get, path = "/v1/feeds/atom.xml",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), FeedPaging, Localized, PostFilter),
    responses((status = 200, body = String, content_type = "application/atom+xml", headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none.")),
        example = json!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>The Town Square</title></feed>")))
)]
pub async fn get_atom_feed(
    listing: Listing,
    Query(filter): Query<PostFilter>,
    reader: Reader,
    state: actix_web::web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, filter, reader, atom::write).await
}

/// Read the JSON feed
///
/// The newest posts with their whole texts as a JSON Feed (version 1.1), with all filters of the list of posts. Pages are
/// left out unless `type` names them. `next_url` leads to older posts.
#[utoipa::path(
    get, path = "/v1/feeds/feed.json",
    params(("lang" = Option<Lang>, Query, description = LANG_OF_POSTS), FeedPaging, Localized, PostFilter),
    responses((status = 200, body = JsonFeed, content_type = "application/feed+json", headers(
        ("Content-Language" = String, description = "The languages of the items; absent when there are none."))))
)]
pub async fn get_json_feed(
    listing: Listing,
    Query(filter): Query<PostFilter>,
    reader: Reader,
    state: actix_web::web::Data<State>,
) -> Result<PublicResponse<Document>> {
    feed(&state, listing, filter, reader, json_feed::write).await
}

async fn feed(
    state: &State,
    listing: Listing,
    filter: PostFilter,
    reader: Reader,
    write: fn(&Channel, &Config) -> Result<Document>,
) -> Result<PublicResponse<Document>> {
    let whole = Inclusion {
        include: vec![IncludedMember::Body],
    };
    let reader = reader.selecting(|asked| whole.added_to(asked));
    let criteria = Criteria::new(reader.view(), filter);
    let among = criteria.cache_keys().with(surrogate_keys::all(Kind::Site));
    let site = state.config.site.clone();
    let read =
        move |conn: &mut _, view: &View| channel::read(conn, &listing, &criteria, (&site, view));
    reader.document(among, read, write).await
}
