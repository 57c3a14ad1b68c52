//! Lists of publications: from the query parameters to a statement, and from its rows to posts.
//!
//! A list goes from what is asked for ([`query`]) by the way that leads there ([`way`]) to a statement ([`matching`]), and
//! from its rows ([`row`]) to posts with all that stands around them ([`relation_rows`], [`relations`]).

pub mod facets;
pub mod matching;
pub mod page;
pub mod query;
pub mod related;
pub mod relation_rows;
pub mod relations;
pub mod row;
pub mod unpublished;
pub mod way;
