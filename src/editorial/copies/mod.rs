//! Copying a post: a new post with the texts and relations of another, as drafts of the caller.

pub mod api;
pub mod store;
