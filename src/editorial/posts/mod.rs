//! Posts: working copies. Creating and editing never publish; what the public sees changes only by publishing.
//!
//! A post has one translation per language, its original among them; each save of one is a revision. Contributors and
//! authors see their own posts only.

pub mod access;
pub mod api;
pub mod expiry;
pub mod model;
pub mod relations;
pub mod rows;
pub mod store;
pub mod trash;
