//! The catalogue: what posts refer to (organizations, authors, categories and tags), and what the site says about itself.

pub mod authors;
mod by_slug;
pub mod categories;
mod deletion;
pub mod organizations;
pub mod references;
pub mod site;
pub mod tags;
pub mod terms;
