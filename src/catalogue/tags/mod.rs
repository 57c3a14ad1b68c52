//! Tags are flat terms. A tag with posts cannot be deleted.

pub mod api;
pub mod delivery;
pub mod model;

use crate::http::contract::operation::operations;

operations!(
    "tags",
    api::list_tags,
    api::create_tag,
    api::get_tag,
    api::replace_tag,
    api::update_tag,
    api::delete_tag,
    api::merge_tag,
    delivery::list_public_tags,
    delivery::get_public_tag,
);
