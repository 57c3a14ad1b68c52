//! The OpenAPI documents: how they are made, and how requests are held against them.

pub mod compiled;
pub mod document;
pub mod endpoint;
mod examples;
mod flaws;
mod links;
pub mod operation;
pub(in crate::http) mod query_string;
mod schema_check;
pub mod signature;
mod sparse;
pub mod value_rules;
