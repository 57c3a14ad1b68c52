//! Posts: working copies. Creating and editing never publish; what the public sees changes only by publishing.
//!
//! A post has one translation per language, its original among them; each save of one is a revision. Contributors and
//! authors see their own posts only.

pub mod access;
pub mod api;
pub mod model;
pub mod publishing;
pub mod relations;
pub mod revisions;
pub mod store;
pub mod translations;
pub mod translations_api;

use crate::http::openapi::operations;

operations!(
    "posts",
    api::list_posts,
    api::create_post,
    api::get_post,
    api::replace_post,
    api::update_post,
    api::delete_post,
    api::restore_post,
    translations_api::get_translation,
    translations_api::replace_translation,
    translations_api::update_translation,
    translations_api::delete_translation,
    translations_api::get_publication,
    translations_api::replace_publication,
    translations_api::delete_publication,
    translations_api::list_revisions,
    translations_api::get_revision,
    translations_api::restore_revision,
);
