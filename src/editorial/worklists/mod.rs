//! Work lists for editors: the caller's tasks, and the state of each language of all posts.
//!
//! Each work list merges several source lists, which indexes return oldest first. A page takes one statement, however
//! many source lists there are.

pub mod api;
pub mod coverage;
pub mod line;
pub mod model;
pub mod page;
pub mod sources;
pub mod state;
pub mod tasks;
