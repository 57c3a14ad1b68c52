//! The secrets of API keys: `trb_live_`, 30 random characters in base62 (178 bits), and a checksum of six more. By prefix
//! and checksum, secret scanners tell keys from other text without asking anybody. The database stores only the SHA-256 of a
//! secret, which is enough for so much randomness.

use aws_lc_rs::{digest, rand};

use crate::error::{Error, Result};
use crate::http::credentials::KEY_PREFIX;

/// The digits of base62, in the order of their values.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The number of random characters.
const RANDOM: usize = 30;
/// The number of characters of the checksum.
const CHECKSUM: usize = 6;
/// The number of random characters that everybody who manages keys may see.
const VISIBLE: usize = 6;

/// The SHA-256 of a secret.
pub type SecretHash = [u8; 32];

/// A secret in plain text, which is never stored. Does not implement `Debug`, so that no log can show it.
pub struct KeySecret(String);

impl KeySecret {
    /// Creates a random secret.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the operating system provides no randomness.
    pub fn random() -> Result<Self> {
        let mut random = String::with_capacity(RANDOM);
        while random.len() < RANDOM {
            let mut bytes = [0; 2 * RANDOM];
            rand::fill(&mut bytes)
                .map_err(|error| Error::Internal(format!("randomness: {error}")))?;
            // Of the values of a byte, 248 are a multiple of 62. The others would make some digits more frequent.
            let fair = bytes.iter().filter(|byte| **byte < 248);
            let digits = fair.map(|byte| digit(u32::from(*byte)));
            random.extend(digits.take(RANDOM - random.len()));
        }
        let checksum = checksum(&random);
        Ok(Self(format!("{KEY_PREFIX}{random}{checksum}")))
    }

    /// Returns the beginning of the secret, by which people recognise a key.
    pub fn prefix(&self) -> String {
        self.0.chars().take(KEY_PREFIX.len() + VISIBLE).collect()
    }

    /// Returns the hash that the database stores.
    pub fn hash(&self) -> SecretHash {
        hash(&self.0)
    }

    /// Returns the secret as text, for the response.
    pub fn into_text(self) -> String {
        self.0
    }
}

/// Returns the hash of a text, if it is a well-formed secret.
pub fn hash_of(text: &str) -> Option<SecretHash> {
    let rest = text.strip_prefix(KEY_PREFIX)?;
    let (random, given) = rest.split_at_checked(RANDOM)?;
    let is_formed = given.len() == CHECKSUM && rest.bytes().all(|byte| DIGITS.contains(&byte));
    (is_formed && checksum(random) == given).then(|| hash(text))
}

fn hash(text: &str) -> SecretHash {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// Returns the CRC-32 of the random characters in base62, the highest digit first.
fn checksum(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes());
    let mut digits = [b'0'; CHECKSUM].map(char::from);
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits.iter().collect()
}

/// Returns the last digit of a number.
fn digit(number: u32) -> char {
    let index = usize::try_from(number % 62).unwrap_or_default();
    DIGITS.get(index).map_or('0', |digit| char::from(*digit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_is_recognised_and_a_misspelt_one_is_not() {
        let secret = KeySecret::random().unwrap();
        let (hash, prefix) = (secret.hash(), secret.prefix());
        let text = secret.into_text();
        assert_eq!(text.len(), 45);
        assert!(text.starts_with(&prefix) && prefix.len() == 15);
        assert_eq!(hash_of(&text), Some(hash));
        for place in 0..text.len() {
            let mut other = text.clone().into_bytes();
            let byte = other.get_mut(place).unwrap();
            *byte = if *byte == b'x' { b'y' } else { b'x' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(hash_of(&other), None, "{other}");
        }
        for other in ["", "trb_live_", &text[..44], &format!("{text}0")] {
            assert_eq!(hash_of(other), None, "{other}");
        }
    }

    #[test]
    fn the_checksum_is_that_of_the_documentation() {
        // CRC-32 of thirty zeros, as every implementation of ISO-HDLC computes it.
        let random = "0".repeat(30);
        let crc = crc32fast::hash(random.as_bytes());
        let value = checksum(&random).bytes().fold(0_u64, |value, byte| {
            let digit = DIGITS.iter().position(|digit| *digit == byte).unwrap();
            value * 62 + u64::try_from(digit).unwrap()
        });
        assert_eq!(value, u64::from(crc));
    }

    #[test]
    fn no_two_secrets_are_the_same() {
        let make = || KeySecret::random().unwrap().into_text();
        assert_ne!(make(), make());
    }
}
