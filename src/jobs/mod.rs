//! Work in the background: a [`worker`] runs a job on a thread of its own, a [`lease`] makes sure that only one of all
//! instances does it at a time, and [`cleanup`] is how rooms delete what has expired.

pub mod cleanup;
pub mod lease;
pub mod worker;
