//! SQL for authors, except the delivery surface.

use diesel::prelude::*;

use super::model::{
    Author, AuthorEdit, AuthorIncludable, AuthorInclusions, AuthorQuery, ListedAuthor, NewAuthor,
};
use crate::accounts::api_keys::limits;
use crate::catalogue::deletion::{self, Deletion};
use crate::catalogue::organizations;
use crate::changes::actor::By;
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::collation::CollationKey;
use crate::db::keyset::{self, Select};
use crate::db::sql::Sql;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::delivery::named_lists::NamedQuery;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::named_ref::{self, NamedRef};
use crate::page::{Listing, PageInfo};
use crate::schema::authors;
use crate::slug::Slug;
use crate::slugs::{self, Owner};
use crate::version::{Revised, Seen};

/// A row of the list.
#[derive(QueryableByName)]
struct ListedRow {
    #[diesel(embed)]
    author: Author,
    #[diesel(embed)]
    organization: Option<NamedRef>,
}

/// Returns a page of authors.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
    more: &AuthorQuery,
) -> Result<(Vec<ListedAuthor>, PageInfo)> {
    let mut from =
        Sql::new("authors t LEFT JOIN organizations r ON r.id = t.organization_id WHERE TRUE");
    if let Some(q) = &query.q {
        from.push(" AND ").contains(conn, "t.name", q);
    }
    if let Some(names) = &more.organization {
        from.push(" AND t.organization_id IN (");
        slugs::push_owners(&mut from, Kind::Organization, names);
        from.push(")");
    }
    let sort = query.sort();
    let order = query.ordered(&mut from, "t.name_key");
    let columns = format!("t.*, {}", named_ref::COLUMNS);
    let select = Select {
        columns: &columns,
        from: &from,
    };
    let key = |ListedRow { author, .. }: &ListedRow| {
        sort.key(author.id, author.updated_at, Some(&author.name_key))
    };
    let (rows, page) = keyset::sorted(conn, listing, order, select, key)?;
    let is_included = more.include.contains(&AuthorIncludable::Organization);
    let listed = |row: ListedRow| ListedAuthor {
        author: row.author,
        included: is_included.then_some(AuthorInclusions {
            organization: row.organization,
        }),
    };
    Ok((rows.into_iter().map(listed).collect(), page))
}

/// Returns the id, slug and name of those authors in `ids` that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_refs(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, Slug, String)>> {
    let rows = authors::table
        .filter(authors::id.eq_any(ids.to_vec()))
        .select((authors::id, authors::slug, authors::name));
    Ok(each!(conn, rows.load(conn))?)
}

/// Returns an author by id.
///
/// # Errors
/// Returns [`Error::NotFound`] if it does not exist.
pub fn find(conn: &mut Conn, id: Id) -> Result<Author> {
    Ok(each!(
        conn,
        authors::table
            .find(id)
            .select(Author::as_select())
            .first(conn)
    )?)
}

/// Creates an author.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; [`Error::Invalid`] for an unknown organization, `slug_taken`.
pub fn insert(conn: &mut Conn, by: By, new: NewAuthor) -> Result<Author> {
    limits::check_shared(by)?;
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

/// Updates an author.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; [`Error::NotFound`], [`Error::Stale`], [`Error::Invalid`] for an unknown
/// organization or too many bios, `slug_taken`.
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, edit: AuthorEdit) -> Result<Author> {
    limits::check_shared(by)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let Some(mut row) = old.clone().edited(edit).next(&old, by.at) else {
        return Ok(old);
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
    let facts = Facts::updated(&old, &row);
    changes::append(conn, by, Kind::Author, id, Operation::Update, facts)?;
    Ok(row)
}

/// Checks that the organization exists. As there is one writer at a time, it still exists when the row is written; the
/// foreign key ensures this too.
fn check_organization(conn: &mut Conn, id: Option<Id>) -> Result<()> {
    match id {
        Some(id) if organizations::store::load_by_ids(conn, &[id])?.is_empty() => {
            Err(Error::unknown("/organization", "organization"))
        }
        _ => Ok(()),
    }
}

/// Deletes an author, unless something refers to it.
///
/// # Errors
/// Returns the errors of [`limits::check_shared`]; [`Error::NotFound`], [`Error::Stale`], `in_use` with what refers to it.
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    limits::check_shared(by)?;
    let old = find(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let facts = Facts::deleted(&old);
    let deletion = Deletion {
        kind: Kind::Author,
        id,
        table: "authors",
        holders: &HOLDERS,
    };
    deletion::delete_unless_held(conn, by, &deletion, facts)
}

/// The holders of an author.
const HOLDERS: [(&str, &str); 3] = [
    (
        "posts",
        "SELECT count(*) AS n FROM post_bylines WHERE author_id = ",
    ),
    (
        "translations",
        "SELECT count(*) AS n FROM translation_translators WHERE author_id = ",
    ),
    (
        "publications",
        "SELECT count(DISTINCT publication_id) AS n FROM (SELECT publication_id, author_id FROM publication_bylines \
         UNION ALL SELECT publication_id, author_id FROM publication_translators) p WHERE author_id = ",
    ),
];

fn owner(id: Id) -> Owner<'static> {
    Owner::whole(Kind::Author, id)
}
