//! Background work. A [`worker`] runs a job on its own thread, a [`lease`] ensures that only one instance runs a job at
//! a time, and with [`cleanup`] modules delete their expired data.

pub mod cleanup;
pub mod lease;
pub mod worker;
