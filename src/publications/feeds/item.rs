//! A post in a feed, whatever the format.

use url::Url;
use uuid::Builder;

use crate::config::Config;
use crate::content::{with_addresses, without_controls};
use crate::id::Id;
use crate::lang::Lang;
use crate::licence;
use crate::publications::model::PublicPostSummary;
use crate::publications::printable::printable;
use crate::sha256::sha256;

/// The beginning of addresses that belong to the API rather than to the site.
const API: &str = "/v1/";

/// A post in a feed.
pub struct Item<'a> {
    /// The post.
    pub post: &'a PublicPostSummary,
    /// The id, which never changes: a `urn:uuid:`.
    pub id: String,
    /// The absolute URL to which readers are sent: where the post first appeared, else its page on the site, else the post
    /// in the API.
    pub link: String,
    /// The text as HTML with absolute addresses.
    pub html: String,
}

impl<'a> Item<'a> {
    /// Prepares a post.
    pub fn new(post: &'a PublicPostSummary, config: &Config) -> Self {
        let api = format!("{}{}", config.server.public_url, post.url);
        let link = post.home_url().map_or(api, str::to_owned);
        let body = post.body.as_ref().map(|body| body.html.as_str());
        let base = post.site_url.as_deref().unwrap_or(&link);
        Self {
            id: urn(post.id, &post.lang),
            html: absolute(body.unwrap_or_default(), base, config),
            link,
            post,
        }
    }

    /// Returns the title as XML can hold it.
    pub fn title(&self) -> String {
        text(&self.post.title)
    }

    /// Returns the excerpt as XML can hold it.
    pub fn excerpt(&self) -> String {
        text(&self.post.excerpt)
    }

    /// Returns the names of the authors.
    pub fn authors(&self) -> impl Iterator<Item = String> {
        self.post.authors.iter().map(|one| text(&one.name))
    }

    /// Returns the names of the translators.
    pub fn translators(&self) -> impl Iterator<Item = String> {
        self.post.translators.iter().map(|one| text(&one.name))
    }

    /// Returns the names of the categories, then of the tags.
    pub fn terms(&self) -> impl Iterator<Item = String> {
        let terms = self.post.categories.iter().chain(&self.post.tags);
        terms.map(|one| text(&one.name))
    }

    /// Returns the credit as plain text.
    pub fn credit(&self) -> Option<String> {
        let attribution = self.post.attribution.as_ref();
        attribution.map(|attribution| text(&attribution.text))
    }

    /// Returns the URL of the licence.
    pub fn licence_url(&self) -> Option<String> {
        licence::url(self.post.licence_in_force()?)
    }
}

/// Returns the text without the characters that XML does not permit.
pub fn text(text: &str) -> String {
    printable(text)
}

/// Returns the id of a post in a language. A UUID of version 8 (RFC 9562), because the id of the post is the same in all
/// languages, and a fragment is not part of a `urn:uuid:`.
fn urn(post: Id, lang: &Lang) -> String {
    let hash = sha256(format!("{post} {lang}").as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, of)| *byte = of);
    let id = Builder::from_custom_bytes(bytes).into_uuid();
    format!("urn:uuid:{id}")
}

/// Makes addresses absolute: those below `/v1/` lead to the API, and others are relative to the page of the post.
fn absolute(html: &str, base: &str, config: &Config) -> String {
    let page = Url::parse(base).ok();
    let api = Url::parse(config.server.public_url.as_str()).ok();
    let resolve = |address: &str| {
        if Url::parse(address).is_ok() {
            return None;
        }
        let base = match address.starts_with(API) {
            true => api.as_ref(),
            false => page.as_ref(),
        };
        Some(base?.join(address).ok()?.to_string())
    };
    without_controls(&with_addresses(html, resolve)).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_id_depends_on_the_post_and_the_language_only() {
        let (post, en, fr) = (Id::default(), "en".parse().unwrap(), "fr".parse().unwrap());
        assert_eq!(urn(post, &en), urn(post, &en));
        assert_ne!(urn(post, &en), urn(post, &fr));
        assert_eq!(urn(post, &en).len(), "urn:uuid:".len() + 36);
    }
}
