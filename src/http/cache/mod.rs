//! Answers that are kept.

pub mod keys;
