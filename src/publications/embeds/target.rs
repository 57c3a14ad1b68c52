//! The post at an absolute URL, of the site or of the API.

use url::Url;

use crate::config::Config;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::{FALLBACK, Fallback};

/// The end of the path of a card.
const CARD: &str = "/card";

/// The maximum number of substitutes that are read, as for a post.
const MAX_FALLBACK: usize = 20;

/// A post, as a URL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The id or the slug.
    pub name: String,
    /// The language; `None` for that of the slug, or the original one.
    pub lang: Option<Lang>,
    /// The substitutes for the language.
    pub fallback: Vec<Fallback>,
}

impl Target {
    /// Reads a URL; `None` if it leads to no post of this server.
    pub fn at(url: &str, config: &Config) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        Self::on_site(&url, config).or_else(|| Self::in_api(&url, config))
    }

    fn on_site(url: &Url, config: &Config) -> Option<Self> {
        let site = &config.site;
        let path = site.url.as_ref()?.path_of(url)?;
        let named = site.paths.find(&path)?;
        (named.kind == Kind::Post).then(|| Self {
            name: named.slug.to_string(),
            lang: named.lang,
            fallback: Vec::new(),
        })
    }

    fn in_api(url: &Url, config: &Config) -> Option<Self> {
        let own = Url::parse(config.server.public_url.as_str()).ok()?;
        let is_here = url.origin() == own.origin();
        is_here.then(|| Self::of_path(url)).flatten()
    }

    /// Reads the URL of a post in the API, or of its card, relative to the root of the API.
    pub fn moved(to: &str) -> Option<Self> {
        let base = Url::parse("https://here.invalid").ok()?;
        Self::of_path(&base.join(to).ok()?)
    }

    fn of_path(url: &Url) -> Option<Self> {
        let list = format!("/v1/{}/", Kind::Post.plural());
        let name = url.path().strip_prefix(&list)?;
        let name = name.strip_suffix(CARD).unwrap_or(name);
        let is_name = !name.is_empty() && !name.contains('/');
        let lang = url.query_pairs().find(|(name, _)| name == "lang");
        let lang = lang.and_then(|(_, lang)| lang.parse().ok());
        let given = url.query_pairs().filter(|(name, _)| name == FALLBACK);
        let given = given.flat_map(|(_, list)| {
            let substitutes = list.split(',').filter_map(|one| one.parse().ok());
            substitutes.collect::<Vec<Fallback>>()
        });
        is_name.then(|| Self {
            name: name.to_owned(),
            // There are no substitutes for what is not requested.
            fallback: given
                .filter(|_| lang.is_some())
                .take(MAX_FALLBACK)
                .collect(),
            lang,
        })
    }
}
