//! Posts on the pages of others: a card to put into a frame, and oEmbed, by which programs find the card of a post.

pub mod card;
pub mod delivery;
pub mod oembed;
pub mod target;

use crate::http::contract::operation::operations;
use crate::http::contract::texts::KnownValue;

operations!(
    "embeds",
    values = VALUES,
    delivery::get_post_card,
    delivery::get_oembed,
);

/// Example values of members, for the OpenAPI documents.
#[rustfmt::skip]
const VALUES: &[KnownValue] = &[
    ("OEmbed.html", r#""<iframe src=\"https://api.example.org/v1/posts/0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11/card?lang=en\" width=\"600\" height=\"260\"></iframe>""#),
];
