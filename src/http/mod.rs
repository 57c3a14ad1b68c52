//! The web toolkit: how a request is read and checked, and how anything is answered. Knows no resource.

pub mod address;
pub mod admit;
pub mod cache;
pub mod canonical;
pub mod conditional;
pub mod contract;
pub mod docs;
mod examples;
pub mod finish;
mod flaws;
pub mod input;
mod links;
pub mod no_body;
pub mod openapi;
pub mod problem;
mod query_string;
pub mod reply;
mod sparse;
pub mod surface;
pub mod throttle;
