//! The data types of comments on the delivery surface.

use diesel::QueryableByName;
use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::collation::CollationKey;
use crate::db::keyset::{Order, SortKey, SortValue, Window};
use crate::db::sql_types::{Instant, Uuid, words};
use crate::delivery::reader::Shown;
use crate::delivery::surrogate_keys;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// A comment as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema, QueryableByName)]
pub struct PublicComment {
    /// The comment's id (UUIDv7).
    #[diesel(sql_type = Uuid)]
    pub id: Id,
    /// The id of the post.
    #[diesel(sql_type = Uuid, column_name = post_id)]
    pub post: Id,
    /// The id of the comment that this one answers; null if it answers none.
    #[diesel(sql_type = Nullable<Uuid>, column_name = parent_id)]
    pub parent: Option<Id>,
    /// The depth in the thread. An answer to a comment of the third depth has the third depth, too, and stands below it.
    #[diesel(sql_type = Integer)]
    #[schema(minimum = 1, maximum = 3)]
    pub depth: i32,
    /// The language.
    #[diesel(sql_type = Text)]
    pub lang: Lang,
    /// The name of the writer; null if the comment was deleted.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// The text as HTML: paragraphs, emphasis, links, lists, quotes and code; null if the comment was deleted.
    #[diesel(sql_type = Nullable<Text>)]
    pub html: Option<String>,
    /// The time at which the comment was written.
    #[diesel(sql_type = Instant)]
    pub created_at: Timestamp,
    /// The time at which its text last changed; null if it never did.
    #[diesel(sql_type = Nullable<Instant>)]
    pub edited_at: Option<Timestamp>,
    /// True if the comment is no longer public, and only its place is shown, because it has answers.
    #[diesel(sql_type = Bool)]
    pub is_deleted: bool,
    /// True if an author of the post wrote the comment with their account.
    #[diesel(sql_type = Bool)]
    pub by_author: bool,
    /// The position among the threads.
    #[diesel(sql_type = Binary)]
    #[serde(skip)]
    pub path: CollationKey,
}

impl Shown for PublicComment {
    fn keys(&self, keys: &mut SurrogateKeys) {
        keys.extend(keys_of(self.post).iter().map(str::to_owned));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        found.push(&self.lang);
    }
}

/// Returns the keys of responses that show comments of a post. They end with the post, too.
pub fn keys_of(post: Id) -> SurrogateKeys {
    SurrogateKeys::new()
        .with(surrogate_keys::comments_of(post))
        .with(surrogate_keys::thing(Kind::Post, post))
}

words! {
    /// The order of a list of comments.
    pub enum CommentSort {
        /// By thread: each comment before its answers, the oldest first.
        Thread = "thread",
        /// The oldest first.
        Oldest = "created_at",
        /// The newest first.
        Newest = "-created_at",
    }
}

impl CommentSort {
    /// Returns the order in SQL for rows with the alias `t`.
    pub fn order(self) -> Order {
        Order {
            by: match self {
                Self::Thread => Some("t.path"),
                // Ids are UUIDv7, so their order is that of creation.
                Self::Oldest | Self::Newest => None,
            },
            id: "t.id",
            descending: self == Self::Newest,
            span: Window::default(),
        }
    }

    /// Returns the sort key of a comment.
    pub fn key(self, id: Id, path: &CollationKey) -> SortKey {
        match self {
            Self::Thread => SortKey::new(SortValue::Text(path.clone()), id),
            Self::Oldest | Self::Newest => SortKey::from_id(id),
        }
    }
}

/// The filter and the order of a list of comments.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentQuery {
    /// Comments in this language only: all when absent.
    pub lang: Option<Lang>,
    /// The order: by thread when absent, where each comment stands before its answers and the oldest thread is first.
    #[param(inline)]
    pub sort: Option<CommentSort>,
}

impl CommentQuery {
    /// Returns the requested order.
    pub fn sort(&self) -> CommentSort {
        self.sort.unwrap_or(CommentSort::Thread)
    }
}
