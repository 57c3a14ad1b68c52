//! The tokens of preview links: 256 random bits in base64url, kept only as SHA-256.

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// A token in the clear: on its way to or from somebody, never stored. Has no `Debug`.
pub struct PreviewToken(String);

impl PreviewToken {
    /// A new one.
    ///
    /// # Errors
    /// [`Error::Internal`] when the machine has no randomness.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|error| Error::Internal(format!("randomness: {error}")))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// As it was presented.
    pub fn presented(text: String) -> Self {
        Self(text)
    }

    /// What is kept of it.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// The text to hand out.
    pub fn into_text(self) -> String {
        self.0
    }
}
