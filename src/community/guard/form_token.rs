//! The tokens of forms: when a form was issued, and how much work it asks for, sealed. The server keeps nothing of a form
//! until it is sent.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db::Db;
use crate::error::Result;
use crate::secret_token::random_bytes;
use crate::secrets;
use crate::timestamp::Timestamp;

/// The name of the secret.
const SECRET: &str = "forms";
/// The version and the purpose of a token: a form for comments.
const COMMENT: [u8; 2] = [1, 1];
/// The length of the seal.
const SEAL: usize = 32;
/// The length of a token in base64url: the content has 43 bytes.
pub const TOKEN_LENGTH: usize = 100;

/// The seconds that a person needs at least to write something.
const SOONEST: i64 = 3;
/// The seconds for which a form may be sent.
const LASTING: i64 = 4 * 60 * 60;

/// The key of the seals, which all instances share.
#[derive(Clone)]
pub struct FormKey(hmac::Key);

/// The content of the token of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormToken {
    /// The time at which the form was issued.
    pub issued_at: Timestamp,
    /// The number of zero bits with which the hash of a proof begins.
    pub difficulty: u8,
    /// The bytes by which tokens of the same time differ.
    salt: [u8; 32],
}

impl FormKey {
    /// Reads the key, and creates it if there is none.
    ///
    /// # Errors
    /// Returns the same errors as [`secrets::ensure`].
    pub fn ensure(db: &Db) -> Result<Self> {
        secrets::ensure(db, SECRET).map(|secret| Self::new(&secret))
    }

    /// Creates a key from 32 random bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Writes a token.
    pub fn seal(&self, token: &FormToken) -> String {
        let millis = token.issued_at.millis().to_be_bytes();
        let content = [&COMMENT[..], &[token.difficulty], &millis, &token.salt].concat();
        let seal = hmac::sign(&self.0, &content);
        URL_SAFE_NO_PAD.encode([&content, seal.as_ref()].concat())
    }

    /// Reads a token; `None` if this key has not sealed it. Compares in constant time.
    pub fn open(&self, text: &str) -> Option<FormToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        hmac::verify(&self.0, content, seal).ok()?;
        let (difficulty, content) = content.strip_prefix(&COMMENT)?.split_first()?;
        let (millis, salt) = content.split_first_chunk()?;
        Some(FormToken {
            issued_at: Timestamp::from_millis(i64::from_be_bytes(*millis)),
            difficulty: *difficulty,
            salt: salt.try_into().ok()?,
        })
    }
}

impl FormToken {
    /// Creates the token of a form that is issued now.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] if the operating system provides no randomness.
    pub fn issue(now: Timestamp, difficulty: u8) -> Result<Self> {
        Ok(Self {
            issued_at: now,
            difficulty,
            salt: random_bytes()?,
        })
    }

    /// Returns the earliest time at which the form is taken.
    pub fn not_before(&self) -> Timestamp {
        self.issued_at.plus_seconds(SOONEST)
    }

    /// Returns the time until which the form is taken.
    pub fn expires_at(&self) -> Timestamp {
        self.issued_at.plus_seconds(LASTING)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_says_what_was_sealed_and_nothing_else_is_one() {
        let key = FormKey::new(&[7; 32]);
        let issued = FormToken::issue(Timestamp::from_millis(1_777_000_000_123), 14).unwrap();
        let text = key.seal(&issued);
        assert_eq!(text.len(), TOKEN_LENGTH);
        assert_eq!(key.open(&text), Some(issued));
        assert_eq!(FormKey::new(&[8; 32]).open(&text), None);
        for changed in [
            text.chars().skip(4).collect(),
            format!("{text}AAAA"),
            String::new(),
            "A".repeat(TOKEN_LENGTH),
        ] {
            assert_eq!(key.open(&changed), None, "{changed}");
        }
        assert_ne!(FormToken::issue(issued.issued_at, 14).unwrap(), issued);
    }
}
