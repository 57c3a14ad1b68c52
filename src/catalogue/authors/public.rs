//! SQL for the delivery surface of authors. A list takes five statements at any size.

use std::collections::HashMap;

use super::model::{Author, AuthorQuery, PublicAuthor};
use super::store;
use crate::catalogue::by_slug::find_by_id_or_slug;
use crate::catalogue::organizations;
use crate::catalogue::organizations::model::OrganizationRef;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::post_counts;
use crate::delivery::reader::View;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};

/// Returns a page of authors.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
    view: &View,
) -> Result<(Vec<PublicAuthor>, PageInfo)> {
    let (rows, page) = store::list(conn, listing, query, &AuthorQuery::default())?;
    let rows = rows.into_iter().map(|listed| listed.author).collect();
    Ok((to_public(conn, rows, view)?, page))
}

/// Returns an author by id or slug.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug, [`Error::NotFound`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<PublicAuthor> {
    let row = find_by_id_or_slug(conn, Kind::Author, id_or_slug, store::find, |row| &row.slug)?;
    let found = to_public(conn, vec![row], view)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// Returns those authors in `ids` that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(conn: &mut Conn, ids: &[Id], view: &View) -> Result<Vec<PublicAuthor>> {
    let mut sql = Sql::new("SELECT t.* FROM authors t WHERE t.id IN ");
    let rows = sql.bind_all(ids.iter().copied()).load(conn)?;
    to_public(conn, rows, view)
}

/// Converts authors to their public form with the biography in the language shown and, if requested, the organization
/// and the number of posts.
fn to_public(conn: &mut Conn, rows: Vec<Author>, view: &View) -> Result<Vec<PublicAuthor>> {
    let organizations = if view.asked.has("organization") {
        affiliations(conn, &rows, view)?
    } else {
        HashMap::new()
    };
    let ids = rows.iter().map(|row| row.id);
    let counts = post_counts::load(conn, ids, view)?;
    let shape = |row: Author| {
        let bio = chosen(&row, view);
        PublicAuthor {
            id: row.id,
            lang: bio.as_ref().map(|(lang, _)| lang.clone()),
            bio: bio.map(|(_, bio)| bio),
            organization: row
                .organization
                .and_then(|id| organizations.get(&id).cloned()),
            links: row.links.0,
            post_count: counts.get(&row.id).copied().unwrap_or_default(),
            slug: row.slug,
            name: row.name,
            updated_at: row.updated_at,
            site_url: None,
        }
    };
    Ok(rows.into_iter().map(shape).collect())
}

fn affiliations(
    conn: &mut Conn,
    rows: &[Author],
    view: &View,
) -> Result<HashMap<Id, OrganizationRef>> {
    let ids: Vec<Id> = rows.iter().filter_map(|row| row.organization).collect();
    let found = organizations::store::load_by_ids(conn, &ids)?;
    let named = |one| OrganizationRef::new(one, None, &view.languages);
    Ok(found.into_iter().map(|one| (one.id, named(one))).collect())
}

fn chosen(row: &Author, view: &View) -> Option<(crate::lang::Lang, super::model::Bio)> {
    let (original, _) = row.bio.first()?;
    let lang = view
        .languages
        .choose(original, |lang| row.bio.get(lang).is_some())?;
    row.bio.get(lang).map(|bio| (lang.clone(), bio.clone()))
}
