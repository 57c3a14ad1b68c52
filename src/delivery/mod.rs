//! Shared code of the delivery surface, from which every response is built.

pub mod id_or_slug;
pub mod localized;
pub mod named_lists;
pub mod post_counts;
pub mod reader;
pub mod response;
pub mod shown_language;
pub mod site_pages;
pub mod surrogate_keys;
pub mod visibility;
