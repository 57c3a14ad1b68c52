//! Demo content: a small hand-written set in five languages, and synthetic corpora of any size.

mod batch;
mod bodies;
mod cast;
pub mod corpus;
mod post;
mod random;
mod vocabulary;

use crate::by_lang::ByLang;
use crate::catalogue::site::model::{NewSite, SiteText};
use crate::catalogue::site::store as site;
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::{Config, Site};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::import::ReadError;
use crate::import::jsonl;
use crate::import::record::Record;
use crate::version::Seen;

/// The hand-written set, in the format that `tribuna import jsonl` reads.
const CONTENT: &str = include_str!("content.jsonl");

/// The description of the site, as in `PUT /v1/admin/site`.
const SITE: &str = include_str!("site.json");

/// The source under which the hand-written set is imported.
pub const SOURCE: &str = "demo";

/// Returns the records of the hand-written set.
///
/// # Errors
/// [`ReadError`] when the embedded file is malformed; a test keeps it well-formed.
pub fn records() -> std::result::Result<Vec<Record>, ReadError> {
    jsonl::read(CONTENT.as_bytes())
        .map(|line| line.map(|line| line.record))
        .collect()
}

/// Stores what the site of the demo says about itself, unless something is stored already. What the settings say is left to
/// them.
///
/// # Errors
/// Returns [`Error::Unavailable`] if the database cannot be reached, and [`Error::Internal`] if the embedded file is
/// malformed; a test keeps it well-formed.
pub fn write_site(config: &Config, db: &Db, clock: &Clock) -> Result<()> {
    db.write_now(|conn| {
        if site::row(conn)?.is_some() {
            return Ok(());
        }
        let new = serde_json::from_str(SITE).map_err(|error| Error::Internal(error.to_string()))?;
        let new = without_settings(new, &config.site);
        let by = By::new(Actor::Import, clock.now());
        site::replace(conn, by, &Seen::default(), new, &config.site).map(drop)
    })
}

/// Removes what the settings say. What is stored would take precedence over them.
fn without_settings(mut new: NewSite, settings: &Site) -> NewSite {
    if settings.name.is_some() || settings.description.is_some() {
        new.translations = ByLang::default();
    }
    if settings.home.is_some() {
        new.home = None;
        let texts = new.translations.iter().map(|(lang, text)| {
            let home = None;
            let text = text.clone();
            (lang.clone(), SiteText { home, ..text })
        });
        new.translations = texts.collect();
    }
    if !settings.languages.is_empty() {
        new.languages.clear();
    }
    if settings.licence.is_some() {
        new.licence = None;
    }
    if settings.contact.is_some() {
        new.contact = None;
    }
    new
}
