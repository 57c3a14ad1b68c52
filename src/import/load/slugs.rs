//! Slugs for imported things.

use crate::db::Conn;
use crate::error::Result;
use crate::slug::Slug;
use crate::slugs::{self, Owner};

/// The free slug nearest to the one in the record, else to the title. A source's slug may be invalid here, or taken.
///
/// # Errors
/// Returns [`crate::error::Error::Unavailable`] when the database cannot be reached.
pub(super) fn free(
    conn: &mut Conn,
    owner: Owner<'_>,
    given: Option<&str>,
    title: &str,
) -> Result<Slug> {
    let text = given.unwrap_or(title);
    let wanted = text
        .parse()
        .unwrap_or_else(|_| Slug::derive(text, owner.kind.as_str()));
    slugs::first_free(conn, owner, &wanted)
}
