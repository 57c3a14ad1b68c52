//! Posts: working copies. Creating and editing never publish. Only publishing changes what the public sees.
//!
//! A post has one translation per language, including the original. Every save of a translation is a revision.
//! Contributors and authors see their own posts only.

pub mod access;
pub mod api;
pub mod bylines;
pub mod expiry;
pub mod filter;
pub mod history;
pub mod included;
pub(in crate::editorial) mod loaded;
pub mod model;
mod pages;
pub mod query;
pub(in crate::editorial) mod related;
pub mod relations;
pub mod rows;
mod shared;
pub(in crate::editorial) mod shared_facts;
pub mod single_relations;
pub mod single_relations_api;
pub mod store;
pub mod trash;
pub mod writing;
