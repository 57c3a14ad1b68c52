//! Writing publications: by publishing, and by the clock.

pub mod current;
mod rows;
pub mod snapshot;
pub mod store;
pub mod times;
pub mod transitions;
