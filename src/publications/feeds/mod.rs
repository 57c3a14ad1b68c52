//! Feeds: the lists of posts in the formats of feed readers, with the whole texts. A post in each language is an item of its
//! own, with an id that never changes.

pub mod atom;
pub mod channel;
pub mod comments;
pub mod delivery;
pub mod item;
pub mod json_feed;
pub mod rss;

use crate::http::contract::operation::operations;

operations!(
    "feeds",
    delivery::get_rss_feed,
    delivery::get_atom_feed,
    delivery::get_json_feed,
);
