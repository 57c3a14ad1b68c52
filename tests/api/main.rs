//! The API, in process, through the very same `app()` that serves: one file per resource, every test on SQLite and on
//! PostgreSQL, every answer held against the OpenAPI documents. `docs/testing.md` says how to write and run them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[macro_use]
mod support;

mod authors;
mod categories;
mod errors;
mod organizations;
mod tags;
