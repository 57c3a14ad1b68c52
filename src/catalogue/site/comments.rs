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

words! {
    /// Whether a comment comes with a form.
    pub enum CommentForms {
        /// Comments of people without an account need a form.
        Required = "required",
        /// Comments may come without one.
        Optional = "optional",
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
    /// Whether comments of people without an account need a form with a proof of work. Null means `required`.
    pub form: Option<CommentForms>,
    /// The number of links that a comment may have before it waits for a moderator. One with ten more is taken for spam.
    /// Null means 2.
    #[schema(minimum = 0, maximum = 100)]
    pub max_links: Option<i32>,
    /// The number of comments that are taken from one network (an IPv4 address, or the /64 of an IPv6 address) in ten
    /// minutes. Null means 10.
    #[schema(minimum = 1, maximum = 10_000)]
    pub max_per_network: Option<i32>,
    /// The number of comments that are taken for one post in ten minutes. Null means 300.
    #[schema(minimum = 1, maximum = 10_000)]
    pub max_per_post: Option<i32>,
}

impl CommentSettings {
    /// The settings of a site that stores none.
    pub const CLOSED: Self = Self {
        mode: CommentMode::Closed,
        close_after_days: None,
        moderation: None,
        trusted_after: None,
        form: None,
        max_links: None,
        max_per_network: None,
        max_per_post: None,
    };

    /// Returns the comments that wait for a moderator.
    pub fn moderation(&self) -> Moderation {
        self.moderation.unwrap_or(Moderation::First)
    }

    /// Returns the number of approved comments after which a person is trusted.
    pub fn trusted_after(&self) -> i64 {
        i64::from(self.trusted_after.unwrap_or(1))
    }

    /// Returns whether comments of people without an account need a form.
    pub fn requires_form(&self) -> bool {
        match self.form.unwrap_or(CommentForms::Required) {
            CommentForms::Required => true,
            CommentForms::Optional => false,
        }
    }

    /// Returns the number of links that a comment may have before it waits.
    pub fn max_links(&self) -> usize {
        usize::try_from(self.max_links.unwrap_or(2)).unwrap_or_default()
    }

    /// Returns the number of comments that are taken from one network in a window.
    pub fn max_per_network(&self) -> i64 {
        i64::from(self.max_per_network.unwrap_or(10))
    }

    /// Returns the number of comments that are taken for one post in a window.
    pub fn max_per_post(&self) -> i64 {
        i64::from(self.max_per_post.unwrap_or(300))
    }
}
