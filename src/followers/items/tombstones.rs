//! The reasons for which posts that were taken down are to be deleted.

use std::collections::HashMap;

use super::model::DeletionReason;
use crate::changes::Operation;
use crate::changes::reading::{self, Entry};
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The entries by which posts were taken down or deleted, by post, oldest first.
pub struct Endings(HashMap<Id, Vec<Entry>>);

impl Endings {
    /// Reads those of these posts.
    ///
    /// # Errors
    /// Returns database errors.
    pub fn load(conn: &mut Conn, posts: &[Id]) -> Result<Self> {
        let mut by_post: HashMap<Id, Vec<Entry>> = HashMap::new();
        if !posts.is_empty() {
            for entry in reading::endings(conn, posts)? {
                if let Some(id) = entry.entity_id {
                    by_post.entry(id).or_default().push(entry);
                }
            }
        }
        Ok(Self(by_post))
    }

    /// Returns the last time after an entry at which an editor took a language of a post down for a reason that must be
    /// told.
    pub fn given_since(&self, post: Id, lang: &Lang, seq: i64) -> Option<TakenDown> {
        let entries = self.0.get(&post)?.iter();
        let mut own = entries.filter(|one| one.seq > seq && one.lang.as_ref() == Some(lang));
        own.rfind(|one| given(one).is_some())
            .and_then(|one| Some((one.seq, one.at, given(one)?)))
    }

    /// Returns why a language of a post was taken down. `is_elsewhere` says that the post is public in another language.
    pub fn reason(&self, post: Id, lang: &Lang, is_elsewhere: bool) -> DeletionReason {
        let entries = self.0.get(&post).map(Vec::as_slice).unwrap_or_default();
        let taken_down = entries.iter().rfind(|one| one.lang.as_ref() == Some(lang));
        // Whoever keeps a copy has to know this, whatever happened to the post later.
        if let Some(reason) = taken_down.and_then(given) {
            return reason;
        }
        let is_deleted = entries.last().is_some_and(|one| one.kind == Kind::Post);
        if is_deleted {
            DeletionReason::Deleted
        } else if taken_down.is_some_and(is_by_clock) {
            DeletionReason::Expired
        } else if is_elsewhere {
            DeletionReason::LanguageWithdrawn
        } else {
            DeletionReason::Unpublished
        }
    }
}

/// The number and the time of the entry by which an editor took a post down, and the reason that the editor gave.
pub type TakenDown = (i64, Timestamp, DeletionReason);

/// Returns the reason that the editor gave.
fn given(entry: &Entry) -> Option<DeletionReason> {
    let reason = entry.after.as_ref()?.0.get("reason")?.as_str()?;
    reason.parse().ok()
}

/// Returns whether the clock took the publication down. Its entries say nothing of what was before.
fn is_by_clock(entry: &Entry) -> bool {
    entry.operation == Operation::Unpublish && entry.before.is_none()
}
