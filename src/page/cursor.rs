//! Cursors: positions in a list, which are signed so that clients cannot forge them.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The length of the signature in a cursor, in bytes: 128 bits.
const SIGNATURE: usize = 16;

/// The direction in which a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// Forward, in the order of the list.
    #[serde(rename = "n")]
    Next,
    /// Backward, against the order of the list.
    #[serde(rename = "p")]
    Prev,
}

/// A position between two items of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor<K> {
    /// The direction in which the list is read from this position.
    #[serde(rename = "d")]
    pub direction: Direction,
    /// The sort key of the adjacent item; `None` after the last item.
    #[serde(rename = "k")]
    pub key: Option<K>,
}

/// A function that maps the path of a list, and the name and value of a query parameter, to the canonical value that
/// cursors are bound to, so that equivalent queries share their cursors. It returns `None` for a value that is
/// equivalent to omitting the parameter.
pub type Canonical = fn(&str, &str, &str) -> Option<String>;

/// The key that signs cursors. All instances use the same one.
#[derive(Clone)]
pub struct CursorKey {
    key: hmac::Key,
    canonical: Canonical,
}

impl CursorKey {
    /// Creates a key from 32 random bytes. Its cursors are bound to the parameters as they are written.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            canonical: |_, _, value| Some(value.to_owned()),
        }
    }

    /// Returns the same key for cursors that are bound to the canonical form of parameters.
    #[must_use]
    pub fn with_canonical(self, canonical: Canonical) -> Self {
        Self { canonical, ..self }
    }

    /// Returns the canonical value of a query parameter of the list at this path.
    pub(super) fn canonical(&self, path: &str, name: &str, value: &str) -> Option<String> {
        (self.canonical)(path, name, value)
    }

    /// Signs a cursor for the list that `list` describes.
    pub(super) fn sign<K: Serialize>(&self, cursor: &Cursor<K>, list: &[u8]) -> String {
        let payload = serde_json::to_vec(cursor).unwrap_or_default();
        let signature = self.signature(list, &payload);
        let mut bytes: Vec<u8> = signature.as_ref().iter().copied().take(SIGNATURE).collect();
        bytes.extend(payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Verifies and decodes a cursor; returns `None` unless it was signed with this key for the same list.
    pub(super) fn verify<K: DeserializeOwned>(
        &self,
        cursor: &str,
        list: &[u8],
    ) -> Option<Cursor<K>> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (signature, payload) = bytes.split_at_checked(SIGNATURE)?;
        let expected = self.signature(list, payload);
        verify_slices_are_equal(expected.as_ref().get(..SIGNATURE)?, signature).ok()?;
        serde_json::from_slice(payload).ok()
    }

    fn signature(&self, list: &[u8], payload: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(list);
        context.update(&[0]);
        context.update(payload);
        context.sign()
    }
}
