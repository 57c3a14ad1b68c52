//! All SQL of authors but what the public reads.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Author, AuthorEdit, NewAuthor};
use crate::catalogue::organizations;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::collation::CollationKey;
use crate::db::keyset;
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::delivery::named_lists::NamedQuery;
use crate::error::{Error, Holder, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};
use crate::schema::{authors, post_bylines, publication_bylines};
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::version::Seen;

/// A page.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
) -> Result<(Vec<Author>, PageInfo)> {
    let mut from = Sql::new("authors t WHERE TRUE");
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "t.name", q);
    }
    let sort = query.sort();
    let order = query.ordered(&mut from, "t.name_key");
    keyset::sorted(conn, listing, order, ("t.*", &from), |row: &Author| {
        sort.key(row.id, row.updated_at, Some(&row.name_key))
    })
}

/// Id, slug and name of those of `ids` that are there.
///
/// # Errors
/// What the database reports.
pub fn refs(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, Slug, String)>> {
    let rows = authors::table
        .filter(authors::id.eq_any(ids.to_vec()))
        .select((authors::id, authors::slug, authors::name));
    Ok(each!(conn, rows.load(conn))?)
}

/// One.
///
/// # Errors
/// [`Error::NotFound`].
pub fn find(conn: &mut Conn, id: Id) -> Result<Author> {
    Ok(each!(
        conn,
        authors::table
            .find(id)
            .select(Author::as_select())
            .first(conn)
    )?)
}

/// The present organization of each of `ids`; who is not in the answer is no author.
///
/// # Errors
/// What the database reports.
pub fn affiliations(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Option<Id>>> {
    let rows = authors::table
        .filter(authors::id.eq_any(ids.to_vec()))
        .select((authors::id, authors::organization_id));
    let rows: Vec<(Id, Option<Id>)> = each!(conn, rows.load(conn))?;
    Ok(rows.into_iter().collect())
}

/// Makes one.
///
/// # Errors
/// As [`By::require`]; [`Error::Invalid`] for an unknown organization, `slug_taken`.
pub fn insert(conn: &mut Conn, by: By, new: NewAuthor) -> Result<Author> {
    by.require(Access::Editors)?;
    let id = Id::new();
    check_organization(conn, new.organization)?;
    let slug = slugs::claim(conn, owner(id), new.slug.as_ref(), &new.name, "/slug")?;
    slugs::make_public(conn, owner(id), &slug, by.at)?;
    let row = Author {
        id,
        slug,
        name_key: CollationKey::new(&new.name)?,
        name: new.name,
        organization: new.organization,
        bio: new.bio.unwrap_or_default(),
        links: Json(new.links.unwrap_or_default()),
        version: 1,
        created_at: by.at,
        updated_at: by.at,
    };
    each!(
        conn,
        diesel::insert_into(authors::table)
            .values(&row)
            .execute(conn)
    )?;
    changes::append(
        conn,
        by,
        Kind::Author,
        id,
        Operation::Create,
        Facts::created(&row),
    )?;
    Ok(row)
}

/// Changes one.
///
/// # Errors
/// As [`By::require`]; [`Error::NotFound`], [`Error::Stale`], [`Error::Invalid`] for an unknown organization or too many
/// bios, `slug_taken`.
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, edit: AuthorEdit) -> Result<Author> {
    by.require(Access::Editors)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let before = old.clone();
    let mut row = Author {
        version: old.version + 1,
        updated_at: by.at,
        ..old.edited(edit)
    };
    row.name_key = CollationKey::new(&row.name)?;
    row.bio.check_size("/bio")?;
    check_organization(conn, row.organization)?;
    slugs::claim(conn, owner(id), Some(&row.slug), "", "/slug")?;
    slugs::make_public(conn, owner(id), &row.slug, by.at)?;
    let set = (
        authors::slug.eq(&row.slug),
        authors::name.eq(&row.name),
        authors::name_key.eq(&row.name_key),
        authors::organization_id.eq(row.organization),
        authors::bio.eq(&row.bio),
        authors::links.eq(&row.links),
        authors::version.eq(row.version),
        authors::updated_at.eq(row.updated_at),
    );
    each!(
        conn,
        diesel::update(authors::table.find(id))
            .set(set)
            .execute(conn)
    )?;
    let facts = Facts::updated(&before, &row);
    changes::append(conn, by, Kind::Author, id, Operation::Update, facts)?;
    Ok(row)
}

/// Writers stand in line, so what is there now is there when the row is written; the foreign key stands behind it.
fn check_organization(conn: &mut Conn, id: Option<Id>) -> Result<()> {
    match id {
        Some(id) if organizations::store::refs(conn, &[id])?.is_empty() => {
            Err(Error::unknown("/organization", "organization"))
        }
        _ => Ok(()),
    }
}

/// Deletes one.
///
/// # Errors
/// As [`By::require`]; [`Error::NotFound`], [`Error::Stale`], `in_use` with what names it.
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    by.require(Access::Editors)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let deleted = conn.savepoint(|conn| {
        each!(conn, diesel::delete(authors::table.find(id)).execute(conn))?;
        Ok(())
    });
    match deleted {
        Err(error) if error.is_foreign_key() => return Err(Error::in_use(holders(conn, id)?)),
        other => other?,
    }
    slugs::forget(conn, id)?;
    changes::append(
        conn,
        by,
        Kind::Author,
        id,
        Operation::Delete,
        Facts::deleted(&old),
    )
}

fn holders(conn: &mut Conn, id: Id) -> Result<Vec<Holder>> {
    let posts = post_bylines::table
        .filter(post_bylines::author_id.eq(id))
        .count();
    let publications = publication_bylines::table
        .filter(publication_bylines::author_id.eq(id))
        .count();
    Ok(vec![
        Holder {
            kind: "posts",
            count: each!(conn, posts.get_result(conn))?,
        },
        Holder {
            kind: "publications",
            count: each!(conn, publications.get_result(conn))?,
        },
    ])
}

fn owner(id: Id) -> Owner<'static> {
    Owner {
        kind: Kind::Author,
        id,
        lang: None,
    }
}
