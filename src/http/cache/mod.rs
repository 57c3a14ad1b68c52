//! Answers that are kept.

pub mod keys;

use crate::clock::Clock;
use crate::timestamp::Timestamp;
use keys::Keys;

/// What is kept.
#[derive(Clone)]
pub struct Cache;

impl Cache {
    /// An empty one.
    pub fn new(_bytes: u64, _clock: Clock) -> Self {
        Self
    }

    /// Forgets what shows any of these; nothing begun before may be kept if it shows one.
    pub fn touch(&self, _keys: &Keys, _at: Option<Timestamp>) {}

    /// Forgets everything.
    pub fn clear(&self) {}

    /// The log was read to its end just now: what is kept is true as of now.
    pub fn confirm(&self) {}
}
