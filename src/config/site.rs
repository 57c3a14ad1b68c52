//! The site that displays the content: its links and its paths.

use super::parse;
use super::setting::{Accepts, DefaultValue, listed};
use super::site_paths::{self, SitePaths};
use super::table::settings;
use super::{ExternalLinks, RenderOptions};
use crate::content::{Provider, Providers};

settings! {
    "Delivery settings"
    /// The settings of the site that displays the content.
    pub struct Site {
        /// Whether links to other sites in published HTML have `rel="noopener nofollow"`
        external_links: ExternalLinks {
            name: "external-links",
            env: "TRIBUNA_EXTERNAL_LINKS",
            accepts: Accepts::OneOf(|| ExternalLinks::ALL.map(ExternalLinks::as_str).to_vec()),
            default: DefaultValue::Text("plain"),
            read: |r, s| r.read(s, |text| parse::word(ExternalLinks::ALL, ExternalLinks::as_str, text)),
        }
        /// The providers whose players a click may load in published HTML; what other providers play becomes a link
        embed_providers: Providers {
            name: "embed-providers",
            env: "TRIBUNA_EMBED_PROVIDERS",
            accepts: Accepts::Described("NAMES", || {
                let names = listed(Provider::ALL.map(Provider::as_str));
                format!("any of {names}, separated by commas")
            }),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::embed_providers),
        }
        /// The paths of the site that shows the content, by kind; `GET /v1/resolve` accepts and returns such paths
        paths: SitePaths {
            name: "site-paths",
            env: "TRIBUNA_SITE_PATHS",
            accepts: Accepts::Described("PATTERNS", site_paths::form),
            default: DefaultValue::Written(site_paths::default_patterns),
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
