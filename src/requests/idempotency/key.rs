//! The `Idempotency-Key` header: validation, and derivation of the values that are stored.

use actix_web::http::header::HeaderMap;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;

use crate::error::{Error, Result};
use crate::id::Id;

/// The name of the request header.
pub const HEADER: &str = "Idempotency-Key";

/// The maximum length of a key in characters.
const MAX_LENGTH: usize = 255;

/// The key of one request. The database contains no part of the header itself.
pub struct IdempotencyKey {
    /// The id of the key's row. It cannot be derived from the header without the server's secret, and the header cannot
    /// be derived from it.
    pub id: [u8; 32],
    sealing: [u8; 32],
}

impl IdempotencyKey {
    /// Returns the header as the caller sent it; `None` if it is absent.
    ///
    /// # Errors
    /// Returns a description of the error, which completes "Idempotency-Key …".
    pub fn from_headers(headers: &HeaderMap) -> std::result::Result<Option<&str>, &'static str> {
        let mut all = headers.get_all(HEADER);
        let Some(first) = all.next() else {
            return Ok(None);
        };
        if all.next().is_some() {
            return Err("must be sent only once");
        }
        let visible = |text: &&str| text.bytes().all(|byte| byte.is_ascii_graphic());
        match first.to_str().ok().filter(visible) {
            Some(text) if (1..=MAX_LENGTH).contains(&text.len()) => Ok(Some(text)),
            _ => Err("must have 1 to 255 visible ASCII characters, no spaces"),
        }
    }

    /// Derives the key for one caller, or for callers without a token. The same header of two callers results in
    /// different keys.
    pub fn new(secret: &[u8; 32], caller: Option<Id>, given: &str) -> Self {
        let caller = caller.map_or_else(String::new, |id| id.to_string());
        Self {
            id: derive(secret, &[b"id", caller.as_bytes(), given.as_bytes()]),
            sealing: derive(secret, &[b"seal", caller.as_bytes(), given.as_bytes()]),
        }
    }

    /// Encrypts bytes so that only this key can decrypt them.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the system provides no randomness.
    pub fn seal(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
        let nonce = self
            .cipher()?
            .seal_in_place_append_tag(Aad::from(self.id), &mut bytes)
            .map_err(|_| broken())?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(sealed)
    }

    /// Decrypts bytes that were encrypted with [`IdempotencyKey::seal`].
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if they were not encrypted with this key.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut bytes = sealed.to_vec();
        let length = self
            .cipher()?
            .open_in_place(nonce, Aad::from(self.id), &mut bytes)
            .map_err(|_| broken())?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Returns a fingerprint that identifies repeated requests. It depends on the key, so that nobody without the key
    /// can guess bodies, which may contain a password.
    pub fn fingerprint(&self, method: &str, path: &str, query: &str, body: &[u8]) -> [u8; 32] {
        let parts = [method.as_bytes(), path.as_bytes(), query.as_bytes(), body];
        derive(&self.sealing, &parts)
    }

    fn cipher(&self) -> Result<RandomizedNonceKey> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.sealing).map_err(|_| broken())
    }
}

fn broken() -> Error {
    Error::Internal("a stored response cannot be encrypted or decrypted".into())
}

fn derive(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    // HMAC-SHA-256 gives exactly 32 bytes.
    let mut derived = [0; 32];
    derived.copy_from_slice(context.sign().as_ref());
    derived
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_key_is_one_visible_word() {
        let given = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let name = HeaderName::from_static("idempotency-key");
                headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            IdempotencyKey::from_headers(&headers).map(|key| key.map(str::to_owned))
        };
        assert_eq!(given(&[]), Ok(None));
        assert_eq!(given(&["\"a-1\""]), Ok(Some("\"a-1\"".into())));
        for bad in [&[""][..], &["a b"], &["é"], &["a", "a"]] {
            assert!(given(bad).is_err(), "{bad:?}");
        }
        let long: &'static str = "x".repeat(256).leak();
        assert!(given(&[long]).is_err());
        assert!(given(&[long.get(1..).unwrap()]).is_ok());
    }

    #[test]
    fn only_the_same_key_opens_what_was_sealed() {
        let key = IdempotencyKey::new(&[7; 32], None, "a");
        let sealed = key.seal(b"the answer".to_vec()).unwrap();
        assert_eq!(key.open(&sealed).unwrap(), b"the answer");
        assert_ne!(key.seal(b"the answer".to_vec()).unwrap(), sealed);
        assert!(!sealed.windows(6).any(|part| part == b"answer"));
        for other in [
            IdempotencyKey::new(&[8; 32], None, "a"),
            IdempotencyKey::new(&[7; 32], Some(Id::new()), "a"),
            IdempotencyKey::new(&[7; 32], None, "b"),
        ] {
            assert!(other.open(&sealed).is_err());
            assert_ne!(other.id, key.id);
        }
        assert!(key.open(b"short").is_err());
    }

    #[test]
    fn parts_of_a_request_cannot_be_shifted() {
        let key = IdempotencyKey::new(&[7; 32], None, "a");
        let one = key.fingerprint("POST", "/a", "b", b"c");
        assert_ne!(one, key.fingerprint("POST", "/ab", "", b"c"));
        assert_ne!(one, key.fingerprint("POST", "/a", "bc", b""));
        assert_eq!(one, key.fingerprint("POST", "/a", "b", b"c"));
    }
}
