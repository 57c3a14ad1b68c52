//! The catalogue: what posts refer to, and the site.

mod authors;
mod categories;
mod organizations;
mod site;
mod tags;
