//! Demo content: a small hand-written set in five languages, and synthetic corpora of any size.

mod batch;
mod bodies;
mod cast;
pub mod corpus;
mod post;
mod random;
mod vocabulary;

use crate::import::ReadError;
use crate::import::jsonl;
use crate::import::record::Record;

/// The hand-written set, in the format that `tribuna import jsonl` reads.
const CONTENT: &str = include_str!("content.jsonl");

/// The source under which the hand-written set is imported.
pub const SOURCE: &str = "demo";

/// Returns the records of the hand-written set.
///
/// # Errors
/// [`ReadError`] when the embedded file is malformed; a test keeps it well-formed.
pub fn records() -> Result<Vec<Record>, ReadError> {
    jsonl::read(CONTENT.as_bytes())
        .map(|line| line.map(|line| line.record))
        .collect()
}
