//! Every reader of the change log: each follows it in order and none is called by a store.

pub mod audit;
pub mod cache;
