//! Publications: what the world sees. Delivery reads only these; a draft cannot leak, for its rows are not read here.
//!
//! Live means `published_at <= now < unpublish_at`, decided in the query by the clock that is handed down.

pub mod api;
pub mod choice;
pub mod model;
pub mod page;
pub mod store;

use crate::http::openapi::operations;

operations!("posts", api::list_public_posts, api::get_public_post);
