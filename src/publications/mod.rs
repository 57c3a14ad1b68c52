//! Publications: what the world sees. Delivery reads only these; a draft cannot leak, for its rows are not read here.
//!
//! Live means `published_at <= now < unpublish_at`, decided in the query by the clock that is handed down.

pub mod delivery;
pub mod lists;
pub mod model;
pub mod resolve;
pub mod siblings;
pub mod single;
pub mod writing;

use crate::http::contract::operation::operations;

operations!(
    "posts",
    delivery::list_public_posts,
    delivery::get_post_facets,
    delivery::get_public_post,
    delivery::list_related_posts,
);
