//! The site that displays the content: its links and its paths.

use super::parse;
use super::setting::{Accepts, DefaultValue, listed, true_or_false};
use super::site_paths::{self, SitePaths};
use super::site_url::SiteUrl;
use super::table::settings;
use super::{ExternalLinks, RenderOptions};
use crate::content::{Provider, Providers};
use crate::lang::Lang;

settings! {
    "Delivery settings"
    /// The settings of the site that displays the content.
    pub struct Site {
        /// The name of the site, for `GET /v1/site`
        name: Option<String> {
            name: "site-name",
            env: "TRIBUNA_SITE_NAME",
            accepts: Accepts::Text("NAME", "a text of 1 to 200 characters"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, |text| parse::short(200, text)),
        }
        /// A sentence or two about the site, for `GET /v1/site`
        description: Option<String> {
            name: "site-description",
            env: "TRIBUNA_SITE_DESCRIPTION",
            accepts: Accepts::Text("TEXT", "a text of 1 to 1000 characters"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, |text| parse::short(1000, text)),
        }
        /// The address of the front page of the site, for `GET /v1/site`
        home: Option<String> {
            name: "site-home",
            env: "TRIBUNA_SITE_HOME",
            accepts: Accepts::Text("URL", "an absolute http or https URL, such as https://news.example.org/"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, parse::web_address),
        }
        /// The languages of the site, for `GET /v1/site`; the name and the description above are in the first. Without any,
        /// these are the languages of the public posts
        languages: Vec<Lang> {
            name: "site-languages",
            env: "TRIBUNA_SITE_LANGUAGES",
            accepts: Accepts::Text("TAGS", "BCP 47 language tags separated by commas, such as fr,en,pt-BR"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_or_empty(s, parse::languages),
        }
        /// The absolute address of the site that displays the content. With it, answers have the URL of each page in
        /// `site_url`
        url: Option<SiteUrl> {
            name: "site-url",
            env: "TRIBUNA_SITE_URL",
            accepts: Accepts::Text("URL", "an absolute http or https URL without query and fragment, such as https://news.example.org"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, SiteUrl::parse),
        }
        /// The licence of content that has none of its own, for `GET /v1/site`
        licence: Option<String> {
            name: "site-licence",
            env: "TRIBUNA_SITE_LICENCE",
            accepts: Accepts::Text("LICENCE", "an SPDX identifier, such as CC-BY-4.0, or an http or https URL"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, parse::licence),
        }
        /// The contact for readers of the site, for `GET /v1/site`
        contact: Option<String> {
            name: "site-contact",
            env: "TRIBUNA_SITE_CONTACT",
            accepts: Accepts::Text("CONTACT", "an e-mail address, or an http or https URL"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, parse::contact),
        }
        /// Whether others may republish posts whose licence does not say so; `can_republish` tells them
        may_republish: bool {
            name: "site-may-republish",
            env: "TRIBUNA_SITE_MAY_REPUBLISH",
            accepts: Accepts::OneOf(true_or_false),
            default: DefaultValue::Text("false"),
            read: |r, s| r.read(s, parse::truth),
        }
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
    /// Returns the options for rendering bodies.
    pub fn render_options(&self) -> RenderOptions {
        RenderOptions {
            external_links: self.external_links,
            embed_providers: self.embed_providers,
        }
    }
}
