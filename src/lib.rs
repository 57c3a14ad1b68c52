//! placeholder

pub mod content;
