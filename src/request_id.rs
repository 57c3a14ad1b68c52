//! The id of a request, in every answer, log line and entry of the change log that it leads to.

use std::fmt;

use crate::id::Id;

/// 8 to 64 letters, digits and hyphens; cheap to copy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl RequestId {
    const MOST: usize = 64;

    /// An id of somebody else's making, if it is a sane one.
    pub fn parse(text: &str) -> Option<Self> {
        let sane = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if text.len() < 8 || !text.bytes().all(sane) {
            return None;
        }
        let mut bytes = [0; Self::MOST];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(Self {
            bytes,
            length: text.len(),
        })
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        let text = self.bytes.get(..self.length);
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }
}

impl From<Id> for RequestId {
    /// One of ours.
    fn from(id: Id) -> Self {
        let mut bytes = [0; Self::MOST];
        let length = id.0.hyphenated().encode_lower(&mut bytes).len();
        Self { bytes, length }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_8_to_64_letters_digits_and_hyphens() {
        let longest = "a".repeat(64);
        for sane in ["01932b5e-7c1f", "abcdefgh", &longest] {
            assert_eq!(
                RequestId::parse(sane).map(|id| id.to_string()),
                Some(sane.to_owned())
            );
        }
        for bad in ["", "short", "with space", "line\nbreak", &"a".repeat(65)] {
            assert!(RequestId::parse(bad).is_none(), "{bad:?}");
        }
    }
}
