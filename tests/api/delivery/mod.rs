//! The delivery surface: what readers get.

mod cache;
mod embeds;
mod feeds;
mod header_sizes;
mod last_modified;
mod page_type;
mod posts;
mod republication;
mod republished;
mod resolve;
mod site_building;
mod sitemap;
