//! The editorial surface: working copies, their workflow, and publishing.

mod bylines;
mod chosen_revision;
mod copies;
mod editors_lists;
mod editors_orders;
mod featured;
mod history;
mod local_times;
mod posts;
mod previews;
mod publications;
mod published_again;
mod published_members;
mod replacements;
mod revisions;
mod schedule;
mod shared_publication;
mod single_relations;
mod translations;
mod trash;
mod unchanged_saves;
mod warnings;
pub mod webhooks;
mod workflow;
mod worklists;
