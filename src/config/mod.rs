//! Configuration: read once at start into a plain value that is passed down; nothing else reads the environment.
//! A flag wins over the environment, the environment over `.env`, `.env` over the default; all problems come at once.

mod bad_setting;
mod cache_routes;
mod database_url;
mod docs;
mod dotenv;
mod effective;
mod environment;
mod flags;
mod origin;
mod parse;
mod path_pattern;
mod public_url;
mod reader;
mod secret;
mod setting;
mod settings;
mod shown;
mod site_paths;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use bad_setting::BadSetting;
pub use cache_routes::{CacheRoute, CacheRoutes, cache_routes};
pub use database_url::DatabaseUrl;
pub use docs::{markdown_table, secrets_help};
pub use effective::{Effective, Row};
pub use environment::Environment;
pub use flags::Flags;
pub use path_pattern::Named;
pub use public_url::PublicUrl;
use reader::{Bad, Reader};
pub use secret::Secret;
use settings as s;
pub use site_paths::SitePaths;

pub use crate::content::ExternalLinks;

/// Every setting, checked. Fields stand in the order of the table of settings, which explains them.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TRIBUNA_LISTEN`, its port replaced by `PORT`. Port 0 lets the system choose.
    pub listen: SocketAddr,
    /// `TRIBUNA_PUBLIC_URL`.
    pub public_url: PublicUrl,
    /// `TRIBUNA_WORKERS`.
    pub workers: usize,
    /// `TRIBUNA_BODY_LIMIT`, in bytes.
    pub body_limit: usize,
    /// `TRIBUNA_REQUIRE_IF_MATCH`.
    pub require_if_match: bool,
    /// `TRIBUNA_CORS_ORIGINS`, each as a browser sends it.
    pub cors_origins: Vec<String>,
    /// `TRIBUNA_TRUSTED_PROXIES`.
    pub trusted_proxies: Vec<IpAddr>,
    /// `DATABASE_URL`.
    pub database_url: DatabaseUrl,
    /// `TRIBUNA_DATABASE_POOL`.
    pub database_pool: u32,
    /// `TRIBUNA_STATEMENT_TIMEOUT`.
    pub statement_timeout: Duration,
    /// `TRIBUNA_CACHE_MAX_AGE`, in seconds.
    pub cache_max_age: u32,
    /// `TRIBUNA_CACHE_STALE_WHILE_REVALIDATE`, in seconds.
    pub cache_stale_while_revalidate: u32,
    /// `TRIBUNA_CACHE_STALE_IF_ERROR`, in seconds.
    pub cache_stale_if_error: u32,
    /// `TRIBUNA_CACHE_ROUTES`.
    pub cache_routes: CacheRoutes,
    /// `TRIBUNA_CACHE_BYTES`.
    pub cache_bytes: u64,
    /// `TRIBUNA_EXTERNAL_LINKS`.
    pub external_links: ExternalLinks,
    /// `TRIBUNA_SITE_PATHS`.
    pub site_paths: SitePaths,
    /// `TRIBUNA_SELF_REVIEW`.
    pub self_review: bool,
    /// `TRIBUNA_TRASH_DAYS`; 0: never.
    pub trash_days: u32,
    /// `TRIBUNA_ACCESS_TOKEN_TTL`.
    pub access_token_ttl: Duration,
    /// `TRIBUNA_REFRESH_TOKEN_TTL`.
    pub refresh_token_ttl: Duration,
    /// `TRIBUNA_ADMIN_EMAIL`; there if and only if the password is.
    pub admin_email: Option<String>,
    /// `TRIBUNA_ADMIN_PASSWORD`; there if and only if the address is.
    pub admin_password: Option<Secret>,
    /// `TRIBUNA_LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `RUST_LOG`, known to be a filter of env_logger.
    pub log_filter: String,
}

/// What a log line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

impl Config {
    /// Reads every setting, and tells of every one that is wrong.
    pub fn load(
        flags: &Flags,
        environment: &Environment,
    ) -> Result<(Self, Effective), Vec<BadSetting>> {
        let mut reader = Reader::new(flags, environment);
        let config = Config::read(&mut reader);
        let (effective, bad) = reader.finish();
        match config {
            Ok(config) if bad.is_empty() => Ok((config, effective)),
            Ok(_) | Err(Bad) => Err(bad),
        }
    }

    /// First reads all, so that all problems are noted; `?` comes only then.
    fn read(r: &mut Reader) -> Result<Self, Bad> {
        let listen = listen(r);
        let public_url = public_url(r, listen.as_ref().ok());
        let workers = r.read_or(
            &s::WORKERS,
            |text| parse::whole(&s::WORKERS, text),
            || Ok(available_cpus()),
        );
        let body_limit = r.whole(&s::BODY_LIMIT);
        let require_if_match = r.read(&s::REQUIRE_IF_MATCH, parse::truth);
        let cors_origins = r.read_optional(&s::CORS_ORIGINS, parse::origins);
        let trusted_proxies = r.read_optional(&s::TRUSTED_PROXIES, parse::addresses);
        let database_url = r.read(&s::DATABASE_URL, DatabaseUrl::parse);
        let database_pool = r.whole(&s::DATABASE_POOL);
        let statement_timeout = r.seconds(&s::STATEMENT_TIMEOUT);
        let cache_max_age = r.whole(&s::CACHE_MAX_AGE);
        let cache_stale_while_revalidate = r.whole(&s::CACHE_STALE_WHILE_REVALIDATE);
        let cache_stale_if_error = r.whole(&s::CACHE_STALE_IF_ERROR);
        let cache_routes = r.read_optional(&s::CACHE_ROUTES, CacheRoutes::parse);
        let cache_bytes = r.whole(&s::CACHE_BYTES);
        let external_links = r.read(&s::EXTERNAL_LINKS, parse::external_links);
        let site_paths = r.read(&s::SITE_PATHS, SitePaths::parse);
        let self_review = r.read(&s::SELF_REVIEW, parse::truth);
        let trash_days = r.whole(&s::TRASH_DAYS);
        let access_token_ttl = r.seconds(&s::ACCESS_TOKEN_TTL);
        let refresh_token_ttl = r.seconds(&s::REFRESH_TOKEN_TTL);
        let admin = admin(r);
        let log_format = r.read(&s::LOG_FORMAT, parse::log_format);
        let log_filter = r.read(&s::LOG_FILTER, parse::log_filter);
        let (admin_email, admin_password) = admin?.unzip();
        Ok(Config {
            listen: listen?,
            public_url: public_url?,
            workers: workers?,
            body_limit: body_limit?,
            require_if_match: require_if_match?,
            cors_origins: cors_origins?.unwrap_or_default(),
            trusted_proxies: trusted_proxies?.unwrap_or_default(),
            database_url: database_url?,
            database_pool: database_pool?,
            statement_timeout: statement_timeout?,
            cache_max_age: cache_max_age?,
            cache_stale_while_revalidate: cache_stale_while_revalidate?,
            cache_stale_if_error: cache_stale_if_error?,
            cache_routes: cache_routes?.unwrap_or_default(),
            cache_bytes: cache_bytes?,
            external_links: external_links?,
            site_paths: site_paths?,
            self_review: self_review?,
            trash_days: trash_days?,
            access_token_ttl: access_token_ttl?,
            refresh_token_ttl: refresh_token_ttl?,
            admin_email,
            admin_password,
            log_format: log_format?,
            log_filter: log_filter?,
        })
    }
}

/// The address, whose port `PORT` replaces if it comes from a place at least as strong.
fn listen(r: &mut Reader) -> Result<SocketAddr, Bad> {
    let found = r.find_or_default(&s::LISTEN);
    let port = r.find_name(s::PORT);
    let found = found?;
    let mut listen = r.parse(&s::LISTEN, &found, parse::listen)?;
    let mut source = found.origin.to_string();
    if let Some(port) = port?.filter(|port| port.origin.layer >= found.origin.layer) {
        let number = parse::port(port.text.trim());
        let number = number.map_err(|problem| {
            r.refuse(
                &port.origin,
                format!(
                    "{:?} {problem}; expected a number from 0 to 65535",
                    port.text
                ),
            )
        })?;
        listen.set_port(number);
        source = format!("{source}, port from {}", port.origin);
    }
    r.show(&s::LISTEN, Some(&listen), source);
    Ok(listen)
}

fn public_url(r: &mut Reader, listen: Option<&SocketAddr>) -> Result<PublicUrl, Bad> {
    r.read_or(&s::PUBLIC_URL, PublicUrl::parse, || {
        listen
            .map(|listen| PublicUrl::of_listener(*listen))
            .ok_or(Bad)
    })
}

/// The first admin: an address and a password, or neither.
fn admin(r: &mut Reader) -> Result<Option<(String, Secret)>, Bad> {
    let email = r.read_optional(&s::ADMIN_EMAIL, parse::email);
    let password = r.read_optional(&s::ADMIN_PASSWORD, parse::secret);
    match (email?, password?) {
        (Some(email), Some(password)) => Ok(Some((email, password))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(r.miss(&s::ADMIN_PASSWORD, &s::ADMIN_EMAIL)),
        (None, Some(_)) => Err(r.miss(&s::ADMIN_EMAIL, &s::ADMIN_PASSWORD)),
    }
}

fn available_cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
