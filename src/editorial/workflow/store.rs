//! Checking an action against the rules, with what the database knows.

use super::words::Action;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::translations::loaded;
use crate::error::Result;
use crate::translation_id::TranslationId;

/// Checks that the caller may take an action on one language of a post.
///
/// # Errors
/// [`crate::error::Error::NotFound`] if the post does not have the language; as [`super::rules::guard`].
pub fn guard(conn: &mut Conn, by: By, id: &TranslationId, action: Action) -> Result<()> {
    loaded::load(conn, by, id)?.guard(by, action)
}
