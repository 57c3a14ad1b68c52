//! Categories are terms that form a tree. A category with children or posts cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;
pub mod public;

use crate::http::contract::operation::operations;

operations!(
    "categories",
    api::list_categories,
    api::create_category,
    api::get_category,
    api::replace_category,
    api::update_category,
    api::delete_category,
    api::merge_category,
    delivery::list_public_categories,
    delivery::get_public_category,
    delivery::get_category_tree,
);
