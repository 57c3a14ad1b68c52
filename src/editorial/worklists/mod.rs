//! What is to be done: the tasks that wait for somebody, and how far each language of all posts has come.
//!
//! Lists here are put together out of several lists, each of which an index leads through from the oldest on; a page takes one
//! statement, however many lists there are.

pub mod api;
pub mod coverage;
pub mod model;
pub mod page;
pub mod sources;
pub mod tasks;
