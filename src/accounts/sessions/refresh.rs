//! Refresh tokens are opaque and stored only as SHA-256 hashes. Each token determines its successor, so a client that
//! presents a token twice within the grace period gets the same successor, although that is not stored.

use aws_lc_rs::{digest, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};

/// The prefix by which people and secret scanners recognise a refresh token.
const PREFIX: &str = "trb_r_";
/// The length of 32 bytes in base64url.
const ENCODED_LENGTH: usize = 43;
/// Domain separation: the purpose of the HMAC.
const PURPOSE: &[u8] = b"tribuna refresh successor";

/// A refresh token in plain text. It is never stored and has no `Debug`.
pub struct RefreshToken(String);

/// 32 random bytes that are stored with a token. Its successor cannot be derived without them.
pub type Nonce = [u8; 32];

impl RefreshToken {
    /// Creates the first token of a session.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the system provides no randomness.
    pub fn random() -> Result<Self> {
        Ok(Self::from_bytes(&nonce()?))
    }

    /// Parses a token that a client presents. Returns `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX)?;
        let well_formed =
            encoded.len() == ENCODED_LENGTH && URL_SAFE_NO_PAD.decode(encoded).is_ok();
        well_formed.then(|| Self(text.to_owned()))
    }

    /// Returns the hash that is stored.
    pub fn hash(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Returns the token that replaces this one.
    pub fn successor(&self, nonce: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        let mut context = hmac::Context::with_key(&key);
        context.update(nonce);
        context.update(PURPOSE);
        Self::from_bytes(context.sign().as_ref())
    }

    /// Returns the text for the client.
    pub fn into_text(self) -> String {
        self.0
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }
}

/// Generates a nonce.
///
/// # Errors
/// Returns [`Error::Internal`] if the system provides no randomness.
pub fn nonce() -> Result<Nonce> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|error| Error::Internal(format!("randomness: {error}")))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_has_one_successor_per_nonce() {
        let token = RefreshToken::random().unwrap();
        let (one, other) = (nonce().unwrap(), nonce().unwrap());
        let successor = |nonce: &Nonce| token.successor(nonce).into_text();
        assert_eq!(successor(&one), successor(&one));
        assert_ne!(successor(&one), successor(&other));
        assert!(RefreshToken::parse(&successor(&one)).is_some());
    }

    #[test]
    fn the_kept_hash_and_nonce_do_not_give_the_successor() {
        let token = RefreshToken::random().unwrap();
        let nonce = nonce().unwrap();
        let guess = RefreshToken::from_bytes(&token.hash()).successor(&nonce);
        assert_ne!(guess.into_text(), token.successor(&nonce).into_text());
    }

    #[test]
    fn what_has_not_the_form_of_a_token_is_none() {
        let good = RefreshToken::random().unwrap().into_text();
        assert!(RefreshToken::parse(&good).is_some());
        for bad in [
            "",
            "trb_r_",
            good.trim_start_matches("trb_r_"),
            &format!("{good}A"),
            &good.replace("trb_r_", "trb_x_"),
            &format!("trb_r_{}", "!".repeat(ENCODED_LENGTH)),
        ] {
            assert!(RefreshToken::parse(bad).is_none(), "{bad}");
        }
    }
}
