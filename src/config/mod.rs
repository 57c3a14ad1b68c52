//! The configuration. It is read once at the start into a plain value that is passed to the rest of the program;
//! nothing else reads the environment. Flags take precedence over the environment, the environment over `.env`, and
//! `.env` over the defaults. All problems are reported together.

mod accounts;
mod bad_setting;
mod cache;
mod cache_routes;
mod database;
mod database_url;
mod docs;
mod dotenv;
mod editorial;
mod effective;
mod environment;
mod flags;
mod forwarded_header;
mod log;
mod mail;
mod origin;
mod parse;
mod path_pattern;
mod public_url;
mod quotas;
mod reader;
mod secret;
mod server;
mod setting;
mod setting_value;
mod site;
mod site_paths;
mod site_url;
mod smtp_url;
mod surrogate_headers;
mod table;
mod webhooks;

#[cfg(test)]
mod tests;

pub use accounts::Accounts;
pub use bad_setting::BadSetting;
pub use cache::Cache;
pub use cache_routes::{CacheRoute, CacheRoutes, cache_routes};
pub use database::Database;
pub use database_url::DatabaseUrl;
pub use docs::{markdown_table, secrets_help};
pub use editorial::Editorial;
pub use effective::{Effective, EffectiveSetting};
pub use environment::Environment;
pub use flags::Flags;
pub use forwarded_header::ForwardedHeader;
pub use log::Log;
pub use mail::Mail;
pub use parse::is_contact;
pub use path_pattern::Named;
pub use public_url::PublicUrl;
pub use quotas::{MOST as MOST_QUOTA, Quotas};
use reader::{Bad, SettingsReader};
pub use secret::Secret;
pub use server::Server;
use setting::Setting;
pub use site::Site;
pub use site_paths::SitePaths;
pub use site_url::SiteUrl;
pub use smtp_url::{SmtpSecurity, SmtpUrl};
pub use surrogate_headers::SurrogateHeaders;
pub use webhooks::Webhooks;

pub use crate::content::{ExternalLinks, RenderOptions};

/// Declares the configuration as groups of settings, in the order in which they are displayed.
macro_rules! concerns {
    ($($field:ident: $group:ident),+ $(,)?) => {
        /// The validated settings, by group.
        #[derive(Debug, Clone)]
        pub struct Config {
            $(#[doc = concat!("The settings of [`", stringify!($group), "`].")] pub $field: $group,)+
        }

        impl Config {
            /// Reads every group before it fails, so that all problems are recorded.
            fn read(reader: &mut SettingsReader<'_>) -> Result<Self, Bad> {
                $(let $field = $group::read(reader);)+
                Ok(Self { $($field: $field?),+ })
            }
        }

        /// Returns every setting, in the order in which they are displayed.
        fn settings() -> impl Iterator<Item = &'static Setting> {
            let groups: [&'static [Setting]; _] = [$(&$group::SETTINGS),+];
            groups.into_iter().flatten()
        }
    };
}

concerns!(
    server: Server,
    database: Database,
    cache: Cache,
    site: Site,
    editorial: Editorial,
    accounts: Accounts,
    quotas: Quotas,
    webhooks: Webhooks,
    mail: Mail,
    log: Log,
);

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object per line.
    Json,
}

impl LogFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// Returns the word for the format in the setting.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

impl Config {
    /// Reads every setting from the flags, the environment and the `.env` file.
    ///
    /// # Errors
    /// Returns every setting that cannot be used.
    pub fn load(
        flags: &Flags,
        environment: &Environment,
    ) -> Result<(Self, Effective), Vec<BadSetting>> {
        let mut reader = SettingsReader::new(flags, environment);
        let config = Config::read(&mut reader);
        let (effective, bad) = reader.finish();
        match config {
            Ok(config) if bad.is_empty() => Ok((config, effective)),
            Ok(_) | Err(Bad) => Err(bad),
        }
    }
}
