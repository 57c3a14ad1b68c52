//! The reasons for which posts that were taken down are to be deleted.

use std::collections::HashMap;

use super::model::DeletionReason;
use crate::changes::ending::{EndFacts, EndReason};
use crate::changes::reading::{self, Entry};
use crate::db::Conn;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::timestamp::Timestamp;

/// The entries by which posts were taken down or deleted, by post, oldest first: those that still matter.
pub struct Endings(HashMap<Id, Vec<Entry>>);

/// A takedown for a reason that an editor gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takedown {
    /// The number of the entry.
    pub seq: i64,
    /// The time of the entry.
    pub at: Timestamp,
    /// The reason.
    pub reason: DeletionReason,
}

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

    /// Returns the last takedown of a language of a post after an entry for a reason that must be told.
    pub fn given_since(&self, post: Id, lang: &Lang, seq: i64) -> Option<Takedown> {
        let entries = self.0.get(&post)?.iter();
        let own = entries.filter(|one| one.seq > seq && one.lang.as_ref() == Some(lang));
        let takedown = |one: &Entry| {
            Some(Takedown {
                seq: one.seq,
                at: one.at,
                reason: EndFacts::from(one).given()?.into(),
            })
        };
        own.rev().find_map(takedown)
    }

    /// Returns why a language of a post was taken down. `is_elsewhere` says that the post is public in another language.
    pub fn reason(&self, post: Id, lang: &Lang, is_elsewhere: bool) -> DeletionReason {
        let entries = self.0.get(&post).map(Vec::as_slice).unwrap_or_default();
        let is_deleted = entries.last().is_some_and(|one| one.kind == Kind::Post);
        let taken_down = entries.iter().rfind(|one| one.lang.as_ref() == Some(lang));
        let reason = match taken_down {
            Some(entry) => EndFacts::from(entry).reason(is_deleted),
            None if is_deleted => EndReason::Deleted,
            None => EndReason::Unpublished,
        };
        match reason {
            EndReason::Unpublished if is_elsewhere => DeletionReason::LanguageWithdrawn,
            reason => reason.into(),
        }
    }
}
