//! The key of e-mail, which all instances share. By it, addresses are known again without being stored, and the tokens of
//! links for unsubscribing are sealed. Each use has a purpose of its own, so that no result of one is valid for another.

use aws_lc_rs::hmac::{self, Tag};

use crate::db::{Conn, Db};
use crate::email::Email;
use crate::error::Result;
use crate::secrets;

/// The name of the secret.
const SECRET: &str = "mail";

/// The key.
#[derive(Clone)]
pub struct MailKey(hmac::Key);

/// The keyed hash of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressHash(pub [u8; 32]);

impl MailKey {
    /// Returns the key, which the first instance that needs it creates.
    ///
    /// # Errors
    /// Returns the same errors as [`secrets::ensure`].
    pub fn ensure(db: &Db) -> Result<Self> {
        secrets::ensure(db, SECRET).map(|secret| Self::new(&secret))
    }

    /// Returns the key within a transaction that writes.
    ///
    /// # Errors
    /// Returns the same errors as [`secrets::ensure_within`].
    pub fn ensure_within(conn: &mut Conn) -> Result<Self> {
        secrets::ensure_within(conn, SECRET).map(|secret| Self::new(&secret))
    }

    /// Creates the key from the secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Returns the hash of an address.
    pub fn address(&self, email: &Email) -> AddressHash {
        let tag = self.sign("address", email.as_str().as_bytes());
        let mut hash = [0; 32];
        for (to, from) in hash.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        AddressHash(hash)
    }

    /// Returns the seal of the content of a token.
    pub fn seal(&self, content: &[u8]) -> Tag {
        self.sign("unsubscribe", content)
    }

    /// Returns whether a seal is that of the content, in constant time.
    pub fn is_sealed(&self, content: &[u8], seal: &[u8]) -> bool {
        let signed = purposed("unsubscribe", content);
        hmac::verify(&self.0, &signed, seal).is_ok()
    }

    fn sign(&self, purpose: &str, content: &[u8]) -> Tag {
        hmac::sign(&self.0, &purposed(purpose, content))
    }
}

fn purposed(purpose: &str, content: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), &[0], content].concat()
}
