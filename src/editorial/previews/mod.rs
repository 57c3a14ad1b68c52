//! Preview links: each shows one revision of a text, in the public representation, to anybody who has the link.
//!
//! A link is a secret: the database keeps only the SHA-256 of its token, and no log contains it. Every request
//! renders the revision anew, and no cache may store the response. The link stops working when it expires or is
//! deleted, when its translation is deleted, and while its post is in the trash.

pub mod api;
pub mod delivery;
pub mod model;
pub mod previewed;
pub mod store;
pub mod token;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "previews",
    values = VALUES,
    api::list_preview_links,
    api::create_preview_link => shows_secret,
    api::get_preview_link,
    api::delete_preview_link,
    delivery::get_preview => unlisted,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("expires_at", r#""2026-05-02T08:00:00.000Z""#),
    ("token", r#""x3Vt0bq1Qm8yJp2LrC5nEw7sKd9fHa4uGz6iTo_RvB0""#),
    ("MadePreviewLink.url", r#""/v1/previews/x3Vt0bq1Qm8yJp2LrC5nEw7sKd9fHa4uGz6iTo_RvB0""#),
];
