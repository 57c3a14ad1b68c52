//! The items of copies elsewhere: this module derives from a change which items a copy stores, and which it deletes. Sync,
//! snapshots and events use it.
//!
//! - **A position in the change log is all that a reader has to remember** ([`position`]). Numbers of the log grow in the
//!   order of commits, so whoever is at a position has seen everything before it.
//! - **An entry names sources of items** ([`sources`]): a post, or the posts in a posting list. Long sources are read in
//!   steps ([`expansion`]), and what several entries name is gathered once ([`gathering`]).
//! - **Each item is evaluated as it is now** ([`evaluation`]), in the same read as the log, by the very code of the lists
//!   ([`posts`], [`named`]). It is in the copy, or it is deleted with a reason ([`tombstones`]).
//! - **An item has the place of the last entry that concerns it.** So a page may end after any item: what was gathered but
//!   not returned comes again.
//!
//! Pages may therefore be repeated, and a reader may fall back to any earlier position: in the end, the copy is what a full
//! read returns. A deletion is left out only if no copy can have the item.

pub mod beginning;
pub mod candidates;
pub mod entities;
pub mod evaluation;
pub mod expansion;
pub mod gathering;
pub mod model;
pub mod named;
pub mod position;
pub mod posts;
pub mod sources;
pub mod token;
pub mod tombstones;
pub mod walk;
