//! The name of the site in messages: the stored one in the language of the message, or that of the settings, or the host.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::by_lang::ByLang;
use crate::config::Config;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::lang::Lang;
use crate::schema::site;

/// The names of the site.
#[derive(Debug, Clone)]
pub struct SiteNames {
    stored: ByLang<Named>,
    otherwise: String,
}

/// The name among the texts of the site in one language.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    name: Option<String>,
}

impl SiteNames {
    /// Returns the name that the settings give.
    pub fn of_settings(config: &Config) -> Self {
        let host = || host(config.server.public_url.as_str());
        Self {
            stored: ByLang::default(),
            otherwise: config.site.name.clone().unwrap_or_else(host),
        }
    }

    /// Returns the stored names, too.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn stored(self, conn: &mut Conn) -> Result<Self> {
        let texts = site::table.select(site::translations);
        let stored: Option<ByLang<Named>> = each!(conn, texts.first(conn).optional())?;
        Ok(Self {
            stored: stored.unwrap_or_default(),
            ..self
        })
    }

    /// Returns the name in a language, or else in the site's own.
    pub fn in_language(&self, lang: &Lang) -> &str {
        let nearest = lang
            .lookup()
            .find_map(|tag| self.stored.get(&tag)?.name.as_deref());
        let mut all = self.stored.iter();
        let first = || all.find_map(|(_, named)| named.name.as_deref());
        nearest.or_else(first).unwrap_or(&self.otherwise)
    }
}

/// Returns the host of a URL.
pub fn host(url: &str) -> String {
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str);
    host.unwrap_or("localhost").to_owned()
}
