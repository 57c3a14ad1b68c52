//! The extractors of path, query and body, which are checked against the contract and deserialised.

mod body;
mod form;
mod json;
mod no_body;
mod path;
mod query;
mod typed;
mod unique;

pub use body::read_body;
pub use form::Form;
pub use json::Json;
pub use no_body::NoBody;
pub use path::PathParams;
pub(super) use query::CheckedQuery;
pub use query::{Query, check_listing, check_query};
pub(super) use typed::broken_rules;
pub use typed::typed;
