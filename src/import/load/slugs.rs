//! Slugs for imported resources.

use crate::db::Conn;
use crate::error::Result;
use crate::slug::Slug;
use crate::slugs::{self, Owner};

/// Returns a free slug based on the one in the record, or else on the title. The slug of a source may be invalid here,
/// or taken.
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
