//! Posts: working copies. Creating and editing never publish; what the public sees changes only by publishing.
//!
//! A post has one translation per language, its original among them; each save of one is a revision. Contributors and
//! authors see their own posts only.

pub mod access;
pub mod api;
pub mod copies;
pub mod desk;
pub mod model;
pub mod publishing;
pub mod relations;
pub mod revisions;
pub mod store;
pub mod translations;
pub mod workflow;

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
    copies::api::create_copy,
    translations::api::get_translation,
    translations::api::begin_translation,
    translations::api::replace_translation,
    translations::api::update_translation,
    translations::api::delete_translation,
    publishing::api::get_publication,
    publishing::api::replace_publication,
    publishing::api::update_publication,
    publishing::api::delete_publication,
    publishing::api::update_replacement,
    publishing::api::delete_replacement,
    revisions::api::list_revisions,
    // Before the one of a single number, which would take the dots for part of it.
    revisions::api::compare_revisions,
    revisions::api::get_revision,
    revisions::api::restore_revision,
    workflow::api::get_submission,
    workflow::api::replace_submission,
    workflow::api::delete_submission,
    workflow::api::get_review,
    workflow::api::replace_review,
    workflow::api::delete_review,
    workflow::api::get_archive,
    workflow::api::replace_archive,
    workflow::api::delete_archive,
    workflow::api::list_steps,
    desk::api::list_tasks,
    desk::api::list_translations,
    desk::api::get_translation_matrix,
);
