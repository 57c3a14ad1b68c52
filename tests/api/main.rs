//! Tests of the API in process, through the same `app()` that serves. A file covers a resource or a theme that spans
//! resources, such as preconditions, statement counts or leaks. Tests run on SQLite and on
//! PostgreSQL, except those of a silent PostgreSQL (`silence`) and of the tests' own tools (`harness`). Every
//! answer is validated against the OpenAPI documents. `docs/testing.md` describes how to write and run tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[macro_use]
mod support;

mod accounts;
mod addresses;
mod authority;
mod catalogue;
mod community;
mod database;
mod delivery;
mod editorial;
mod freshness;
mod harness;
mod leaks;
mod lists;
mod mail;
mod management;
mod program;
mod requests;
mod roles;
mod sync;
