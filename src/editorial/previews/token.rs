//! The tokens of preview links: 256 random bits in base64url. The database stores only their SHA-256.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// A token in plain text, which is never stored. Does not implement `Debug`, so that no log can show it.
pub struct PreviewToken(String);

impl PreviewToken {
    /// Creates a random token.
    ///
    /// # Errors
    /// [`Error::Internal`] if the operating system provides no randomness.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|error| Error::Internal(format!("randomness: {error}")))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Wraps a token that a client presented, unchecked.
    pub fn presented(text: String) -> Self {
        Self(text)
    }

    /// Returns the SHA-256 of the token, which the database stores.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Returns the token as text, for the response.
    pub fn into_text(self) -> String {
        self.0
    }
}
