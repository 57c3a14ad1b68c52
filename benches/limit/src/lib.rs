//! What Tribuna is measured against and with: a bare actix-web [`server`] that returns the same bytes, a plain HTTP client
//! ([`wire`]), and an allocator that counts ([`allocations`]). A package of its own because counting allocations needs
//! `unsafe`, which Tribuna forbids itself.

pub mod allocations;
pub mod server;
pub mod wire;
