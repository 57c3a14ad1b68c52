//! Keeps the response cache consistent: follows the change log and invalidates the responses that each change affects.
//!
//! A cached response is never older than the last write that this instance acknowledged, nor than the writes that other
//! instances made more than a second ago. This rests on the following rules:
//!
//! - **Log numbers become visible in commit order** ([`crate::changes`]): a reader that has read up to a number has
//!   missed no entry before it.
//! - **A response has the keys of everything it depends on**: the resources that it shows and the sets from which they
//!   were selected ([`crate::delivery::surrogate_keys`]). A change affects the keys of everything that it may alter
//!   ([`affected`]). When in doubt, both include more keys.
//! - **A read that begins after an invalidation sees the change**, because the log entry is read after the change was
//!   committed. An earlier read may not see it, so the cache does not store a response that was requested before one of
//!   its keys was invalidated.
//! - **The cache is confirmed as of the time at which a reading of the log began.** If the last confirmation is more
//!   than a second old, responses are requested anew: a follower that cannot read the log costs performance, not
//!   correctness.
//! - **One thread reads the log at a time**, and never goes back. A request that acknowledges a write reads the log
//!   after its transaction.
//! - **If the log has been replaced**, for example by a restored backup, the cache is cleared.
//! - **The follower does not wait for an unresponsive database.** Its connection has time limits and is replaced; while
//!   the log cannot be read, each write clears the cache.
//!
//! Scheduled changes do not have to be logged first: a response has an expiry time, and the entries that the scheduler
//! writes later only invalidate it once more.
//!
//! Only changes that the public sees date the responses (`Last-Modified`). Other entries, such as a schedule or its
//! cancellation, still invalidate: they alter until when responses are valid.

mod acknowledged;
pub mod affected;
mod connection;
mod entries;
mod follower;
mod following;

pub use acknowledged::acknowledged;
pub use entries::keys_after;
pub use follower::Follower;
pub use following::Following;
