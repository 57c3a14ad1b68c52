//! The editorial workflow of a translation: submission, review, approval and archive. Every step is kept permanently,
//! with its note. `rules` alone decides who may take which step.

pub mod api;
pub mod model;
pub mod rules;
pub mod status;
pub mod steps;
pub mod words;
