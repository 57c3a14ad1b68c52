//! The posts of one transaction, with all rows that publishing them would have created.

mod publications;
mod working_copies;

use diesel::prelude::*;

use super::post::{SyntheticPost, SyntheticTranslation};
use crate::changes;
use crate::changes::actor::{Actor, By};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::schema as t;
use crate::translation_id::TranslationId;

/// The posts of one transaction.
pub(super) struct Batch {
    pub(super) posts: Vec<SyntheticPost>,
}

impl Batch {
    /// Writes the batch, unless an earlier run has written it.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Unavailable`] when the database cannot be reached.
    pub(super) fn write(&self, conn: &mut Conn) -> Result<()> {
        let ids: Vec<Id> = self.posts.iter().map(|post| post.id).collect();
        let written = t::posts::table.filter(t::posts::id.eq_any(ids)).count();
        let written: i64 = each!(conn, written.get_result(conn))?;
        if written > 0 {
            // The same seed results in the same posts, so this batch was written before.
            return Ok(());
        }
        self.write_working_copies(conn)?;
        self.write_publications(conn)?;
        self.write_changes(conn)
    }

    fn translations(&self) -> impl Iterator<Item = (&SyntheticPost, &SyntheticTranslation)> {
        self.posts
            .iter()
            .flat_map(|post| post.languages.iter().map(move |one| (post, one)))
    }

    fn write_changes(&self, conn: &mut Conn) -> Result<()> {
        for (post, one) in self.translations() {
            let by = By::new(Actor::Import, one.at);
            let id = TranslationId::new(post.id, one.lang.clone());
            let (operation, facts) = (changes::Operation::Publish, changes::Facts::none());
            changes::append_in(conn, by, Kind::Publication, &id, operation, facts)?;
        }
        Ok(())
    }
}
