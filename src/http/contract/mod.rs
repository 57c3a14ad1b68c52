//! The OpenAPI documents: how they are made, and how requests are held against them.

pub mod audience;
mod bodies;
pub mod compiled;
mod complete;
mod components;
mod destinations;
pub mod document;
pub mod endpoint;
mod example_writer;
mod examples;
mod flaws;
mod headers;
mod links;
pub mod operation;
mod parameters;
pub mod path_variables;
mod problems;
pub(in crate::http) mod query_string;
mod responses;
mod schema_check;
pub mod signature;
mod sparse;
pub mod texts;
pub mod value_rules;
mod walk;
