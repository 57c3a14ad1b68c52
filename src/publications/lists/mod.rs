//! Lists of publications, from query parameters to statements and from rows to posts.
//!
//! The parameters ([`query`]) become the [`criteria`] of a list. The planner ([`plan`]) chooses the access path, which
//! determines the statement ([`filter`]). Its rows ([`row`]) become posts with their relations ([`relation_rows`],
//! [`relations`]).

pub mod canonical_parameters;
pub mod criteria;
pub mod excerpts;
pub mod facets;
pub mod filter;
pub mod page;
mod parent;
pub mod plan;
pub mod query;
pub mod related;
pub mod relation_rows;
pub mod relations;
pub mod row;
pub mod unpublished;
