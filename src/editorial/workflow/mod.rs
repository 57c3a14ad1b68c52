//! The way of one language of a post from its writer to the public: submitted, reviewed, approved, archived. Each step is
//! kept for ever, with what was said; `rules` alone says who may take which.

pub mod api;
pub mod model;
pub mod rules;
pub mod states;
pub mod steps;
pub mod store;
pub mod words;
