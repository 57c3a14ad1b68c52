//! Writes publications, on behalf of editors and of the clock.

pub mod current;
mod derived;
pub mod frozen;
pub mod present;
pub mod rows;
pub mod shared;
pub mod snapshot;
pub mod store;
pub mod times;
pub mod transitions;
