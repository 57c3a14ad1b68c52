//! Revisions: each save of a translation, with the post's relations at that time. Revisions are immutable.

pub mod api;
pub mod comparison;
pub mod model;
pub mod prune;
pub mod store;
pub mod stored;
