//! Tests of the API in process, through the same `app()` that serves. A file covers a resource or a theme that spans
//! resources, such as preconditions, statement counts or leaks. Every test runs on SQLite and on PostgreSQL, and every
//! answer is validated against the OpenAPI documents. `docs/testing.md` describes how to write and run tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[macro_use]
mod support;

mod addresses;
mod answers;
mod audit;
mod authority;
mod authors;
mod awkward_texts;
mod bad_input;
mod batch;
mod brief_batches;
mod bylines;
mod cache;
mod caller_first;
mod categories;
mod changes;
mod check_order;
mod chosen_revision;
mod codings;
mod copies;
mod cors;
mod delivery;
mod demo;
mod did_you_mean;
mod docs;
mod editorial;
mod editors_lists;
mod editors_orders;
mod errors;
mod featured;
mod freshness;
mod harness;
mod header_sizes;
mod health;
mod history;
mod idempotency;
mod importing;
mod interrupted_batches;
mod last_modified;
mod leaks;
mod lists;
mod local_times;
mod missing;
mod organizations;
mod page_shapes;
mod pages;
mod plans;
mod pool;
mod posts;
mod preconditions;
mod previews;
mod publications;
mod replacements;
mod republished;
mod resolve;
mod revisions;
mod roles;
mod rust_and_sql;
mod schedule;
mod sessions;
mod shared_publication;
mod signing_keys;
mod silence;
mod single_relations;
mod site;
mod statements;
mod sync;
mod tags;
mod translations;
mod trash;
mod unchanged_saves;
mod unwanted_bodies;
mod unwritable;
mod user_names;
mod users;
mod warnings;
mod workflow;
mod worklists;
mod write_costs;
