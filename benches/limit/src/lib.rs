//! The tools of the benchmarks: a bare actix-web [`server`] that returns the same bytes as Tribuna, a plain HTTP client
//! ([`http`], [`chunks`]), and an allocator that counts ([`allocations`]). A separate package, because counting
//! allocations needs `unsafe`, which Tribuna forbids.

pub mod allocations;
pub mod chunks;
pub mod http;
pub mod server;
