//! Revisions: each save of a translation, with the post's relations, unchangeable.

pub mod api;
pub mod model;
pub mod store;
