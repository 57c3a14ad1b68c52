//! Feeds of comments: the newest ones of the site, or of one post, in the formats of feed readers.

pub mod channel;
pub mod delivery;
pub mod formats;

use crate::http::contract::operation::operations;

operations!(
    "feeds",
    delivery::get_comments_rss_feed,
    delivery::get_comments_atom_feed,
    delivery::get_comments_json_feed,
);
