//! Takedowns: when the languages of a post stopped being public, why, and which copies of partners have come past that.

pub mod api;
pub mod model;
pub mod store;
