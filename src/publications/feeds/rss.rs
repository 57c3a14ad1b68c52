//! Feeds in RSS 2.0, with the modules for whole texts (`content`), names of authors (`dc`), paging (`atom`) and licences
//! (`creativeCommons`, `dcterms`).

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Guid};

use super::channel::Channel;
use super::item::{Item, text};
use crate::config::Config;
use crate::content::escape;
use crate::error::{Error, Result};
use crate::http::response::Document;
use crate::licence;
use crate::timestamp::Timestamp;

/// The media type of RSS.
pub const MEDIA_TYPE: &str = "application/rss+xml";

/// The name spaces of the modules that the crate does not know.
const NAME_SPACES: [(&str, &str); 2] = [
    (
        "creativeCommons",
        "http://backend.userland.com/creativeCommonsRssModule",
    ),
    ("dcterms", "http://purl.org/dc/terms/"),
];

/// Writes a page of a feed.
///
/// # Errors
/// Returns [`Error::Internal`] if the feed cannot be written.
pub fn write(channel: &Channel, config: &Config) -> Result<Document> {
    let posts = channel.posts.iter();
    let items = posts.map(|post| item(&Item::new(post, config)));
    let site_licence = channel.site.licence.as_deref();
    let feed = rss::Channel {
        title: text(&channel.title(config)),
        link: channel.page(config),
        description: text(&channel.description(config)),
        language: channel.lang.as_ref().map(ToString::to_string),
        copyright: site_licence.map(|one| text(&licence::name(one))),
        last_build_date: channel.updated_at().map(date),
        generator: Some("Tribuna".to_owned()),
        docs: Some("https://www.rssboard.org/rss-specification".to_owned()),
        atom_ext: Some(links(channel.links(config))),
        items: items.collect(),
        namespaces: owned(NAME_SPACES),
        ..rss::Channel::default()
    };
    let content = feed.write_to(Vec::new());
    Ok(Document {
        media_type: MEDIA_TYPE,
        content: content.map_err(|error| Error::Internal(error.to_string()))?,
    })
}

fn owned(pairs: [(&str, &str); 2]) -> BTreeMap<String, String> {
    let owned = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    owned.into_iter().collect()
}

/// Returns the links of a feed to its pages.
pub(super) fn links(pages: Vec<(&'static str, String)>) -> AtomExtension {
    let link = |(relation, href): (&str, String)| Link {
        href,
        rel: relation.to_owned(),
        mime_type: Some(MEDIA_TYPE.to_owned()),
        ..Link::default()
    };
    AtomExtension {
        links: pages.into_iter().map(link).collect(),
    }
}

fn item(item: &Item<'_>) -> rss::Item {
    let post = item.post;
    let category = |name: String| Category { name, domain: None };
    rss::Item {
        title: Some(item.title()),
        link: Some(item.link.clone()),
        // Readers take a description for HTML.
        description: Some(escape(&item.excerpt())),
        categories: item.terms().map(category).collect(),
        guid: Some(Guid {
            value: item.id.clone(),
            permalink: false,
        }),
        pub_date: Some(date(post.published_at)),
        content: Some(item.html.clone()),
        dublin_core_ext: Some(DublinCoreExtension {
            creators: item.authors().collect(),
            contributors: item.translators().collect(),
            languages: vec![post.lang.to_string()],
            rights: item.credit().into_iter().collect(),
            ..DublinCoreExtension::default()
        }),
        extensions: extensions(item),
        ..rss::Item::default()
    }
}

/// Returns the elements of modules that the crate does not know: the licence, and the time of the last update.
fn extensions(item: &Item<'_>) -> ExtensionMap {
    let mut extensions = ExtensionMap::new();
    let mut add = |prefix: &str, name: &str, value: String| {
        let extension = Extension {
            name: format!("{prefix}:{name}"),
            value: Some(value),
            ..Extension::default()
        };
        let of_prefix = extensions.entry(prefix.to_owned()).or_default();
        of_prefix
            .entry(name.to_owned())
            .or_default()
            .push(extension);
    };
    add("dcterms", "modified", item.post.updated_at.to_string());
    if let Some(url) = item.licence_url() {
        match url.contains("creativecommons.org/") {
            true => add("creativeCommons", "license", url),
            false => add("dcterms", "license", url),
        }
    }
    extensions
}

/// Writes a time as RFC 822 does, with four digits for the year.
pub(super) fn date(at: Timestamp) -> String {
    let since = u64::try_from(at.millis()).map(Duration::from_millis);
    let time = UNIX_EPOCH.checked_add(since.unwrap_or_default());
    httpdate::fmt_http_date(time.unwrap_or(UNIX_EPOCH))
}
