//! SQL for organizations, except the delivery surface.

use diesel::prelude::*;

use super::model::{NewOrganization, Organization, OrganizationEdit};
use crate::accounts::api_keys::limits;
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
use crate::page::{Listing, PageInfo};
use crate::schema::organizations;
use crate::slugs::{self, Owner};
use crate::version::{Revised, Seen};

/// Returns a page of organizations.
///
/// # Errors
/// Returns `Error::Parameters` for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
) -> Result<(Vec<Organization>, PageInfo)> {
    let mut from = Sql::new("organizations t WHERE TRUE");
    if let Some(q) = &query.q {
        push_named(conn, &mut from, q);
    }
    let sort = query.sort();
    let order = query.ordered(&mut from, "t.name_key");
    let select = Select {
        columns: "t.*",
        from: &from,
    };
    keyset::sorted(conn, listing, order, select, |row: &Organization| {
        sort.key(row.id, row.updated_at, Some(&row.name_key))
    })
}

/// Appends the condition that a name contains this text, in any language.
fn push_named(conn: &Conn, from: &mut Sql, text: &str) {
    let (names, name) = match conn {
        // SQLite: the names are JSON in text.
        Conn::Sqlite(_) => ("json_each(t.names)", "json_extract(n.value, '$[1]')"),
        // PostgreSQL: they are `jsonb`.
        Conn::Postgres(_) => ("jsonb_array_elements(t.names)", "n.value ->> 1"),
    };
    from.push(" AND (").contains(conn, "t.name", text);
    from.push(&format!(" OR EXISTS (SELECT 1 FROM {names} n WHERE "))
        .contains(conn, name, text)
        .push("))");
}

/// Returns an organization by id.
///
/// # Errors
/// Returns `Error::NotFound` if it does not exist.
pub fn find(conn: &mut Conn, id: Id) -> Result<Organization> {
    Ok(each!(
        conn,
        organizations::table
            .find(id)
            .select(Organization::as_select())
            .first(conn)
    )?)
}

/// Returns those organizations in `ids` that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Organization>> {
    let rows = organizations::table.filter(organizations::id.eq_any(ids.to_vec()));
    Ok(each!(
        conn,
        rows.select(Organization::as_select()).load(conn)
    )?)
}

/// Creates an organization.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `Error::Invalid` for another name in the language of the official one;
/// `slug_taken`.
pub fn insert(conn: &mut Conn, by: By, new: NewOrganization) -> Result<Organization> {
    limits::check_shared(by)?;
    let id = Id::new();
    let slug = slugs::claim(conn, owner(id), new.slug.as_ref(), &new.name, "/slug")?;
    slugs::make_public(conn, owner(id), &slug, by.at)?;
    let NewOrganization {
        name,
        lang,
        names,
        url,
        country,
        ..
    } = new;
    let row = Organization {
        id,
        slug,
        name_key: CollationKey::new(&name)?,
        name,
        lang,
        names: names.unwrap_or_default(),
        url,
        country,
        version: 1,
        created_at: by.at,
        updated_at: by.at,
    };
    row.check_names()?;
    each!(
        conn,
        diesel::insert_into(organizations::table)
            .values(&row)
            .execute(conn)
    )?;
    let facts = Facts::created(&row);
    changes::append(conn, by, Kind::Organization, id, Operation::Create, facts)?;
    Ok(row)
}

/// Updates an organization.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `Error::NotFound`, `Error::Stale`, `Error::Invalid` for another name
/// in the language of the official one or too many names, `slug_taken`.
pub fn update(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    edit: OrganizationEdit,
) -> Result<Organization> {
    limits::check_shared(by)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let Some(mut row) = old.clone().edited(edit).next(&old, by.at) else {
        return Ok(old);
    };
    row.name_key = CollationKey::new(&row.name)?;
    row.check_names()?;
    slugs::claim(conn, owner(id), Some(&row.slug), "", "/slug")?;
    slugs::make_public(conn, owner(id), &row.slug, by.at)?;
    store(conn, &row)?;
    let facts = Facts::updated(&old, &row);
    changes::append(conn, by, Kind::Organization, id, Operation::Update, facts)?;
    Ok(row)
}

fn store(conn: &mut Conn, row: &Organization) -> Result<()> {
    let set = (
        organizations::slug.eq(&row.slug),
        organizations::name.eq(&row.name),
        organizations::name_key.eq(&row.name_key),
        organizations::lang.eq(&row.lang),
        organizations::names.eq(&row.names),
        organizations::url.eq(&row.url),
        organizations::country.eq(&row.country),
        organizations::version.eq(row.version),
        organizations::updated_at.eq(row.updated_at),
    );
    each!(
        conn,
        diesel::update(organizations::table.find(row.id))
            .set(set)
            .execute(conn)
    )?;
    Ok(())
}

/// Deletes an organization, unless something refers to it.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; `Error::NotFound`, `Error::Stale`, `in_use` with what refers to it.
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    limits::check_shared(by)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let facts = Facts::deleted(&old);
    let deletion = Deletion {
        kind: Kind::Organization,
        id,
        table: "organizations",
        holders: &HOLDERS,
    };
    deletion::delete_unless_held(conn, by, &deletion, facts)
}

/// The holders of an organization.
const HOLDERS: [(&str, &str); 4] = [
    (
        "authors",
        "SELECT count(*) AS n FROM authors WHERE organization_id = ",
    ),
    (
        "posts",
        "SELECT count(DISTINCT post_id) AS n FROM post_bylines WHERE organization_id = ",
    ),
    (
        "publications",
        "SELECT count(DISTINCT publication_id) AS n FROM publication_bylines WHERE organization_id = ",
    ),
    (
        "keys",
        "SELECT count(*) AS n FROM api_keys WHERE organization_id = ",
    ),
];

fn owner(id: Id) -> Owner<'static> {
    Owner::whole(Kind::Organization, id)
}
