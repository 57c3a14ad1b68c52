//! The operation of an instance: health checks, the scheduler and housekeeping.

pub mod health;
pub mod housekeeping;
pub mod scheduler;
