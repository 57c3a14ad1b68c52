//! The history of a post: its entries of the change log, for everybody who may read the post.

use super::rows::row_to_read;
use crate::accounts::api_keys::limits;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::error::Result;
use crate::followers::audit;
use crate::followers::audit::history::{HistoryEntry, HistoryQuery};
use crate::id::Id;
use crate::page::{Listing, PageInfo};

/// Returns a page of the changes to a post, its translations and its publications, newest first.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if there is no such post, or the caller may not see it;
/// [`crate::error::Error::Forbidden`] for a role or key that reads no posts; [`crate::error::Error::Parameters`] if the
/// cursor does not belong to this list.
pub fn list(
    conn: &mut Conn,
    by: By,
    id: Id,
    listing: &Listing,
    query: &HistoryQuery,
) -> Result<(Vec<HistoryEntry>, PageInfo)> {
    row_to_read(conn, by, id)?;
    let mut query = query.clone();
    for lang in &query.lang {
        limits::check_language(conn, by.actor, lang)?;
    }
    if query.lang.is_empty() {
        query.lang = limits::languages(conn, by.actor)?.unwrap_or_default();
    }
    audit::store::list_of_post(conn, listing, id, &query, by)
}
