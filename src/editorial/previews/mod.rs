//! Previews: links to one revision of a text for somebody without a login, in exactly the shape the public would get it.
//!
//! A link is a secret: of its token only the SHA-256 is kept, and no log has it. What it leads to is rendered at each
//! look, may be kept by nobody, and is gone with the link, its text, or its post's going into the trash.

pub mod api;
pub mod delivery;
pub mod model;
pub mod store;
pub mod token;

use crate::http::contract::operation::operations;

operations!(
    "previews",
    api::list_preview_links,
    api::create_preview_link,
    api::get_preview_link,
    api::delete_preview_link,
    delivery::get_preview,
);
