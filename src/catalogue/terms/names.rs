//! The names and slugs of terms in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{NewTermName, TermName, TermRow};
use crate::by_lang::ByLang;
use crate::changes::actor::By;
use crate::collation::CollationKey;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::{Fallback, Languages};
use crate::schema::term_names;
use crate::slug::Slug;
use crate::slugs::{self, Owner};

/// Returns the names of these terms.
///
/// # Errors
/// Returns database errors.
pub fn load(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, ByLang<TermName>>> {
    let rows = term_names::table
        .filter(term_names::term_id.eq_any(ids.to_vec()))
        .order((term_names::term_id, term_names::position))
        .select(NAME);
    Ok(by_term(each!(conn, rows.load(conn))?))
}

/// Returns the names of all terms of a kind.
///
/// # Errors
/// Returns database errors.
pub fn load_all(conn: &mut Conn, kind: Kind) -> Result<HashMap<Id, ByLang<TermName>>> {
    let rows = term_names::table
        .filter(term_names::kind.eq(kind))
        .order((term_names::term_id, term_names::position))
        .select(NAME);
    Ok(by_term(each!(conn, rows.load(conn))?))
}

type NameRow = (Id, Lang, String, Slug, Option<String>);
type NameColumns = (
    term_names::term_id,
    term_names::lang,
    term_names::name,
    term_names::slug,
    term_names::description,
);
const NAME: NameColumns = (
    term_names::term_id,
    term_names::lang,
    term_names::name,
    term_names::slug,
    term_names::description,
);

fn by_term(rows: Vec<NameRow>) -> HashMap<Id, ByLang<TermName>> {
    let mut names: HashMap<Id, Vec<(Lang, TermName)>> = HashMap::new();
    for (id, lang, name, slug, description) in rows {
        let name = TermName {
            name,
            slug,
            description,
        };
        names.entry(id).or_default().push((lang, name));
    }
    names
        .into_iter()
        .map(|(id, names)| (id, names.into_iter().collect()))
        .collect()
}

/// Returns the SQL for the language in which the term with the alias `t` is shown, as chosen by
/// [`crate::languages::Languages::best_of`].
pub fn lang_shown(languages: &Languages) -> Sql {
    let mut sql = Sql::new("(SELECT m.lang FROM term_names m WHERE m.term_id = t.id ORDER BY CASE");
    // A term always has a name in its original language, so nothing that follows the original in the chain is ever
    // shown.
    let chain = languages.chain_of_text(None).into_iter();
    let before_own = chain.take_while(|one| *one != Fallback::Original);
    for (place, lang) in before_own.enumerate() {
        sql.push(" WHEN m.lang = ").bind(lang.to_string());
        sql.push(&format!(" THEN {place}"));
    }
    sql.push(&format!(
        " WHEN TRUE THEN {BEHIND_ALL} END, m.position LIMIT 1)"
    ));
    sql
}

/// A position after every position in a chain of languages.
const BEHIND_ALL: i32 = i32::MAX;

/// Replaces `old` with `new`. Slugs that are no longer used redirect, because they were public.
///
/// # Errors
/// Returns the conflict `slug_taken` if another term has a given slug.
pub(super) fn write(
    conn: &mut Conn,
    by: By,
    term: &TermRow,
    old: &ByLang<TermName>,
    new: ByLang<NewTermName>,
) -> Result<ByLang<TermName>> {
    let mut names = ByLang::default();
    for (lang, new) in new {
        let kept = old
            .get(&lang)
            .filter(|old| new.slug.as_ref() == Some(&old.slug));
        let slug = match kept {
            Some(old) => old.slug.clone(),
            None => claim(conn, by, term, &lang, &new)?,
        };
        let name = TermName {
            name: new.name,
            slug,
            description: new.description,
        };
        names.set(lang, name);
    }
    replace_rows(conn, term, &names)?;
    Ok(names)
}

fn replace_rows(conn: &mut Conn, term: &TermRow, names: &ByLang<TermName>) -> Result<()> {
    let old = term_names::table.filter(term_names::term_id.eq(term.id));
    each!(conn, diesel::delete(old).execute(conn))?;
    for (position, (lang, name)) in (0_i32..).zip(names.iter()) {
        let row = (
            term_names::term_id.eq(term.id),
            term_names::kind.eq(term.kind),
            term_names::lang.eq(lang),
            term_names::position.eq(position),
            term_names::slug.eq(&name.slug),
            term_names::name.eq(&name.name),
            term_names::name_key.eq(CollationKey::new(&name.name)?),
            term_names::description.eq(&name.description),
        );
        each!(
            conn,
            diesel::insert_into(term_names::table)
                .values(row)
                .execute(conn)
        )?;
    }
    Ok(())
}

fn claim(conn: &mut Conn, by: By, term: &TermRow, lang: &Lang, new: &NewTermName) -> Result<Slug> {
    let owner = Owner {
        kind: term.kind,
        id: term.id,
        lang: Some(lang),
    };
    let pointer = format!("/translations/{lang}/slug");
    let slug = slugs::claim(conn, owner, new.slug.as_ref(), &new.name, &pointer)?;
    slugs::make_public(conn, owner, &slug, by.at)?;
    Ok(slug)
}
