//! The settings of the site for the comments of readers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::sql_types::words;

words! {
    /// The people who may comment.
    pub enum CommentMode {
        /// Everyone.
        Open = "open",
        /// Nobody, except on posts that are open themselves.
        Closed = "closed",
        /// Users of the server, with their accounts.
        Members = "members",
    }
}

words! {
    /// The comments that wait for a moderator before they are public.
    pub enum Moderation {
        /// All comments, except those of moderators.
        All = "all",
        /// The first comments of each person.
        First = "first",
        /// None.
        None = "none",
    }
}

/// The settings of the site for comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentSettings {
    /// The people who may comment.
    pub mode: CommentMode,
    /// The number of days after its last publication at which the comments of a post close; null if they stay open. Posts
    /// that are open or closed themselves have their own time.
    #[schema(minimum = 1, maximum = 36_500)]
    pub close_after_days: Option<i32>,
    /// The comments that wait for a moderator. Null means `first`.
    pub moderation: Option<Moderation>,
    /// The number of approved comments after which a person's further ones are public at once, with `moderation` `first`.
    /// Null means 1.
    #[schema(minimum = 1, maximum = 1000)]
    pub trusted_after: Option<i32>,
}

impl CommentSettings {
    /// The settings of a site that stores none.
    pub const CLOSED: Self = Self {
        mode: CommentMode::Closed,
        close_after_days: None,
        moderation: None,
        trusted_after: None,
    };

    /// Returns the comments that wait for a moderator.
    pub fn moderation(&self) -> Moderation {
        self.moderation.unwrap_or(Moderation::First)
    }

    /// Returns the number of approved comments after which a person is trusted.
    pub fn trusted_after(&self) -> i64 {
        i64::from(self.trusted_after.unwrap_or(1))
    }
}
