//! Keyed hashes of e-mail addresses and of network addresses. Rows are found, trusted and blocked by them, and nobody
//! without the key can tell whose they are.

use std::net::IpAddr;

use aws_lc_rs::hmac;

use crate::db::Db;
use crate::email::Email;
use crate::error::Result;
use crate::http::address;
use crate::secrets;

/// The name of the secret.
const SECRET: &str = "people";

/// The length of a hash in bytes.
pub const HASH_LENGTH: usize = 32;

/// The key of the hashes, which all instances share.
#[derive(Clone)]
pub struct PeopleKey(hmac::Key);

impl PeopleKey {
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

    /// Returns the hash of an e-mail address, which is in lower case.
    pub fn email(&self, email: &Email) -> Vec<u8> {
        self.hash("email", email.as_str())
    }

    /// Returns the hash of the network of an address: an IPv4 address, or the /64 of an IPv6 address.
    pub fn address(&self, address: IpAddr) -> Vec<u8> {
        self.hash("address", &address::network(address).to_string())
    }

    fn hash(&self, purpose: &str, text: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text.as_bytes());
        context.sign().as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn hashes_depend_on_the_purpose_the_key_and_the_network() {
        let (key, other) = (PeopleKey::new(&[1; 32]), PeopleKey::new(&[2; 32]));
        let email: Email = "Ada@Example.org".parse().unwrap();
        assert_eq!(
            key.email(&email),
            key.email(&"ada@example.org".parse().unwrap())
        );
        assert_ne!(key.email(&email), other.email(&email));
        assert_eq!(key.email(&email).len(), HASH_LENGTH);
        let of = |text: &str| key.address(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::2"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
