//! The log of deliveries, as those who manage webhooks read it, and sending deliveries again.

pub mod api;
pub mod model;
pub mod store;
