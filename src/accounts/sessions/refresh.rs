//! Refresh tokens are opaque and stored only as SHA-256 hashes. Each token determines its successor, so a client that
//! presents a token twice within the grace period gets the same successor, although that is not stored.

use aws_lc_rs::hmac;

use crate::error::Result;
use crate::secret_token::{SecretToken, TokenBytes, random_bytes};

/// The prefix by which people and secret scanners recognise a refresh token.
const PREFIX: &str = "trb_r_";
/// Domain separation: the purpose of the HMAC.
const PURPOSE: &[u8] = b"tribuna refresh successor";

/// A refresh token in plain text. It is never stored and has no `Debug`.
pub struct RefreshToken(SecretToken);

/// 32 random bytes that are stored with a token. Its successor cannot be derived without them.
pub type Nonce = TokenBytes;

impl RefreshToken {
    /// Creates the first token of a session.
    ///
    /// # Errors
    /// Returns [`Error::Internal`](crate::error::Error::Internal) if the system provides no randomness.
    pub fn random() -> Result<Self> {
        SecretToken::random(PREFIX).map(Self)
    }

    /// Parses a token that a client presents. Returns `None` if it is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        SecretToken::parse(PREFIX, text).map(Self)
    }

    /// Returns the hash that is stored.
    pub fn hash(&self) -> Vec<u8> {
        self.0.hash()
    }

    /// Returns the token that replaces this one.
    pub fn successor(&self, nonce: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_str().as_bytes());
        let mut context = hmac::Context::with_key(&key);
        context.update(nonce);
        context.update(PURPOSE);
        Self::from_bytes(context.sign().as_ref())
    }

    /// Returns the text for the client.
    pub fn into_text(self) -> String {
        self.0.into_text()
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        Self(SecretToken::new(PREFIX, bytes))
    }
}

/// Generates a nonce.
///
/// # Errors
/// Returns [`Error::Internal`](crate::error::Error::Internal) if the system provides no randomness.
pub fn nonce() -> Result<Nonce> {
    random_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::secret_token::ENCODED_LENGTH;

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
