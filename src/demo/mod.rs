//! Content to try things on: a small written set in five languages, and synthetic corpora of any size.

mod batch;
pub mod corpus;
mod random;
mod words;

use crate::import::ReadError;
use crate::import::jsonl;
use crate::import::record::Record;

/// The written set, as `tribuna import jsonl` reads it.
const CONTENT: &str = include_str!("content.jsonl");

/// The source it is imported as.
pub const SOURCE: &str = "demo";

/// The records of the written set.
///
/// # Errors
/// None, as long as the file is good; a test sees to it.
pub fn records() -> Result<Vec<Record>, ReadError> {
    jsonl::read(CONTENT.as_bytes())
        .map(|line| line.map(|line| line.record))
        .collect()
}
