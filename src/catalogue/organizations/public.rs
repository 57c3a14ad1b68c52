//! All SQL of what the public reads of organizations. A list costs four statements, whatever its size.

use super::model::{Organization, PublicOrganization};
use super::store;
use crate::db::Conn;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::postings;
use crate::delivery::reader::View;
use crate::error::{Error, Result};
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};
use crate::slugs::lookup::{Candidate, SlugUse, decide};
use crate::slugs::{self, addresses};

/// A page.
///
/// # Errors
/// [`Error::Parameters`] for a cursor that is not of this list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
    view: &View,
) -> Result<(Vec<PublicOrganization>, PageInfo)> {
    let (rows, page) = store::list(conn, listing, query)?;
    Ok((to_public(conn, rows, view)?, page))
}

/// One, by id or slug.
///
/// # Errors
/// [`Error::Moved`] for a slug it once had, [`Error::NotFound`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<PublicOrganization> {
    let row = lookup(conn, id_or_slug)?;
    let found = to_public(conn, vec![row], view)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

fn lookup(conn: &mut Conn, id_or_slug: &str) -> Result<Organization> {
    if let Ok(id) = id_or_slug.parse() {
        return store::find(conn, id);
    }
    let targets = slugs::find(conn, Kind::Organization, id_or_slug, None)?;
    let target = targets.first().ok_or(Error::NotFound)?;
    let found = store::find(conn, target.id)?;
    let usage = SlugUse::by_name(found.slug.as_str() == id_or_slug, found);
    let address = |now: Organization| addresses::delivery_url(Kind::Organization, &now.slug, None);
    decide([Candidate::new(target.id, usage)]).found_or_moved(address)
}

/// With how many posts are live, if that is asked for.
fn to_public(
    conn: &mut Conn,
    rows: Vec<Organization>,
    view: &View,
) -> Result<Vec<PublicOrganization>> {
    let ids = rows.iter().map(|row| row.id);
    let counts = postings::post_counts(conn, ids, view)?;
    let shape = |row: Organization| {
        let posts = counts.get(&row.id).copied().unwrap_or_default();
        PublicOrganization::new(row, posts)
    };
    Ok(rows.into_iter().map(shape).collect())
}
