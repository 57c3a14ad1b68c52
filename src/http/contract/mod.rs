//! The OpenAPI contract: generates the two documents from the operations, and validates requests against them.

pub mod audience;
mod bodies;
pub mod compiled;
mod complete;
mod components;
mod defaults;
mod destinations;
pub mod document;
pub mod endpoint;
mod example_writer;
mod examples;
mod flaws;
mod headers;
mod links;
mod names;
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
