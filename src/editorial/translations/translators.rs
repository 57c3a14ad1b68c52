//! The translators of a translation: the authors whom it credits for the text in its language, in order. Each is credited
//! once.

use std::collections::HashSet;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, expression::is_aggregate};

use super::model::NamedAuthor;
use crate::catalogue::authors;
use crate::db::{Conn, each};
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::publications::model::Translator;
use crate::schema::translation_translators;
use crate::slug::Slug;
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

const ROWS: &str = "FROM translation_translators r \
                    WHERE r.post_id = translations.post_id AND r.lang = translations.lang)";

impl Expression for SelectedTranslators {
    type SqlType = Text;
}

impl<QS> AppearsOnTable<QS> for SelectedTranslators {}
impl<QS> SelectableExpression<QS> for SelectedTranslators {}

impl<GB> ValidGrouping<GB> for SelectedTranslators {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<Sqlite> for SelectedTranslators {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        // SQLite: JSON has no bytes, so ids are written in hexadecimal.
        out.push_sql("(SELECT json_group_array(hex(r.author_id) ORDER BY r.position) ");
        out.push_sql(ROWS);
        Ok(())
    }
}

impl QueryFragment<Pg> for SelectedTranslators {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT coalesce(json_agg(r.author_id ORDER BY r.position), '[]')::text ");
        out.push_sql(ROWS);
        Ok(())
    }
}

/// Returns the translators that a request names by id or by present slug. Those that the working copy has exist, so that they
/// take no statement. `pointer` is that of the list.
///
/// # Errors
/// [`Error::Invalid`], with one fault for each that is unknown or named twice.
pub(super) fn resolve(
    conn: &mut Conn,
    wanted: &[NamedAuthor],
    was: &Translators,
    pointer: &str,
) -> Result<Translators> {
    let known = known(conn, wanted, was)?;
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (index, NamedAuthor(name)) in wanted.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        match known.iter().find(|one| one.is_called(name)) {
            None => faults.push(Fault::unknown(&pointer, "author")),
            Some(one) if found.contains(&one.id) => {
                let detail = "must not name the same author twice";
                faults.push(Fault::pointer(pointer, "duplicate", detail));
            }
            Some(one) => found.push(one.id),
        }
    }
    if faults.is_empty() {
        Ok(Translators(found))
    } else {
        Err(Error::Invalid(faults))
    }
}

/// An author who exists.
struct Known {
    id: Id,
    /// `None` if it was not looked up.
    slug: Option<Slug>,
}

impl Known {
    fn is_called(&self, name: &str) -> bool {
        let slug = self.slug.as_ref();
        let is_slug = slug.is_some_and(|slug| slug.as_str().eq_ignore_ascii_case(name));
        is_slug || name.parse() == Ok(self.id)
    }
}

/// Returns the authors that a request may name and that exist.
fn known(conn: &mut Conn, wanted: &[NamedAuthor], was: &Translators) -> Result<Vec<Known>> {
    let (mut ids, mut slugs): (Vec<Id>, Vec<Slug>) = Default::default();
    for NamedAuthor(name) in wanted {
        match name.parse::<Id>() {
            Ok(id) if was.0.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(_) => slugs.extend(name.to_ascii_lowercase().parse()),
        }
    }
    let kept = was.0.iter().map(|id| Known {
        id: *id,
        slug: None,
    });
    let mut known: Vec<Known> = kept.collect();
    if !(ids.is_empty() && slugs.is_empty()) {
        let found = authors::store::named(conn, &ids, &slugs)?.into_iter();
        known.extend(found.map(|(id, slug)| Known {
            id,
            slug: Some(slug),
        }));
    }
    Ok(known)
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
    let found = authors::store::named(conn, &then.0, &[])?;
    let found: HashSet<Id> = found.into_iter().map(|(id, _)| id).collect();
    let there = then.0.into_iter().filter(|id| found.contains(id));
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
    let found = authors::store::refs(conn, ids)?;
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
