//! The readers of the change log. Each follows the log in order, and no store calls them.

pub mod audit;
pub mod cache;
pub mod events;
pub mod items;
pub mod sync;
pub mod webhooks;
