//! The secrets of webhooks: `whsec_` and 32 random bytes in base64, as Standard Webhooks writes them. The server signs
//! with a secret, so it is stored as it is, like the private keys of tokens. Only the response that creates it shows it.

use std::fmt;

use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};

/// The beginning of secrets as text, by which people and scanners recognise them.
const PREFIX: &str = "whsec_";

/// A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret([u8; 32]);

/// Writes no part of the secret.
impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

impl WebhookSecret {
    /// Creates a random secret.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the operating system provides no randomness.
    pub fn random() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| Error::Internal("no randomness".into()))?;
        Ok(Self(bytes))
    }

    /// Returns a stored secret.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] for bytes that are none.
    pub fn stored(bytes: Vec<u8>) -> Result<Self> {
        let bytes: std::result::Result<[u8; 32], _> = bytes.try_into();
        bytes
            .map(Self)
            .map_err(|_| Error::Internal("a secret of a webhook has another length".into()))
    }

    /// Returns the bytes, with which requests are signed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the secret as text, for the response that shows it.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }
}
