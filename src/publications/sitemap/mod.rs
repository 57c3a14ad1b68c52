//! The sitemap: an index, and parts with the pages of the site that posts, categories, authors and organizations have, each
//! with its other languages. It needs the address of the site.
//!
//! A part has a bounded number of resources, so it takes the same memory on a site of any size ([`size`]). Publications stay
//! in the part that their number gives, whatever happens to others.

pub mod delivery;
pub mod index;
pub mod news;
pub mod part;
pub mod posts;
pub mod size;
pub mod things;
pub mod xml;

use crate::http::contract::operation::operations;

operations!("sitemap", delivery::get_sitemap, delivery::get_sitemap_part,);
