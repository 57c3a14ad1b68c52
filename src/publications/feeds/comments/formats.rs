//! Feeds of comments in RSS 2.0, in Atom (RFC 4287) and as a JSON Feed.

use atom_syndication::{Content, Entry, Feed, Person, Text};
use rss::Guid;
use rss::extension::dublincore::DublinCoreExtension;
use serde::Serialize;
use utoipa::ToSchema;

use super::channel::CommentChannel;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::response::Document;
use crate::lang::Lang;
use crate::publications::comments::model::PublicComment;
use crate::publications::feeds::item::text;
use crate::publications::feeds::json_feed::{self, JsonFeedAuthor};
use crate::publications::feeds::{atom, rss as rss_of_posts};
use crate::timestamp::Timestamp;

/// A feed of comments as the specification of JSON Feed describes it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentJsonFeed {
    /// The URL of the version of the format.
    #[schema(examples("https://jsonfeed.org/version/1.1"))]
    pub version: &'static str,
    /// The title.
    #[schema(examples("Comments: The Town Square"))]
    pub title: String,
    /// The front page of the site.
    #[schema(format = "uri", examples("https://news.example.org/"))]
    pub home_page_url: String,
    /// The URL of the feed.
    #[schema(
        format = "uri",
        examples("https://api.example.org/v1/feeds/comments.json")
    )]
    pub feed_url: String,
    /// The URL of the next page, with older comments; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub next_url: Option<String>,
    /// The comments, newest first.
    pub items: Vec<CommentFeedItem>,
}

/// A comment in a JSON Feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommentFeedItem {
    /// The id of the comment, which never changes.
    #[schema(examples("urn:uuid:6f5f6c1e-8b5e-8f0e-9c52-0b6f3f0e7a11"))]
    pub id: String,
    /// The absolute URL of the post, with the comment as its fragment.
    #[schema(format = "uri")]
    pub url: String,
    /// The name of the writer, and the title of the post.
    #[schema(examples("Amara: A right to the city"))]
    pub title: String,
    /// The text as HTML.
    pub content_html: String,
    /// The time at which the comment was written.
    pub date_published: Timestamp,
    /// The time at which its text last changed.
    pub date_modified: Timestamp,
    /// The writer.
    pub authors: Vec<JsonFeedAuthor>,
    /// The language.
    pub language: Lang,
}

/// The parts of a feed that all formats have.
struct Parts {
    title: String,
    home: String,
    url: String,
    links: Vec<(&'static str, String)>,
}

impl Parts {
    fn of(channel: &CommentChannel, config: &Config) -> Self {
        let base = config.server.public_url.as_str();
        let site = &channel.site;
        let home = site.home.clone().or_else(|| site.url.clone());
        let home = home.unwrap_or_else(|| format!("{base}/"));
        let pages = [
            ("self", Some(&channel.addresses.1)),
            ("first", Some(&channel.page.first)),
            ("next", channel.page.next.as_ref()),
            ("previous", channel.page.prev.as_ref()),
        ];
        let links = pages
            .into_iter()
            .filter_map(|(relation, url)| Some((relation, format!("{base}{}", url?))));
        Self {
            title: match &site.name {
                Some(name) => format!("Comments: {}", text(name)),
                None => "Comments".to_owned(),
            },
            home,
            url: format!("{base}{}", channel.addresses.0),
            links: links.collect(),
        }
    }
}

/// Returns a comment as an item.
fn item(channel: &CommentChannel, comment: &PublicComment, config: &Config) -> CommentFeedItem {
    let base = config.server.public_url.as_str();
    let post = channel.post(comment);
    let page = post.map(|post| post.url(&config.site, base));
    let page = page.unwrap_or_else(|| format!("{base}/v1/comments/{}", comment.id));
    let name = text(comment.name.as_deref().unwrap_or_default());
    CommentFeedItem {
        id: format!("urn:uuid:{}", comment.id),
        url: format!("{page}#comment-{}", comment.id),
        title: match post {
            Some(post) => format!("{name}: {}", text(&post.title)),
            None => name.clone(),
        },
        content_html: comment.html.clone().unwrap_or_default(),
        date_published: comment.created_at,
        date_modified: comment.edited_at.unwrap_or(comment.created_at),
        authors: vec![JsonFeedAuthor { name }],
        language: comment.lang.clone(),
    }
}

fn items(channel: &CommentChannel, config: &Config) -> Vec<CommentFeedItem> {
    let comments = channel.comments.iter();
    comments
        .map(|comment| item(channel, comment, config))
        .collect()
}

/// Writes a page as a JSON Feed.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn json(channel: &CommentChannel, config: &Config) -> Result<Document> {
    let parts = Parts::of(channel, config);
    let next = parts
        .links
        .into_iter()
        .find(|(relation, _)| *relation == "next");
    let feed = CommentJsonFeed {
        version: json_feed::VERSION,
        title: parts.title,
        home_page_url: parts.home,
        feed_url: parts.url,
        next_url: next.map(|(_, url)| url),
        items: items(channel, config),
    };
    let content = serde_json::to_vec(&feed);
    Ok(Document {
        media_type: json_feed::MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

/// Writes a page in RSS.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn rss(channel: &CommentChannel, config: &Config) -> Result<Document> {
    let parts = Parts::of(channel, config);
    let item = |one: CommentFeedItem| rss::Item {
        title: Some(one.title),
        link: Some(one.url),
        // Readers take a description for HTML.
        description: Some(one.content_html),
        guid: Some(Guid {
            value: one.id,
            permalink: false,
        }),
        pub_date: Some(rss_of_posts::date(one.date_published)),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: one.authors.into_iter().map(|author| author.name).collect(),
            languages: vec![one.language.to_string()],
            ..DublinCoreExtension::default()
        }),
        ..rss::Item::default()
    };
    let feed = rss::Channel {
        description: parts.title.clone(),
        title: parts.title,
        link: parts.home,
        generator: Some("Tribuna".to_owned()),
        atom_ext: Some(rss_of_posts::links(parts.links)),
        items: items(channel, config).into_iter().map(item).collect(),
        ..rss::Channel::default()
    };
    let content = feed.write_to(Vec::new());
    Ok(Document {
        media_type: rss_of_posts::MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

/// Writes a page in Atom.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn atom(channel: &CommentChannel, config: &Config) -> Result<Document> {
    let parts = Parts::of(channel, config);
    let items = items(channel, config);
    let updated = items.iter().map(|one| one.date_modified).max();
    let entries: Result<Vec<Entry>> = items.into_iter().map(entry).collect();
    let mut links = vec![atom::link("alternate", parts.home)];
    links.extend(
        parts
            .links
            .into_iter()
            .map(|(relation, url)| atom::link(relation, url)),
    );
    let feed = Feed {
        id: parts.url,
        title: plain(parts.title),
        updated: atom::date(updated.unwrap_or(Timestamp::from_millis(0)))?,
        links,
        entries: entries?,
        ..Feed::default()
    };
    let content = feed.write_to(Vec::new());
    Ok(Document {
        media_type: atom::MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

fn plain(value: String) -> Text {
    Text {
        value,
        ..Text::default()
    }
}

fn entry(one: CommentFeedItem) -> Result<Entry> {
    let person = |author: JsonFeedAuthor| Person {
        name: author.name,
        ..Person::default()
    };
    Ok(Entry {
        id: one.id,
        title: plain(one.title),
        updated: atom::date(one.date_modified)?,
        published: Some(atom::date(one.date_published)?),
        authors: one.authors.into_iter().map(person).collect(),
        content: Some(Content {
            lang: Some(one.language.to_string()),
            value: Some(one.content_html),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        links: vec![atom::link("alternate", one.url)],
        ..Entry::default()
    })
}
