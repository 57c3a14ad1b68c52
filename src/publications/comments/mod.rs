//! What the public sees of comments: those that are approved, and the places of others that have public answers. Only the
//! view `public_comments` is read, which has no e-mail address and no text that is not approved.

pub mod delivery;
pub mod discussion;
pub mod model;
pub mod posts;
pub mod store;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "comments",
    values = VALUES,
    delivery::list_public_comments,
    delivery::get_public_comment,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("PublicComment.name", r#""Amara""#),
    ("PublicComment.parent", "null"),
    ("PublicComment.edited_at", "null"),
    ("PublicComment.html", r#""<p>Our street has <em>two</em> such houses.</p>""#),
];
