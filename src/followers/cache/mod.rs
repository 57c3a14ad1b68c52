//! Which change touches which answers, and how every instance comes to know: by reading the change log to its end.
//!
//! What is answered from memory is never older than the last write that this instance acknowledged, nor than a second of
//! what others wrote. It rests on this:
//!
//! - **Numbers appear in the order of commits** ([`crate::changes`]): whoever has read up to a number misses nothing.
//! - **An answer carries the keys of all it depends on**, the things that it shows and the sets it was chosen from
//!   ([`crate::delivery::surrogate_keys`]); a change touches the keys of all it may alter ([`affected`]). Where it is not plain, both take more.
//! - **A read that begins after a touch sees what was touched**, as the log is read after its transaction was committed. A
//!   read that began before may not: the cache keeps nothing that began before a touch of its keys. So a reading must
//!   be counted as begun before its transaction is.
//! - **The log is confirmed as of the moment at which its reading began.** An answer that was not confirmed for a second is
//!   asked for anew, so a follower that cannot follow costs speed, not truth.
//! - **One reads at a time**, and never goes back. Whoever acknowledges a write reads by itself, after its transaction.
//! - **Where the log turns out to be another one** (a restored backup), everything is forgotten.
//!
//! What time alone does to an answer is not waited for here: an answer knows until when it is right, and the entries that the
//! scheduler writes later only touch it once more.

mod acknowledged;
pub mod affected;
mod follower;
mod following;
mod log;

pub use acknowledged::acknowledged;
pub use follower::Follower;
pub use following::Following;
