//! SQL for terms, except names, merging, the tree and the delivery surface.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable};

use super::edit::{Edited, NewTerm, TermEdit};
use super::model::{Term, TermRow};
use super::names;
use super::tree;
use crate::accounts::api_keys::limits;
use crate::by_lang::ByLang;
use crate::catalogue::deletion::{self, Deletion};
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::collation::CollationKey;
use crate::db::keyset::{self, Select};
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::delivery::named_lists::NamedQuery;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::languages::Languages;
use crate::page::{Listing, PageInfo};
use crate::postings;
use crate::schema::terms;
use crate::version::{Revised, Seen};

/// Returns a page of rows. A search or an order by name uses the names shown in these languages.
///
/// # Errors
/// Returns `Error::Parameters` for a cursor of another list.
pub fn rows(
    conn: &mut Conn,
    kind: Kind,
    listing: &Listing,
    query: &NamedQuery,
    languages: &Languages,
) -> Result<(Vec<TermRow>, PageInfo)> {
    #[derive(QueryableByName)]
    struct Listed {
        #[diesel(embed)]
        term: TermRow,
        #[diesel(sql_type = Nullable<Binary>)]
        name_key: Option<CollationKey>,
    }
    let sort = query.sort();
    let mut from = Sql::new("terms t");
    let mut columns = "t.*, CAST(NULL AS bytea) AS name_key";
    if sort.is_by_name() {
        from.push(" JOIN term_names n ON n.term_id = t.id AND n.lang = ")
            .append(&names::lang_shown(languages));
        columns = "t.*, n.name_key";
    }
    from.push(" WHERE t.kind = ").bind(kind.as_str());
    if let Some(q) = &query.q {
        from.push(" AND t.id IN (SELECT m.term_id FROM term_names m WHERE ")
            .contains(conn, "m.name", q)
            .push(")");
    }
    let key = |one: &Listed| sort.key(one.term.id, one.term.updated_at, one.name_key.as_ref());
    let order = query.ordered(&mut from, "n.name_key");
    let select = Select {
        columns,
        from: &from,
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    Ok((rows.into_iter().map(|one| one.term).collect(), page))
}

/// Returns a page of terms, each with all its names.
///
/// # Errors
/// Returns `Error::Parameters` for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    kind: Kind,
    listing: &Listing,
    query: &NamedQuery,
) -> Result<(Vec<Term>, PageInfo)> {
    let (rows, page) = rows(conn, kind, listing, query, &Languages::default())?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut names = names::load(conn, &ids)?;
    let with_names = |row: TermRow| Term {
        translations: names.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok((rows.into_iter().map(with_names).collect(), page))
}

/// Returns the row of a term.
///
/// # Errors
/// Returns `Error::NotFound` if it does not exist.
pub fn row(conn: &mut Conn, kind: Kind, id: Id) -> Result<TermRow> {
    let row = terms::table.filter(terms::id.eq(id).and(terms::kind.eq(kind)));
    Ok(each!(conn, row.select(TermRow::as_select()).first(conn))?)
}

/// Returns a term by id.
///
/// # Errors
/// Returns `Error::NotFound` if it does not exist.
pub fn find(conn: &mut Conn, kind: Kind, id: Id) -> Result<Term> {
    let row = row(conn, kind, id)?;
    let translations = names::load(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(Term { row, translations })
}

/// Returns those of `ids` that are terms of the kind.
///
/// # Errors
/// Returns database errors.
pub fn existing(conn: &mut Conn, kind: Kind, ids: &[Id]) -> Result<HashSet<Id>> {
    let rows = terms::table
        .filter(terms::kind.eq(kind).and(terms::id.eq_any(ids.to_vec())))
        .select(terms::id);
    let ids: Vec<Id> = each!(conn, rows.load(conn))?;
    Ok(ids.into_iter().collect())
}

/// Creates a term.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `slug_taken`; `Error::Invalid` for an unknown parent or a tree that
/// would be too deep.
pub fn insert(conn: &mut Conn, by: By, kind: Kind, new: NewTerm) -> Result<Term> {
    limits::check_shared(by)?;
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
    let translations = names::write(conn, by, &row, &ByLang::default(), new.translations)?;
    let term = Term { row, translations };
    let facts = Facts::created(&term.logged());
    changes::append(conn, by, kind, term.row.id, Operation::Create, facts)?;
    Ok(term)
}

/// Updates a term.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `Error::NotFound`, `Error::Stale`, `slug_taken`, `category_cycle`;
/// `Error::Invalid` for an unknown parent, a tree that would be too deep, no language left, or one without a name.
pub fn update(
    conn: &mut Conn,
    by: By,
    kind: Kind,
    id: Id,
    seen: &Seen,
    edit: TermEdit,
) -> Result<Term> {
    limits::check_shared(by)?;
    let old = find(conn, kind, id)?;
    preconditions::check(conn, seen, old.row.version, id)?;
    let edited = Edited {
        names: edit.translations.over(&old.translations)?,
        row: TermRow {
            parent: edit.parent.unwrap_or(old.row.parent),
            position: edit.position.unwrap_or(old.row.position),
            ..old.row.clone()
        },
    };
    let Some(Edited { row, names }) = edited.next(&Edited::from(&old), by.at) else {
        return Ok(old);
    };
    let parent = row.parent;
    if let Some(parent) = parent.filter(|_| parent != old.row.parent) {
        tree::check_parent(conn, Some(id), parent)?;
    }
    let above = match old.row.parent {
        Some(parent_before) if parent != old.row.parent => tree::lineage(conn, parent_before)?,
        _ => Vec::new(),
    };
    store(conn, &row)?;
    if parent != old.row.parent {
        postings::regraft(conn, id, &above)?;
    }
    let translations = names::write(conn, by, &row, &old.translations, names)?;
    let changed = Term { row, translations };
    let facts = Facts::updated(&old.logged(), &changed.logged());
    changes::append(conn, by, kind, id, Operation::Update, facts)?;
    Ok(changed)
}

fn store(conn: &mut Conn, row: &TermRow) -> Result<()> {
    let set = (
        terms::parent_id.eq(row.parent),
        terms::position.eq(row.position),
        terms::version.eq(row.version),
        terms::updated_at.eq(row.updated_at),
    );
    each!(
        conn,
        diesel::update(terms::table.find(row.id))
            .set(set)
            .execute(conn)
    )?;
    Ok(())
}

/// Deletes a term, unless something refers to it.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `Error::NotFound`, `Error::Stale`, `in_use` with what refers to it.
pub fn delete(conn: &mut Conn, by: By, kind: Kind, id: Id, seen: &Seen) -> Result<()> {
    limits::check_shared(by)?;
    let old = find(conn, kind, id)?;
    preconditions::check(conn, seen, old.row.version, id)?;
    let facts = Facts::deleted(&old.logged());
    let deletion = Deletion {
        kind,
        id,
        table: "terms",
        holders: &HOLDERS,
    };
    deletion::delete_unless_held(conn, by, &deletion, facts)
}

/// The holders of a term.
const HOLDERS: [(&str, &str); 5] = [
    (
        "posts",
        "SELECT count(*) AS n FROM post_terms WHERE term_id = ",
    ),
    (
        "publications",
        "SELECT count(*) AS n FROM publication_terms WHERE term_id = ",
    ),
    (
        "children",
        "SELECT count(*) AS n FROM terms WHERE parent_id = ",
    ),
    (
        "keys",
        "SELECT count(*) AS n FROM api_key_categories WHERE term_id = ",
    ),
    (
        "webhooks",
        "SELECT count(*) AS n FROM webhook_categories WHERE term_id = ",
    ),
];
