//! Tokens that only the server can have made: 256 bits in base64url, perhaps after a prefix. The database stores only their
//! SHA-256.

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::sha256::sha256;

/// The bits of a token.
pub type TokenBytes = [u8; 32];

/// The length of [`TokenBytes`] in base64url.
pub const ENCODED_LENGTH: usize = 43;

/// Creates random bits.
///
/// # Errors
/// Returns [`Error::Internal`] if the operating system provides no randomness.
pub fn random_bytes() -> Result<TokenBytes> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|error| Error::Internal(format!("randomness: {error}")))?;
    Ok(bytes)
}

/// A token in plain text, which is never stored. Does not implement `Debug`, so that no log can show it.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct SecretToken(String);

impl SecretToken {
    /// Writes the bits of a token after a prefix, by which people and secret scanners recognise it.
    pub fn new(prefix: &str, bytes: &[u8]) -> Self {
        Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Creates a random token.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the operating system provides no randomness.
    pub fn random(prefix: &str) -> Result<Self> {
        Ok(Self::new(prefix, &random_bytes()?))
    }

    /// Parses a token that a client presents. Returns `None` if it is malformed.
    pub fn parse(prefix: &str, text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(prefix)?;
        let is_well_formed =
            encoded.len() == ENCODED_LENGTH && URL_SAFE_NO_PAD.decode(encoded).is_ok();
        is_well_formed.then(|| Self(text.to_owned()))
    }

    /// Returns the SHA-256 of the text, which the database stores.
    pub fn hash(&self) -> Vec<u8> {
        sha256(self.0.as_bytes())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text for the response.
    pub fn into_text(self) -> String {
        self.0
    }
}
