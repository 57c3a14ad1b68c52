//! The site that displays the content: its links and its paths.

use super::parse;
use super::setting::{Accepts, DefaultValue};
use super::site_paths::SitePaths;
use super::table::settings;
use super::{ExternalLinks, RenderOptions};
use crate::content::Providers;

settings! {
    "Delivery settings"
    /// The settings of the site that displays the content.
    pub struct Site {
        /// Whether links to other sites in published HTML have `rel="noopener nofollow"`
        external_links: ExternalLinks {
            name: "external-links",
            env: "TRIBUNA_EXTERNAL_LINKS",
            accepts: Accepts::OneOf(&["plain", "nofollow"]),
            default: DefaultValue::Text("plain"),
            read: |r, s| r.read(s, parse::external_links),
        }
        /// The providers whose players a click may load in published HTML; what other providers play becomes a link
        embed_providers: Providers {
            name: "embed-providers",
            env: "TRIBUNA_EMBED_PROVIDERS",
            accepts: Accepts::Text(
                "NAMES",
                "any of youtube, vimeo, dailymotion, soundcloud, spotify and ted, separated by commas",
            ),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::embed_providers),
        }
        /// The paths of the site that shows the content, by kind; `GET /v1/resolve` accepts and returns such paths
        paths: SitePaths {
            name: "site-paths",
            env: "TRIBUNA_SITE_PATHS",
            accepts: Accepts::Text(
                "PATTERNS",
                "kind=pattern for any of post, category, tag, author and organization, separated by commas, such as \
                 post=/{lang}/{slug},tag=/{lang}/tag/{slug}; {slug} is required, {lang} is not",
            ),
            default: DefaultValue::Text(
                "post=/{lang}/{slug},category=/{lang}/category/{slug},tag=/{lang}/tag/{slug},\
                 author=/{lang}/author/{slug},organization=/{lang}/organization/{slug}",
            ),
            read: |r, s| r.read(s, SitePaths::parse),
        }
    }
}

impl Site {
    /// How bodies are rendered for this site.
    pub fn render_options(&self) -> RenderOptions {
        RenderOptions {
            external_links: self.external_links,
            embed_providers: self.embed_providers,
        }
    }
}
