//! The data types of comments for moderators.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::states::{CommentState, Deletion};
use crate::db::sql_types::{Json, words};
use crate::email::Email;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::comments;
use crate::text;
use crate::timestamp::Timestamp;
use crate::user_ref::UserRef;
use crate::version::{Versioned, revised};

/// A row of the table `comments`.
#[derive(
    Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset, QueryableByName,
)]
#[diesel(table_name = comments, treat_none_as_null = true)]
pub struct CommentRow {
    /// The id.
    pub id: Id,
    /// The post.
    pub post_id: Id,
    /// The comment that this one answers.
    pub parent_id: Option<Id>,
    /// The depth in the thread, from 1 to 3.
    pub depth: i32,
    /// The ids of the ancestors, and the own id.
    pub path: Vec<u8>,
    /// The language.
    pub lang: Lang,
    /// The name that is shown.
    pub name: String,
    /// The e-mail address.
    pub email: Option<Email>,
    /// The keyed hash of the e-mail address.
    pub email_hash: Option<Vec<u8>>,
    /// The keyed hash of the network from which the comment was sent.
    pub address_hash: Option<Vec<u8>>,
    /// The account of the writer.
    pub user_id: Option<Id>,
    /// True if the account is linked to an author of the post.
    pub by_author: bool,
    /// The text in Markdown.
    pub source: String,
    /// The text as HTML.
    pub html: String,
    /// The state.
    pub state: CommentState,
    /// The way in which it was deleted.
    pub deletion: Option<Deletion>,
    /// True if the public sees the comment, or its place in the thread.
    pub is_public: bool,
    /// The reasons for which it was not public at once.
    pub reasons: Json<Vec<String>>,
    /// The SHA-256 of its words, by which the same text is found again; `None` once the text is gone.
    pub text_hash: Option<Vec<u8>>,
    /// The SHA-256 of the token by which the writer may change it.
    pub edit_token: Option<Vec<u8>>,
    /// The time until which the token is valid.
    pub edit_until: Option<Timestamp>,
    /// The version.
    pub version: i32,
    /// The time at which it was written.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The time of the last change of its text.
    pub edited_at: Option<Timestamp>,
}

revised!(CommentRow);

/// A comment as moderators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Comment {
    /// The comment's id (UUIDv7).
    pub id: Id,
    /// The id of the post.
    pub post: Id,
    /// The id of the comment that this one answers; null if it answers none.
    pub parent: Option<Id>,
    /// The depth in the thread.
    #[schema(minimum = 1, maximum = 3)]
    pub depth: i32,
    /// The language.
    pub lang: Lang,
    /// The name of the writer.
    pub name: String,
    /// The e-mail address of the writer; null if it was erased or is unknown.
    pub email: Option<Email>,
    /// A keyed hash of the e-mail address, by which the comments of a person are found; null if there is none.
    #[schema(
        pattern = "^[0-9a-f]{64}$",
        examples("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    )]
    pub author_hash: Option<String>,
    /// The id of the writer's account; null if they have none.
    pub user: Option<Id>,
    /// True if an author of the post wrote the comment with their account.
    pub by_author: bool,
    /// The text in Markdown.
    pub text: String,
    /// The text as HTML, as the public sees it once it is approved.
    pub html: String,
    /// The state.
    pub state: CommentState,
    /// The way in which the comment was deleted; null if it was not.
    pub deletion: Option<Deletion>,
    /// The reasons for which the comment was not public at once: `first` for the first comments of a person, `all` if
    /// every comment waits, `honeypot` if the hidden field was filled, `links` for too many links, `duplicate` for a long
    /// text that was sent before.
    pub reasons: Vec<String>,
    /// The decisions about the comment, oldest first; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub history: Option<Vec<CommentDecision>>,
    /// The version; every change increases it.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time at which the comment was written.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The time of the last change of its text; null if it never changed.
    pub edited_at: Option<Timestamp>,
}

impl Versioned for Comment {
    fn version(&self) -> i32 {
        self.version
    }
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        let hash = row.email_hash.as_deref();
        Self {
            id: row.id,
            post: row.post_id,
            parent: row.parent_id,
            depth: row.depth,
            lang: row.lang,
            name: row.name,
            email: row.email,
            author_hash: hash.map(|hash| data_encoding::HEXLOWER.encode(hash)),
            user: row.user_id,
            by_author: row.by_author,
            text: row.source,
            html: row.html,
            state: row.state,
            deletion: row.deletion,
            reasons: row.reasons.0,
            history: None,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            edited_at: row.edited_at,
        }
    }
}

words! {
    /// The reason for a decision about a comment.
    pub enum DecisionReason {
        /// It is advertising, or written by a machine.
        Spam = "spam",
        /// It is not about the post.
        OffTopic = "off_topic",
        /// It insults or threatens somebody.
        Abuse = "abuse",
        /// It contains personal data of somebody.
        PersonalData = "personal_data",
        /// It is against the law.
        Illegal = "illegal",
        /// It was said before.
        Duplicate = "duplicate",
        /// Something else, which the note may say.
        Other = "other",
    }
}

/// A decision about a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommentDecision {
    /// The time.
    pub at: Timestamp,
    /// The user who decided; null if that was no user, or the user has been deleted.
    pub by: Option<UserRef>,
    /// The state before.
    pub from: CommentState,
    /// The state afterwards.
    pub to: CommentState,
    /// The reason; null if none was given.
    pub reason: Option<DecisionReason>,
    /// A note for other moderators; null if there is none.
    #[schema(examples("The third of this kind today."))]
    pub note: Option<String>,
}

/// A decision to make.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommentStateInput, examples(json!({ "state": "approved" })))]
pub struct NewDecision {
    /// The new state.
    pub state: CommentState,
    /// The reason.
    pub reason: Option<DecisionReason>,
    /// A note for other moderators, which the public and the writer never see.
    #[serde(default, deserialize_with = "text::filled")]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// The number of comments in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommentCounts {
    /// Waiting for a moderator.
    #[schema(minimum = 0)]
    pub pending: i64,
    /// Public.
    #[schema(minimum = 0)]
    pub approved: i64,
    /// Refused by a moderator.
    #[schema(minimum = 0)]
    pub rejected: i64,
    /// Spam.
    #[schema(minimum = 0)]
    pub spam: i64,
    /// Deleted.
    #[schema(minimum = 0)]
    pub deleted: i64,
}
