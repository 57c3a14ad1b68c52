//! Tokens: positions with the filter of a copy, sealed so that clients can neither read nor forge them.
//!
//! The same position and filter always give the same token, on all instances, so a response that did not change has the same
//! validator. What is sealed is the number of a log entry, from which outsiders could otherwise count what editors do.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::model::ItemFilter;
use super::position::Position;
use super::walk::Walk;
use crate::error::{Error, Result};

/// The maximum length of the filter in a token, in bytes.
const MAX_FILTER: usize = 2000;

/// The progress of a copy, which a token seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyProgress {
    /// The filter of the copy.
    #[serde(rename = "f")]
    pub filter: ItemFilter,
    /// The position in the log up to which the copy is complete, or will be after the walk.
    #[serde(rename = "p")]
    pub position: Position,
    /// The first reading, if it is not complete.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub walk: Option<Walk>,
}

/// The key that seals tokens. All instances use the same one.
#[derive(Clone)]
pub struct TokenKey(Arc<LessSafeKey>);

/// The purpose of a token. A token is valid for one purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To continue a copy.
    Copy,
    /// To continue a stream of events.
    Event,
}

impl Purpose {
    fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Copy => b"copy",
            Self::Event => b"event",
        }
    }
}

impl TokenKey {
    /// Creates a key from 32 random bytes.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the cipher refuses the key.
    pub fn new(secret: &[u8; 32]) -> Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, secret);
        let key = key.map_err(|_| Error::Internal("no key for tokens".into()))?;
        Ok(Self(Arc::new(LessSafeKey::new(key))))
    }

    /// Returns the token of a copy.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the cipher fails.
    pub fn of_copy(&self, progress: &CopyProgress) -> Result<String> {
        self.seal(progress, Purpose::Copy)
    }

    /// Opens the token of a copy.
    ///
    /// # Errors
    /// Returns [`Error::Parameters`] for anything else.
    pub fn open_copy(&self, parameter: &'static str, token: &str) -> Result<CopyProgress> {
        self.open(token, Purpose::Copy).ok_or_else(|| {
            let detail = "is not a token of this service; start again with initial=true";
            Error::parameter(parameter, "invalid_token", detail)
        })
    }

    /// Returns the id of an event.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the cipher fails.
    pub fn of_event(&self, position: &Position) -> Result<String> {
        self.seal(position, Purpose::Event)
    }

    /// Opens the id of an event; returns `None` for anything else.
    pub fn open_event(&self, id: &str) -> Option<Position> {
        self.open(id, Purpose::Event)
    }

    fn seal(&self, value: &impl Serialize, purpose: Purpose) -> Result<String> {
        let failed = |_| Error::Internal("a token could not be sealed".into());
        let json = serde_json::to_vec(value);
        let mut bytes = json.map_err(|error| Error::Internal(error.to_string()))?;
        let aad = Aad::from(purpose.as_bytes());
        self.0
            .seal_in_place_append_tag(nonce(), aad, &mut bytes)
            .map_err(failed)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    fn open<T: DeserializeOwned>(&self, token: &str, purpose: Purpose) -> Option<T> {
        let mut bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let aad = Aad::from(purpose.as_bytes());
        let opened = self.0.open_in_place(nonce(), aad, &mut bytes).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

/// Returns the one nonce. AES-GCM-SIV (RFC 8452) is made for repeated nonces: they tell only whether two texts are the same,
/// which is what tokens are to tell.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// Checks that a filter fits into a token.
///
/// # Errors
/// Returns [`Error::Parameters`] if it names too much.
pub fn check_length(filter: &ItemFilter) -> Result<()> {
    let lists = [
        ("fields", serde_json::to_string(&filter.fields)),
        ("category", serde_json::to_string(&filter.category)),
        ("tag", serde_json::to_string(&filter.tag)),
        ("author", serde_json::to_string(&filter.author)),
        ("organization", serde_json::to_string(&filter.organization)),
    ];
    let lengths = lists
        .into_iter()
        .map(|(name, written)| (written.map_or(0, |written| written.len()), name));
    let lengths: Vec<(usize, &str)> = lengths.collect();
    let all: usize = lengths.iter().map(|(length, _)| length).sum();
    match lengths.into_iter().max() {
        Some((_, longest)) if all > MAX_FILTER => {
            let detail = "the filter is too long: name fewer things, or make several copies";
            Err(Error::parameter(longest, "too_long", detail))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::timestamp::Timestamp;

    fn key(byte: u8) -> TokenKey {
        TokenKey::new(&[byte; 32]).unwrap()
    }

    fn progress() -> CopyProgress {
        CopyProgress {
            filter: ItemFilter {
                lang: vec!["fr".parse().unwrap()],
                ..ItemFilter::default()
            },
            position: Position::after(Some((7, Timestamp::from_millis(1_777_622_400_000)))),
            walk: None,
        }
    }

    #[test]
    fn a_token_is_opened_by_the_same_key_for_the_same_purpose_only() {
        let token = key(1).of_copy(&progress()).unwrap();
        assert_eq!(key(1).of_copy(&progress()).unwrap(), token);
        assert_eq!(key(1).open_copy("token", &token).unwrap(), progress());
        assert!(key(2).open_copy("token", &token).is_err());
        assert!(key(1).open_event(&token).is_none());
        let id = key(1).of_event(&progress().position).unwrap();
        assert_eq!(key(1).open_event(&id), Some(progress().position));
        assert!(key(1).open_copy("token", &id).is_err());
        for bad in ["", "x", "AAAA", "~~", &token[1..]] {
            assert!(key(1).open_copy("token", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_shows_nothing_of_what_it_seals_and_is_short() {
        let token = key(1).of_copy(&progress()).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("fr"));
        assert!(token.len() < 120, "{}", token.len());
    }
}
