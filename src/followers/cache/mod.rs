//! Keeps the response cache true: follows the change log and invalidates the answers that each change affects.
//!
//! An answer from the cache is never older than the last write that this instance acknowledged, nor than the writes that
//! other instances made a second ago. This rests on the following rules:
//!
//! - **Numbers appear in the order of commits** ([`crate::changes`]): a reader of the log that has read up to a number has
//!   missed nothing.
//! - **An answer carries the keys of everything it depends on**: the things it shows and the sets they were chosen from
//!   ([`crate::delivery::surrogate_keys`]). A change affects the keys of everything it may alter ([`affected`]). In doubt
//!   both name more.
//! - **A read that begins after an invalidation sees the change**, because the log is read after the change was committed. A
//!   read that began earlier may not see it, so the cache keeps no answer that was begun before an invalidation of its
//!   keys.
//! - **The cache is confirmed as of the instant at which a reading of the log began.** An answer that has not been confirmed
//!   for a second is asked for anew: a follower that cannot follow costs speed, not truth.
//! - **One thread reads the log at a time**, and never goes back. A request that acknowledges a write reads the log after
//!   its transaction.
//! - **When the log is another one** (a restored backup), the cache is emptied.
//! - **A database that falls silent is not waited for.** The follower's connection has time limits and is replaced; while
//!   the log cannot be read, each write empties the cache.
//!
//! The effects of time are not awaited here: an answer knows until when it is valid, and the entries that the scheduler
//! writes later only invalidate it once more.

mod acknowledged;
pub mod affected;
mod connection;
mod entries;
mod follower;
mod following;

pub use acknowledged::acknowledged;
pub use follower::Follower;
pub use following::Following;
