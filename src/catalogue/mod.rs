//! What posts refer to: organizations, authors, categories and tags.

pub mod authors;
pub mod categories;
pub mod organizations;
pub mod tags;
pub mod terms;
