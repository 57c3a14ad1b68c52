//! Reads Tribuna's own format: one [`Record`] per line, as JSON. The file is read line by line, so it may have any
//! length. A malformed line is reported with its position, and reading continues after it.

mod objects;

use std::fmt;
use std::io::{BufRead, Read};
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, IgnoredAny, IntoDeserializer, MapAccess, Visitor,
};
use serde::{Deserialize, Deserializer};

use self::objects::Objects;
use super::ReadError;
use super::record::Record;
use crate::plain_words::plain;

/// The maximum length of a line in bytes, without its line break.
pub const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// A record with the number of its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The number of the line, counted from 1 and including blank lines.
    pub number: usize,
    /// The record.
    pub record: Record,
}

/// Reads the records of `input`, one per line, and skips blank lines. Continues after a line that is not a record;
/// stops after a failed read or a line longer than [`LONGEST_LINE`].
pub fn read(input: impl BufRead) -> impl Iterator<Item = Result<Line, ReadError>> {
    let mut lines = Lines {
        input,
        number: 0,
        ended: false,
    };
    std::iter::from_fn(move || lines.next_record())
}

struct Lines<R> {
    input: R,
    number: usize,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    fn next_record(&mut self) -> Option<Result<Line, ReadError>> {
        while !self.ended {
            let line = match self.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(message) => {
                    self.ended = true;
                    return Some(Err(ReadError {
                        line: self.number,
                        column: 1,
                        message,
                    }));
                }
            };
            if !line.trim_ascii().is_empty() {
                let number = self.number;
                let record = parse(&line).map_err(|error| ReadError {
                    line: number,
                    ..error
                });
                return Some(record.map(|record| Line { number, record }));
            }
        }
        None
    }

    /// Returns the next line without its line break; `None` at the end.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut line = Vec::new();
        self.number += 1;
        let longest = LONGEST_LINE as u64 + 1;
        let mut limited = self.input.by_ref().take(longest);
        let read = limited
            .read_until(b'\n', &mut line)
            .map_err(|error| error.to_string())?;
        let broken = line.pop_if(|byte| *byte == b'\n').is_some();
        if !broken && line.len() > LONGEST_LINE {
            return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
        }
        if self.number == 1 && line.starts_with("\u{feff}".as_bytes()) {
            line.drain(..3);
        }
        Ok((read > 0).then_some(line))
    }
}

fn parse(line: &[u8]) -> Result<Record, ReadError> {
    let text = std::str::from_utf8(line)
        .map_err(|error| ReadError::at(line, error.valid_up_to(), "this is not valid UTF-8"))?;
    if let Some(offset) = escaped_control(text) {
        return Err(ReadError::at(
            line,
            offset,
            "control characters are not allowed",
        ));
    }
    // Serde would take the items of a list for the members of an object.
    if text.trim_start().starts_with('[') {
        return Err(ReadError::at(line, 0, "must be an object"));
    }
    let Type { kind } = serde_json::from_str(text).map_err(|error| place(line, &error))?;
    match kind.as_str() {
        "organization" => Ok(Record::Organization(fields(text)?)),
        "author" => Ok(Record::Author(fields(text)?)),
        "category" => Ok(Record::Category(fields(text)?)),
        "tag" => Ok(Record::Tag(fields(text)?)),
        "post" => Ok(Record::Post(fields(text)?)),
        "page" => Ok(Record::Page(fields(text)?)),
        "comment" => Ok(Record::Comment(fields(text)?)),
        _ => {
            let offset = text.find(&format!("\"{kind}\"")).unwrap_or(0);
            let message = format!(
                "unknown type `{kind}`, expected `organization`, `author`, `category`, `tag`, `post`, `page` or `comment`"
            );
            Err(ReadError::at(line, offset, message))
        }
    }
}

/// Returns the position of the first escape, such as `\u0000`, of a control character other than tab and line breaks.
fn escaped_control(text: &str) -> Option<usize> {
    text.match_indices("\\u00").map(|(at, _)| at).find(|at| {
        let (before, after) = text.split_at(*at);
        let backslashes = before
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
        let code = after
            .get(4..6)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        backslashes % 2 == 0 && code.is_some_and(|code| code < 0x20 && !b"\t\n\r".contains(&code))
    })
}

#[derive(Deserialize)]
struct Type {
    #[serde(rename = "type")]
    kind: String,
}

/// Deserialises the members other than `type` directly from the text: `#[serde(tag)]` would buffer them first and lose
/// the positions of errors.
fn fields<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let error = match Objects(tracked).deserialize_map(Untyped(PhantomData)) {
        Ok(record) => return Ok(record),
        Err(error) => place(text.as_bytes(), &error),
    };
    let path = track.path().to_string();
    let message = if path == "." {
        error.message
    } else {
        format!("`{path}`: {}", error.message)
    };
    Err(ReadError { message, ..error })
}

fn place(line: &[u8], error: &serde_json::Error) -> ReadError {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    ReadError::at(line, error.column().saturating_sub(1), plain(message))
}

/// A map without its member `type`.
struct Untyped<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Untyped<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(WithoutType(map)))
    }
}

struct WithoutType<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutType<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.0.next_key::<String>()? {
            if key != "type" {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            self.0.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests;
