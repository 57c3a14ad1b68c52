//! Writes records to the database, each in its own transaction, according to the rules of the management API. An import
//! finds earlier imports by source, type and key, and updates them only if the record has changed.

mod catalogue;
mod comments;
mod posts;
mod references;
mod rules;
mod slugs;

pub use references::has_source;
use rules::Rules;

use super::record::Record;
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::community::people::PeopleKey;
use crate::content::RenderOptions;
use crate::db::{Conn, Db};
use crate::error::{Error, Fault, Result};
use crate::lang::Lang;
use crate::post_type::PostType;
use crate::sha256::sha256;

/// The result of loading one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The record was new.
    Imported,
    /// The record was imported before and had changed since.
    Updated,
    /// The record was imported before and had not changed.
    Unchanged,
    /// The record was not written, for this reason.
    Skipped(String),
}

/// Loads the records of one source.
pub struct Loader {
    /// The name of the source, by which imported records are found again.
    source: String,
    rules: Rules,
    options: RenderOptions,
    /// The languages in the settings of the site.
    site: Vec<Lang>,
    clock: Clock,
    /// The key of the hashes of e-mail addresses.
    people: Option<PeopleKey>,
}

impl Loader {
    /// Creates a loader for the records of `source`. `options` determines how bodies are rendered.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] when the schema of an imported type does not compile.
    pub fn new(source: String, options: impl Into<RenderOptions>, clock: Clock) -> Result<Self> {
        Ok(Self {
            source,
            rules: Rules::compile()?,
            options: options.into(),
            site: Vec::new(),
            clock,
            people: None,
        })
    }

    /// Sets the languages of the site in the settings. The first is that of names whose language a record does not say.
    pub fn with_site_languages(self, site: Vec<Lang>) -> Self {
        Self { site, ..self }
    }

    /// Sets the key by which the writers of comments are known.
    pub fn with_people(self, key: PeopleKey) -> Self {
        Self {
            people: Some(key),
            ..self
        }
    }

    /// Loads one record, either completely or not at all.
    ///
    /// # Errors
    /// Returns the errors that must end the import: [`Error::Unavailable`] if the database cannot be reached, and
    /// [`Error::Internal`].
    pub fn load(&self, db: &Db, record: &Record) -> Result<Outcome> {
        outcome(db.write_now(|conn| self.write(conn, record)))
    }

    /// Loads all records, reports each outcome to `each`, and rolls everything back.
    ///
    /// # Errors
    /// Returns the errors of [`Loader::load`], and the first error that `each` returns.
    pub fn rehearse(
        &self,
        db: &Db,
        records: &[Record],
        mut each: impl FnMut(&Record, Outcome) -> Result<()>,
    ) -> Result<()> {
        db.rehearse_now(|conn| {
            for record in records {
                let tried = conn.savepoint(|conn| self.write(conn, record));
                each(record, outcome(tried)?)?;
            }
            Ok(())
        })
    }

    fn write(&self, conn: &mut Conn, record: &Record) -> Result<Outcome> {
        let hash = hash(record)?;
        let before = self.known(conn, record.kind(), record.key())?;
        if before.as_ref().is_some_and(|(_, same)| *same == hash) {
            return Ok(Outcome::Unchanged);
        }
        let id = before.map(|(id, _)| id);
        let written = match record {
            Record::Organization(organization) => self.organization(conn, organization, id)?,
            Record::Author(author) => self.author(conn, author, id)?,
            Record::Category(category) => self.category(conn, category, id)?,
            Record::Tag(tag) => self.tag(conn, tag, id)?,
            Record::Post(post) => self.post(conn, post, PostType::Post, id)?,
            Record::Page(page) => self.post(conn, page, PostType::Page, id)?,
            Record::Comment(comment) => self.comment(conn, comment, id)?,
        };
        self.remember(conn, record, written, &hash)?;
        Ok(if id.is_some() {
            Outcome::Updated
        } else {
            Outcome::Imported
        })
    }

    fn by(&self) -> By {
        By::new(Actor::Import, self.clock.now())
    }
}

/// Skips a record that violates a rule, or whose resource has been deleted. Any other error ends the import.
fn outcome(written: Result<Outcome>) -> Result<Outcome> {
    match written {
        Err(Error::Invalid(faults)) => {
            let list: Vec<String> = faults.iter().map(Fault::to_string).collect();
            Ok(Outcome::Skipped(list.join("; ")))
        }
        Err(Error::Conflict(conflict)) => Ok(Outcome::Skipped(conflict.detail)),
        Err(Error::NotFound) => Ok(Outcome::Skipped(
            "it was deleted here since it was imported".into(),
        )),
        other => other,
    }
}

fn hash(record: &Record) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(record).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(sha256(&text))
}
