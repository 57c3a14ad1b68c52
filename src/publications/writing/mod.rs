//! How publications are written: by publishing, and by the clock.

pub mod snapshot;
pub mod store;
pub mod times;
pub mod transitions;
