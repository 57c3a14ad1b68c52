//! Feeds in Atom (RFC 4287), paged by RFC 5005, with links to licences (RFC 4946).

use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Text, TextType,
};

use super::channel::Channel;
use super::item::{Item, text};
use crate::catalogue::terms::model::TermRef;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::http::response::Document;
use crate::lang::Lang;
use crate::licence;
use crate::timestamp::Timestamp;

/// The media type of Atom.
pub const MEDIA_TYPE: &str = "application/atom+xml";

/// Writes a page of a feed.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn write(channel: &Channel, config: &Config) -> Result<Document> {
    let posts = channel.posts.iter();
    let entries: Result<Vec<Entry>> = posts.map(|post| entry(&Item::new(post, config))).collect();
    let plain = |value: String| Text {
        value: text(&value),
        ..Text::default()
    };
    let licence = channel.site.licence.as_deref();
    // The texts of the site may be in another language than the posts.
    let lang = channel.site.lang.as_ref().map(ToString::to_string);
    let of_site = |value: String| Text {
        lang: lang.clone(),
        ..plain(value)
    };
    let feed = Feed {
        id: channel.url(config),
        title: of_site(channel.title(config)),
        subtitle: channel.site.description.clone().map(of_site),
        updated: date(channel.updated_at().unwrap_or(Timestamp::from_millis(0)))?,
        // For entries without authors.
        authors: vec![person(text(&channel.name(config)))],
        lang: channel.lang.as_ref().map(ToString::to_string),
        links: links(channel, config),
        rights: licence.map(|one| plain(licence::name(one))),
        generator: Some(Generator {
            value: "Tribuna".to_owned(),
            ..Generator::default()
        }),
        entries: entries?,
        ..Feed::default()
    };
    let content = feed.write_to(Vec::new());
    Ok(Document {
        media_type: MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

fn links(channel: &Channel, config: &Config) -> Vec<Link> {
    let mut links = vec![link("alternate", channel.page(config))];
    for (relation, href) in channel.links(config) {
        links.push(Link {
            mime_type: Some(MEDIA_TYPE.to_owned()),
            ..link(relation, href)
        });
    }
    links
}

/// Returns a link with a relation.
pub(super) fn link(relation: &str, href: String) -> Link {
    Link {
        href,
        rel: relation.to_owned(),
        ..Link::default()
    }
}

fn person(name: String) -> Person {
    Person {
        name,
        ..Person::default()
    }
}

fn entry(item: &Item<'_>) -> Result<Entry> {
    let post = item.post;
    let of_lang = |value: String| in_lang(value, &post.lang);
    let mut links = vec![Link {
        hreflang: Some(post.lang.to_string()),
        ..link("alternate", item.link.clone())
    }];
    links.extend(item.licence_url().map(|url| link("license", url)));
    let terms = post.categories.iter().chain(&post.tags);
    Ok(Entry {
        id: item.id.clone(),
        title: of_lang(item.title()),
        updated: date(post.updated_at)?,
        published: Some(date(post.published_at)?),
        authors: item.authors().map(person).collect(),
        contributors: item.translators().map(person).collect(),
        categories: terms.map(category).collect(),
        summary: Some(of_lang(item.excerpt())),
        rights: item.credit().map(of_lang),
        content: Some(Content {
            lang: Some(post.lang.to_string()),
            value: Some(item.html.clone()),
            content_type: Some("html".to_owned()),
            ..Content::default()
        }),
        links,
        ..Entry::default()
    })
}

fn in_lang(value: String, lang: &Lang) -> Text {
    Text {
        value,
        lang: Some(lang.to_string()),
        r#type: TextType::Text,
        ..Text::default()
    }
}

fn category(term: &TermRef) -> Category {
    Category {
        term: term.slug.to_string(),
        label: Some(text(&term.name)),
        scheme: None,
    }
}

/// Writes a time as Atom does.
pub(super) fn date(at: Timestamp) -> Result<FixedDateTime> {
    let parsed = FixedDateTime::parse_from_rfc3339(&at.to_string());
    parsed.map_err(|error| Error::Internal(error.to_string()))
}
