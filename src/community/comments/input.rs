//! What people send to write a comment, and what they get back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::model::CommentRow;
use super::states::{self, CommentState};
use crate::community::guard::forms::FormProof;
use crate::email::Email;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch;
use crate::text;
use crate::timestamp::Timestamp;

/// A new comment.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CommentInput, examples(json!({
    "name": "Amara",
    "email": "amara@example.org",
    "lang": "en",
    "text": "Our street has *two* such houses."
})))]
pub struct NewComment {
    /// The name under which the comment is shown. White space at its ends is removed, and line breaks become spaces.
    /// Required without an account; with one, the name of the author or of the user is shown.
    #[serde(default, deserialize_with = "text::optional_line")]
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: Option<String>,
    /// The e-mail address, which is never shown. Required without an account.
    pub email: Option<Email>,
    /// The language of the text. When absent, it is that in which the post is shown.
    pub lang: Option<Lang>,
    /// The id of the comment that this one answers.
    pub parent: Option<Id>,
    /// The text in Markdown: paragraphs, emphasis, links, lists, quotes and code. HTML is shown as text.
    #[schema(min_length = 1, max_length = 5000, pattern = r"\S")]
    pub text: String,
    /// The form that was filled in, from `GET /v1/forms/comment`. Required without an account, unless the site says
    /// otherwise.
    pub form: Option<FormProof>,
    /// A field that people do not see and must leave empty. Whatever fills it is taken for spam.
    #[schema(max_length = 500)]
    pub website: Option<String>,
}

/// Changes to a comment by its writer. Absent members keep their value.
#[derive(Debug, Clone, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "text": "Our street has *three* such houses." })))]
pub struct CommentPatch {
    /// The name under which the comment is shown.
    #[serde(default, deserialize_with = "text::required_line")]
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", nullable = false)]
    pub name: Option<String>,
    /// The text in Markdown.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(min_length = 1, max_length = 5000, pattern = r"\S", nullable = false)]
    pub text: Option<String>,
}

/// A comment as its writer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnComment {
    /// The comment's id (UUIDv7).
    pub id: Id,
    /// The state: `pending` until a moderator has decided, `approved` if it is public.
    pub state: CommentState,
    /// The id of the post.
    pub post: Id,
    /// The id of the comment that this one answers; null if it answers none.
    pub parent: Option<Id>,
    /// The depth in the thread.
    #[schema(minimum = 1, maximum = 3)]
    pub depth: i32,
    /// The language.
    pub lang: Lang,
    /// The name that is shown.
    pub name: String,
    /// The text as HTML.
    pub html: String,
    /// The time at which the comment was written.
    pub created_at: Timestamp,
    /// The time at which its text last changed; null if it never did.
    pub edited_at: Option<Timestamp>,
    /// Always false: deleted comments are not shown to their writers.
    pub is_deleted: bool,
    /// True if an author of the post wrote the comment with their account.
    pub by_author: bool,
}

impl From<CommentRow> for OwnComment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id,
            state: states::told(row.state),
            post: row.post_id,
            parent: row.parent_id,
            depth: row.depth,
            lang: row.lang,
            name: row.name,
            html: row.html,
            created_at: row.created_at,
            edited_at: row.edited_at,
            is_deleted: false,
            by_author: row.by_author,
        }
    }
}

/// A comment that was written, with the token by which its writer may change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrittenComment {
    /// The comment.
    pub data: OwnComment,
    /// The token for the header `Edit-Token`, which no other response shows.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{43}$",
        examples("C2FVsBQIhrscChlQIMV-b5sSYspob7oD5Yi0LYlm7Lk")
    )]
    pub edit_token: String,
    /// The time until which the token is valid.
    pub edit_until: Timestamp,
}
