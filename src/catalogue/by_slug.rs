//! Lookup of resources with one slug for all languages.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::slug::Slug;
use crate::slugs::lookup::{Candidate, SlugUse, decide, in_lower_case};
use crate::slugs::{self, addresses};

/// Returns a resource by its id, or by a current or former slug. `find` reads it by id.
///
/// # Errors
/// Returns [`Error::Moved`] for a former slug and for one with capital letters, and [`Error::NotFound`] if there is no
/// such resource.
pub(super) fn find_by_id_or_slug<T>(
    conn: &mut Conn,
    kind: Kind,
    id_or_slug: &str,
    find: impl Fn(&mut Conn, Id) -> Result<T>,
    slug: impl Fn(&T) -> &Slug,
) -> Result<T> {
    let address = |slug: &Slug| addresses::delivery_url(kind, slug, None);
    in_lower_case(address, id_or_slug, |name| {
        by_name(conn, kind, name, find, slug)
    })
}

fn by_name<T>(
    conn: &mut Conn,
    kind: Kind,
    id_or_slug: &str,
    find: impl Fn(&mut Conn, Id) -> Result<T>,
    slug: impl Fn(&T) -> &Slug,
) -> Result<T> {
    if let Ok(id) = id_or_slug.parse() {
        return find(conn, id);
    }
    let targets = slugs::find(conn, kind, id_or_slug, None)?;
    let id = targets.first().ok_or(Error::NotFound)?.id;
    let found = find(conn, id)?;
    let usage = SlugUse::by_name(slug(&found).as_str() == id_or_slug, found);
    let address = |now: T| addresses::delivery_url(kind, slug(&now), None);
    decide([Candidate::new(id, usage)]).found_or_moved(address)
}
