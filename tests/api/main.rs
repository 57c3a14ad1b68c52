//! The API, in process, through the very same `app()` that serves: one file per resource, every test on SQLite and on
//! PostgreSQL, every answer held against the OpenAPI documents. `docs/testing.md` says how to write and run them.

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
mod cache;
mod caller_first;
mod categories;
mod changes;
mod check_order;
mod copies;
mod delivery;
mod desk;
mod docs;
mod editorial;
mod errors;
mod featured;
mod freshness;
mod harness;
mod header_sizes;
mod health;
mod idempotency;
mod importing;
mod lanes;
mod last_modified;
mod leaks;
mod lists;
mod organizations;
mod page_shapes;
mod plans;
mod posts;
mod preconditions;
mod previews;
mod publications;
mod replacements;
mod republished;
mod resolve;
mod revisions;
mod roles;
mod schedule;
mod sessions;
mod signing_keys;
mod statements;
mod tags;
mod translations;
mod trash;
mod two_ways;
mod unwritable;
mod user_names;
mod users;
mod warnings;
mod workflow;
mod write_costs;
