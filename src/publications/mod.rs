//! Publications: the public copies of posts. Delivery reads only these, so drafts cannot leak.
//!
//! A publication is live if `published_at <= now < unpublish_at`. The query decides this, by the time that it is given.

pub mod attribution;
pub mod comments;
pub mod delivery;
pub mod embeds;
pub mod feeds;
pub mod lists;
pub mod model;
pub mod printable;
pub mod resolve;
pub mod shown;
pub mod siblings;
pub mod single;
pub mod sitemap;
pub mod writing;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "posts",
    values = VALUES,
    delivery::list_public_posts,
    delivery::get_post_facets,
    delivery::get_public_post,
    delivery::list_related_posts,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("Byline.name", r#""Lin Alvarez""#),
    ("Translator.name", r#""Mariam Diallo""#),
    ("role_lang", r#""en""#),
    ("PublicPostSummary.url", r#""/v1/posts/a-right-to-the-city""#),
    ("PublicPostSummary.parent", "null"),
    ("PublicPostSummary.comments_close_at", "null"),
    ("PageRef.url", r#""/v1/posts/about-us?lang=en""#),
    ("TranslationRef.url", r#""/v1/posts/a-right-to-the-city?lang=en""#),
];
