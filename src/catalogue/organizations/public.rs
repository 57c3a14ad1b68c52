//! SQL for the delivery surface of organizations. A list takes four statements at any size.

use super::model::{Organization, PublicOrganization};
use super::store;
use crate::catalogue::by_slug::find_by_id_or_slug;
use crate::db::Conn;
use crate::delivery::named_lists::NamedQuery;
use crate::delivery::post_counts;
use crate::delivery::reader::View;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::page::{Listing, PageInfo};

/// Returns a page of organizations.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list.
pub fn list(
    conn: &mut Conn,
    listing: &Listing,
    query: &NamedQuery,
    view: &View,
) -> Result<(Vec<PublicOrganization>, PageInfo)> {
    let (rows, page) = store::list(conn, listing, query)?;
    Ok((to_public(conn, rows, view)?, page))
}

/// Returns an organization by id or slug.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug, [`Error::NotFound`].
pub fn find(conn: &mut Conn, id_or_slug: &str, view: &View) -> Result<PublicOrganization> {
    let row = find_by_id_or_slug(conn, Kind::Organization, id_or_slug, store::find, |row| {
        &row.slug
    })?;
    let found = to_public(conn, vec![row], view)?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// Returns those organizations in `ids` that exist.
///
/// # Errors
/// Returns database errors.
pub fn load_by_ids(conn: &mut Conn, ids: &[Id], view: &View) -> Result<Vec<PublicOrganization>> {
    let rows = store::load_by_ids(conn, ids)?;
    to_public(conn, rows, view)
}

/// Converts organizations to their public form, with the number of posts if requested.
fn to_public(
    conn: &mut Conn,
    rows: Vec<Organization>,
    view: &View,
) -> Result<Vec<PublicOrganization>> {
    let ids = rows.iter().map(|row| row.id);
    let counts = post_counts::load(conn, ids, view)?;
    let shape = |row: Organization| {
        let posts = counts.get(&row.id).copied().unwrap_or_default();
        PublicOrganization::new(row, &view.languages, posts)
    };
    Ok(rows.into_iter().map(shape).collect())
}
