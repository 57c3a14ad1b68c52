//! Terms: what categories (a tree) and tags (flat) share. A term has names by language, the first being its own, and a
//! slug in each; one in use cannot be deleted, but merged into another of its kind, to which all its slugs then lead.

pub mod edit;
pub mod merge;
pub mod model;
pub mod names;
pub mod public;
pub mod shown;
pub mod store;
pub mod tree;
