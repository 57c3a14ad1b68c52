//! Publications: what the world sees. Delivery reads only these; a draft cannot leak, for its rows are not read here.
//!
//! Live means `published_at <= now < unpublish_at`, decided in the query by the clock that is handed down. A list goes
//! from what is asked for ([`query`]) by the way that leads there ([`way`]) to a statement ([`matching`]), and from its
//! rows ([`row`]) to posts with all that stands around them ([`around`], [`relations`]).

pub mod around;
pub mod delivery;
pub mod edition;
pub mod facets;
pub mod matching;
pub mod model;
pub mod moments;
pub mod page;
pub mod query;
pub mod related;
pub mod relations;
pub mod row;
pub mod siblings;
pub mod single;
pub mod store;
pub mod times;
pub mod unpublished;
pub mod way;

use crate::http::openapi::operations;

operations!(
    "posts",
    delivery::list_public_posts,
    delivery::get_post_facets,
    delivery::get_public_post,
    delivery::list_related_posts,
);
