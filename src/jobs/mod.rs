//! Work in the background.

pub mod lease;
