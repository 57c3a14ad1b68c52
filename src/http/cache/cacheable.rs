//! The mark of a response that the cache may store.

use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// Marks a response as cacheable. A handler adds it to the extensions of the response, and the cache middleware removes
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cacheable {
    /// The keys of everything that the response shows. A response without keys is not stored.
    pub keys: SurrogateKeys,
    /// The time at which the response changes without a write, if there is one.
    pub until: Option<Timestamp>,
    /// True if the response has no `Last-Modified`, because it also changes without a trace in the change log.
    pub is_undated: bool,
}
