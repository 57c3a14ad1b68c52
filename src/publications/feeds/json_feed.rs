//! JSON Feed, version 1.1.

use serde::Serialize;
use utoipa::ToSchema;

use super::channel::Channel;
use super::item::Item;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::response::Document;
use crate::id::Id;
use crate::lang::Lang;
use crate::publications::model::Attribution;
use crate::timestamp::Timestamp;

/// The media type of JSON Feed.
pub const MEDIA_TYPE: &str = "application/feed+json";

/// The version of the format.
pub const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// A page of a feed, as the specification of JSON Feed describes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeed {
    /// The URL of the version of the format.
    #[schema(examples("https://jsonfeed.org/version/1.1"))]
    pub version: &'static str,
    /// The title.
    #[schema(examples("The Town Square"))]
    pub title: String,
    /// The page of the term, author or organization that the filter names, if it names exactly one, or else the front page
    /// of the site.
    #[schema(format = "uri", examples("https://news.example.org/"))]
    pub home_page_url: String,
    /// The URL of the feed.
    #[schema(format = "uri", examples("https://api.example.org/v1/feeds/feed.json"))]
    pub feed_url: String,
    /// The description of the site.
    pub description: String,
    /// The URL of the next page, with older posts; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub next_url: Option<String>,
    /// The requested language; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<Lang>,
    /// The posts, newest first.
    pub items: Vec<JsonFeedItem>,
}

/// A post in a JSON Feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedItem {
    /// The id of the post in this language, which never changes.
    #[schema(examples("urn:uuid:6f5f6c1e-8b5e-8f0e-9c52-0b6f3f0e7a11"))]
    pub id: String,
    /// The absolute URL of the post.
    #[schema(
        format = "uri",
        examples("https://news.example.org/en/the-right-to-the-city")
    )]
    pub url: String,
    /// The title.
    pub title: String,
    /// The excerpt, in plain text.
    pub summary: String,
    /// The text as HTML with absolute addresses.
    pub content_html: String,
    /// The instant from which this language is public.
    pub date_published: Timestamp,
    /// The instant at which this language was last updated.
    pub date_modified: Timestamp,
    /// The authors, in order.
    pub authors: Vec<JsonFeedAuthor>,
    /// The names of the categories, then of the tags.
    pub tags: Vec<String>,
    /// The language shown.
    pub language: Lang,
    /// The terms of republication, and the id of the post in the API.
    #[serde(rename = "_tribuna")]
    pub extension: JsonFeedExtension,
}

/// An author in a JSON Feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAuthor {
    /// The name.
    #[schema(examples("Mariam Diallo"))]
    pub name: String,
}

/// The members that JSON Feed does not have.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedExtension {
    /// The id of the post in the API.
    pub id: Id,
    /// The licence of the post, or else of the site: an SPDX id or a URL.
    #[schema(examples("CC-BY-4.0"))]
    pub licence: Option<String>,
    /// True if others may republish the post.
    pub can_republish: bool,
    /// The ready text with which to credit the post.
    pub attribution: Option<Attribution>,
    /// The URL at which the post first appeared, if it was elsewhere.
    #[schema(format = "uri")]
    pub canonical_url: Option<String>,
}

/// Writes a page of a feed.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn write(channel: &Channel, config: &Config) -> Result<Document> {
    let links = channel.links(config).into_iter();
    let mut next = links.filter(|(relation, _)| *relation == "next");
    let posts = channel.posts.iter();
    let feed = JsonFeed {
        version: VERSION,
        title: channel.title(config),
        home_page_url: channel.page(config),
        feed_url: channel.url(config),
        description: channel.description(config),
        next_url: next.next().map(|(_, url)| url),
        language: channel.lang.clone(),
        items: posts.map(|post| item(&Item::new(post, config))).collect(),
    };
    let content = serde_json::to_vec(&feed);
    Ok(Document {
        media_type: MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

fn item(item: &Item<'_>) -> JsonFeedItem {
    let post = item.post;
    JsonFeedItem {
        id: item.id.clone(),
        url: item.link.clone(),
        title: item.title(),
        summary: item.excerpt(),
        content_html: item.html.clone(),
        date_published: post.published_at,
        date_modified: post.updated_at,
        authors: item.authors().map(|name| JsonFeedAuthor { name }).collect(),
        tags: item.terms().collect(),
        language: post.lang.clone(),
        extension: JsonFeedExtension {
            id: post.id,
            licence: post.licence_in_force().map(str::to_owned),
            can_republish: post.can_republish,
            attribution: post.attribution.clone(),
            canonical_url: post.canonical_url.clone(),
        },
    }
}
