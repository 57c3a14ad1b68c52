//! Imports. Readers convert files to [`record::Record`]s, and [`load`] writes records to the database. Readers use no
//! database, and report the line and column of an error in a malformed file.

pub mod jsonl;
pub mod licences;
pub mod load;
pub mod record;
pub mod wordpress;

use std::fmt;

/// The reason why a file could not be read, and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in that line, counted from 1.
    pub column: usize,
    /// The problem, as a phrase for the operator.
    pub message: String,
}

/// An entry of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The name of the item, such as `post 42 “Its title”`.
    pub what: String,
    /// The reason why it was skipped, or the change made to it.
    pub reason: String,
}

impl ReadError {
    /// Creates the error at the byte `offset` of `text`.
    pub(crate) fn at(text: &[u8], offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.split(|byte| *byte == b'\n');
        let last = before.rsplit(|byte| *byte == b'\n').next();
        Self {
            line: line.count(),
            column: 1 + String::from_utf8_lossy(last.unwrap_or_default())
                .chars()
                .count(),
            message: message.into(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
        } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_line_column_and_message() {
        let error = ReadError::at("one\ntwö x".as_bytes(), 9, "an x");
        assert_eq!(error.to_string(), "line 2, column 5: an x");
    }

    #[test]
    fn an_offset_beyond_the_text_is_its_end() {
        let error = ReadError::at(b"a\n", 99, "the end");
        assert_eq!((error.line, error.column), (2, 1));
    }
}
