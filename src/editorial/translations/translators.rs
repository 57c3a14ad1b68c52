//! The translators of a translation: the authors whom it credits for the text in its language, in order. Each is credited
//! once.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryId};
use diesel::sql_types::Text;

use super::input::NamedAuthor;
use crate::catalogue::authors;
use crate::catalogue::references::{self, ReferenceLookup, References};
use crate::db::text_column::{Beginning, text_column};
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::publications::model::Translator;
use crate::schema::translation_translators;
use crate::translation_id::TranslationId;

/// The ids of the translators, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromSqlRow)]
pub struct Translators(pub Vec<Id>);

impl<DB: Backend> FromSql<Text, DB> for Translators
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(&String::from_sql(value)?)?))
    }
}

impl Translators {
    /// Returns the ids as a request would name them.
    pub(super) fn named(&self) -> Vec<NamedAuthor> {
        self.0.iter().copied().map(NamedAuthor::from).collect()
    }
}

/// Selects the translators in the row of `translations`, as a JSON array.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct SelectedTranslators;

const BEGINNING: Beginning = Beginning {
    // SQLite: JSON has no bytes, so ids are written in hexadecimal.
    sqlite: "(SELECT json_group_array(hex(r.author_id) ORDER BY r.position) ",
    postgres: "(SELECT coalesce(json_agg(r.author_id ORDER BY r.position), '[]')::text ",
};
const ROWS: &str = "FROM translation_translators r \
                    WHERE r.post_id = translations.post_id AND r.lang = translations.lang)";

impl SelectedTranslators {
    fn beginning(&self) -> Beginning {
        BEGINNING
    }

    fn rest<DB: Backend>(&self, out: &mut AstPass<'_, '_, DB>) -> QueryResult<()> {
        out.push_sql(ROWS);
        Ok(())
    }
}

text_column!(SelectedTranslators);

/// Returns the translators that a request names by id or by present slug. `found` is what was looked up of the request;
/// `None` if the text is from elsewhere, and they are ids of authors who exist. `pointer` is that of the list.
///
/// # Errors
/// Returns [`Error::Invalid`], with one fault for each that is unknown or named twice.
pub(super) fn resolve(
    named: &[NamedAuthor],
    was: &Translators,
    found: Option<&References>,
    pointer: &str,
) -> Result<Translators> {
    let known = |name: &str| match found {
        Some(found) => found.author(name),
        None => name.parse().ok(),
    };
    let present = |name: &str| name.parse().ok().filter(|id| was.0.contains(id));
    let (mut resolved, mut faults) = (Vec::new(), Vec::new());
    for (index, NamedAuthor(name)) in named.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        match present(name).or_else(|| known(name)) {
            None => faults.push(Fault::unknown(&pointer, "author")),
            Some(id) if resolved.contains(&id) => {
                let detail = "must not name the same author twice";
                faults.push(Fault::pointer(pointer, "duplicate", detail));
            }
            Some(id) => resolved.push(id),
        }
    }
    if faults.is_empty() {
        Ok(Translators(resolved))
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Leaves out the translators of an earlier text who do not exist any more. Those of `now` exist.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn present(
    conn: &mut Conn,
    then: Translators,
    now: &Translators,
) -> Result<Translators> {
    if then.0.iter().all(|id| now.0.contains(id)) {
        return Ok(then);
    }
    let lookup = ReferenceLookup {
        authors: then.0.clone(),
        ..ReferenceLookup::default()
    };
    let found = references::load(conn, &lookup)?;
    let there = then.0.into_iter();
    let there = there.filter(|id| found.authors.contains_key(id));
    Ok(Translators(there.collect()))
}

/// Returns translators with their slugs and names, in the same order.
///
/// # Errors
/// Database errors.
pub(super) fn names(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Translator>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = authors::store::load_refs(conn, ids)?;
    let translator = |id: &Id| {
        let (id, slug, name) = found.iter().find(|one| one.0 == *id)?.clone();
        Some(Translator { id, slug, name })
    };
    Ok(ids.iter().filter_map(translator).collect())
}

/// Replaces the translators of a working copy, if they differ.
///
/// # Errors
/// Database errors.
pub(super) fn replace(
    conn: &mut Conn,
    id: &TranslationId,
    was: &Translators,
    new: &Translators,
) -> Result<()> {
    if was == new {
        return Ok(());
    }
    if !was.0.is_empty() {
        let old = translation_translators::table
            .filter(translation_translators::post_id.eq(id.post))
            .filter(translation_translators::lang.eq(&id.lang));
        each!(conn, diesel::delete(old).execute(conn))?;
    }
    let rows = (0..).zip(&new.0).map(|(position, author)| {
        (
            translation_translators::post_id.eq(id.post),
            translation_translators::lang.eq(&id.lang),
            translation_translators::position.eq(position),
            translation_translators::author_id.eq(*author),
        )
    });
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let rows = diesel::insert_into(translation_translators::table).values(rows);
        each!(conn, rows.execute(conn))?;
    }
    Ok(())
}
