//! The post at an absolute URL, of the site or of the API.

use url::Url;

use crate::config::Config;
use crate::kind::Kind;
use crate::lang::Lang;

/// A post, as a URL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The id or the slug.
    pub name: String,
    /// The language; `None` for that of the slug, or the original one.
    pub lang: Option<Lang>,
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
        })
    }

    fn in_api(url: &Url, config: &Config) -> Option<Self> {
        let own = Url::parse(config.server.public_url.as_str()).ok()?;
        let is_here = url.origin() == own.origin();
        is_here.then(|| Self::of_path(url)).flatten()
    }

    /// Reads the URL of a post in the API, relative to its root.
    pub fn moved(to: &str) -> Option<Self> {
        let base = Url::parse("https://here.invalid").ok()?;
        Self::of_path(&base.join(to).ok()?)
    }

    fn of_path(url: &Url) -> Option<Self> {
        let list = format!("/v1/{}/", Kind::Post.plural());
        let name = url.path().strip_prefix(&list)?;
        let is_name = !name.is_empty() && !name.contains('/');
        let mut pairs = url.query_pairs();
        let lang = pairs.find(|(name, _)| name == "lang");
        is_name.then(|| Self {
            name: name.to_owned(),
            lang: lang.and_then(|(_, lang)| lang.parse().ok()),
        })
    }
}
