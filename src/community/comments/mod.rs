//! Comments: written by anyone, decided by moderators. A comment is public while it is approved. Whoever wrote it may change
//! or delete it for some minutes, by a token of the first answer. Every write of the public passes
//! [`admission`].

pub mod admission;
pub mod api;
pub mod discussion;
pub mod discussion_api;
pub mod expiry;
pub mod importing;
pub mod input;
pub mod model;
pub mod moderation;
pub mod moderation_api;
pub mod notices;
mod place;
pub mod query;
mod reason_texts;
pub mod rows;
pub mod states;
mod writer;
pub mod writing;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "comments",
    values = VALUES,
    api::create_comment => public_may_write.shows_secret,
    api::update_comment => public_may_write,
    api::delete_comment => public_may_write,
    moderation_api::list_comments,
    moderation_api::get_comment_counts,
    moderation_api::get_comment,
    moderation_api::replace_comment_state,
    discussion_api::get_discussion,
    discussion_api::replace_discussion => clears,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("Comment.name", r#""Amara""#),
    ("Comment.parent", "null"),
    ("Comment.text", r#""Our street has *two* such houses.""#),
    ("Comment.user", "null"),
    ("Comment.edited_at", "null"),
    ("OwnComment.name", r#""Amara""#),
    ("OwnComment.parent", "null"),
    ("OwnComment.edited_at", "null"),
];
