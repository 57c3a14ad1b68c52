//! How publications are written: by publishing, and by the clock.

pub mod edition;
pub mod moments;
pub mod store;
pub mod times;
