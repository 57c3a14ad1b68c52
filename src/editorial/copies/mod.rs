//! Copies: a post made of another, with its texts and relations, as drafts of whoever copies.

pub mod api;
pub mod store;
