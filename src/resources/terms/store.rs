//! All SQL of terms but merging, the tree, and what the public reads.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::model::{Kind, NewTerm, NewTermName, Term, TermEdit, TermName, TermRow};
use super::tree;
pub use super::tree::descendants;
use crate::by_lang::ByLang;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::error::{Error, Holder, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::page::PageInfo;
use crate::resources::changes::{self, By, Operation};
use crate::resources::listing::{self, Wanted};
use crate::resources::slugs::{self, Owner};
use crate::schema::{post_terms, publication_terms, term_names, terms};
use crate::slug::Slug;
use crate::version::Seen;

/// A page of rows, newest first; `q` is text in a name, in any language.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn rows(
    conn: &mut Conn,
    kind: Kind,
    wanted: &Wanted,
    q: Option<&str>,
) -> Result<(Vec<TermRow>, PageInfo)> {
    let mut from = Sql::new("terms t WHERE t.kind = ");
    from.bind(kind.as_str());
    if let Some(q) = q {
        from.push(" AND t.id IN (SELECT n.term_id FROM term_names n WHERE ")
            .contains(conn, "n.name", q)
            .push(")");
    }
    listing::newest_first(conn, wanted, "t.*", &from, |row: &TermRow| row.id)
}

/// A page, newest first; `q` is text in a name, in any language.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    kind: Kind,
    wanted: &Wanted,
    q: Option<&str>,
) -> Result<(Vec<Term>, PageInfo)> {
    let (rows, page) = rows(conn, kind, wanted, q)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut names = names(conn, &ids)?;
    let with_names = |row: TermRow| Term {
        translations: names.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok((rows.into_iter().map(with_names).collect(), page))
}

/// The row of one.
///
/// # Errors
/// [`Error::NotFound`].
pub fn row(conn: &mut Conn, kind: Kind, id: Id) -> Result<TermRow> {
    let row = terms::table.filter(terms::id.eq(id).and(terms::kind.eq(kind)));
    Ok(each!(conn, row.select(TermRow::as_select()).first(conn))?)
}

/// One.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, kind: Kind, id: Id) -> Result<Term> {
    let row = row(conn, kind, id)?;
    let translations = names(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(Term { row, translations })
}

/// The names of each of `ids`.
///
/// # Errors
/// What the database reports.
pub fn names(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, ByLang<TermName>>> {
    let rows = term_names::table
        .filter(term_names::term_id.eq_any(ids.to_vec()))
        .order((term_names::term_id, term_names::position))
        .select(NAME);
    Ok(by_term(each!(conn, rows.load(conn))?))
}

/// The names of all of a kind.
///
/// # Errors
/// What the database reports.
pub fn names_of_all(conn: &mut Conn, kind: Kind) -> Result<HashMap<Id, ByLang<TermName>>> {
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

/// Which of `ids` are no terms of the kind, in the order given.
///
/// # Errors
/// What the database reports.
pub fn missing(conn: &mut Conn, kind: Kind, ids: &[Id]) -> Result<Vec<Id>> {
    let there = terms::table
        .filter(terms::kind.eq(kind).and(terms::id.eq_any(ids.to_vec())))
        .select(terms::id);
    let there: HashSet<Id> = each!(conn, there.load(conn))?.into_iter().collect();
    Ok(ids
        .iter()
        .copied()
        .filter(|id| !there.contains(id))
        .collect())
}

/// Makes one.
///
/// # Errors
/// `slug_taken`; [`Error::Invalid`] for an unknown parent or a tree that would be too deep.
pub fn insert(conn: &mut Conn, by: By, kind: Kind, new: NewTerm) -> Result<Term> {
    if let Some(parent) = new.parent {
        tree::check_parent(conn, None, parent)?;
    }
    let row = TermRow {
        id: Id::new(),
        kind,
        parent: new.parent,
        position: new.position,
        version: 1,
        created_at: by.at,
        updated_at: by.at,
    };
    each!(
        conn,
        diesel::insert_into(terms::table).values(&row).execute(conn)
    )?;
    let translations = write_names(conn, by, &row, &ByLang::default(), new.translations)?;
    changes::append(conn, by, kind.changes(), row.id, Operation::Create)?;
    Ok(Term { row, translations })
}

/// Changes one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], `slug_taken`, `category_cycle`; [`Error::Invalid`] for an unknown parent, a
/// tree that would be too deep, no language left, or one without a name.
pub fn update(
    conn: &mut Conn,
    by: By,
    kind: Kind,
    id: Id,
    seen: &Seen,
    edit: TermEdit,
) -> Result<Term> {
    let old = find(conn, kind, id)?;
    seen.check(old.row.version)?;
    let names = edit.translations.over(&old.translations)?;
    let parent = edit.parent.unwrap_or(old.row.parent);
    if let Some(parent) = parent.filter(|_| parent != old.row.parent) {
        tree::check_parent(conn, Some(id), parent)?;
    }
    let row = TermRow {
        parent,
        position: edit.position.unwrap_or(old.row.position),
        version: old.row.version + 1,
        updated_at: by.at,
        ..old.row
    };
    let set = (
        terms::parent_id.eq(row.parent),
        terms::position.eq(row.position),
        terms::version.eq(row.version),
        terms::updated_at.eq(row.updated_at),
    );
    each!(
        conn,
        diesel::update(terms::table.find(id)).set(set).execute(conn)
    )?;
    let translations = write_names(conn, by, &row, &old.translations, names)?;
    changes::append(conn, by, kind.changes(), id, Operation::Update)?;
    Ok(Term { row, translations })
}

/// Puts `new` in the place of `old`. Slugs that fall out of use go on leading here: the world has seen them.
fn write_names(
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
    let gone = term_names::table.filter(term_names::term_id.eq(term.id));
    each!(conn, diesel::delete(gone).execute(conn))?;
    for (position, (lang, name)) in (0_i32..).zip(names.iter()) {
        let row = (
            term_names::term_id.eq(term.id),
            term_names::kind.eq(term.kind),
            term_names::lang.eq(lang),
            term_names::position.eq(position),
            term_names::slug.eq(&name.slug),
            term_names::name.eq(&name.name),
            term_names::description.eq(&name.description),
        );
        each!(
            conn,
            diesel::insert_into(term_names::table)
                .values(row)
                .execute(conn)
        )?;
    }
    Ok(names)
}

fn claim(conn: &mut Conn, by: By, term: &TermRow, lang: &Lang, new: &NewTermName) -> Result<Slug> {
    let owner = Owner {
        kind: term.kind.slugs(),
        id: term.id,
        lang: Some(lang),
    };
    let pointer = format!("/translations/{lang}/slug");
    let slug = slugs::claim(conn, owner, new.slug.as_ref(), &new.name, &pointer)?;
    slugs::make_public(conn, owner, &slug, by.at)?;
    Ok(slug)
}

/// Deletes one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], `in_use` with what names it.
pub fn delete(conn: &mut Conn, by: By, kind: Kind, id: Id, seen: &Seen) -> Result<()> {
    seen.check(row(conn, kind, id)?.version)?;
    let deleted = conn.savepoint(|conn| {
        each!(conn, diesel::delete(terms::table.find(id)).execute(conn))?;
        Ok(())
    });
    match deleted {
        Err(error) if error.is_foreign_key() => return Err(Error::in_use(holders(conn, id)?)),
        other => other?,
    }
    slugs::release_all(conn, id, true, by.at)?;
    changes::append(conn, by, kind.changes(), id, Operation::Delete)
}

fn holders(conn: &mut Conn, id: Id) -> Result<Vec<Holder>> {
    let posts = post_terms::table.filter(post_terms::term_id.eq(id)).count();
    let publications = publication_terms::table
        .filter(publication_terms::term_id.eq(id))
        .count();
    let children = terms::table.filter(terms::parent_id.eq(id)).count();
    Ok(vec![
        Holder {
            kind: "posts",
            count: each!(conn, posts.get_result(conn))?,
        },
        Holder {
            kind: "publications",
            count: each!(conn, publications.get_result(conn))?,
        },
        Holder {
            kind: "children",
            count: each!(conn, children.get_result(conn))?,
        },
    ])
}
