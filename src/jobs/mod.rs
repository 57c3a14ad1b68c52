//! Background work. A [`worker`] runs a job on its own thread, a [`lease`] ensures that only one instance runs a job at
//! a time, and with [`expiry`] modules delete their expired data.

pub mod expiry;
pub mod lease;
pub mod worker;
