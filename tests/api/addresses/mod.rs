//! Public addresses: which of them redirect, and how a `404` explains the others.

mod kinds;
mod languages;
mod not_found;
