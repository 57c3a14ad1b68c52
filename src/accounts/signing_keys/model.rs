//! The data types of signing keys.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::schema::signing_keys;
use crate::timestamp::Timestamp;

/// A signing key with its private key.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKey {
    /// The thumbprint of the public key.
    pub kid: String,
    /// The private key in PKCS #8 form; empty after the key has been retired.
    pub private_key: Vec<u8>,
    /// The public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time at which another key replaced it, if one did.
    pub retired_at: Option<Timestamp>,
}

impl SigningKey {
    /// Generates a key.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the system provides no randomness.
    pub fn generate(at: Timestamp) -> Result<Self> {
        let broken = |error: &dyn fmt::Display| Error::Internal(format!("making a key: {error}"));
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
            .map_err(|error| broken(&error))?;
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|error| broken(&error))?;
        let public_key = pair.public_key().as_ref().to_vec();
        Ok(Self {
            kid: thumbprint(&public_key),
            private_key: document.as_ref().to_vec(),
            public_key,
            created_at: at,
            retired_at: None,
        })
    }
}

/// A signing key without its private key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
pub struct VerifyingKey {
    /// The thumbprint of the public key.
    pub kid: String,
    /// The public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time at which another key replaced it, if one did.
    pub retired_at: Option<Timestamp>,
}

/// A key set (RFC 7517 section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwks {
    /// The keys that sign the access tokens that are valid now.
    pub keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037 section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Jwk {
    /// The key type.
    #[schema(pattern = "^OKP$", examples("OKP"))]
    pub kty: &'static str,
    /// The curve.
    #[schema(pattern = "^Ed25519$", examples("Ed25519"))]
    pub crv: &'static str,
    /// The public key in base64url.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{43}$",
        examples("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    )]
    pub x: String,
    /// The thumbprint (RFC 7638), as in the header of the tokens that the key signed.
    #[schema(
        pattern = "^[A-Za-z0-9_-]{43}$",
        examples("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    )]
    pub kid: String,
    /// The use of the key: signatures.
    #[schema(pattern = "^sig$", examples("sig"))]
    pub r#use: &'static str,
    /// The algorithm.
    #[schema(pattern = "^EdDSA$", examples("EdDSA"))]
    pub alg: &'static str,
}

impl From<VerifyingKey> for Jwk {
    fn from(key: VerifyingKey) -> Self {
        Self {
            kty: "OKP",
            crv: "Ed25519",
            x: URL_SAFE_NO_PAD.encode(&key.public_key),
            kid: key.kid,
            r#use: "sig",
            alg: "EdDSA",
        }
    }
}

/// Returns the time after which a key must have been retired in order to verify tokens: the lifetime of an access token
/// before `now`, and one more minute for clocks that differ.
pub fn verifying_since(config: &Config, now: Timestamp) -> Timestamp {
    let life = i64::try_from(config.accounts.access_token_ttl.as_secs()).unwrap_or(i64::MAX);
    now.plus_seconds(-life.saturating_add(60))
}

/// Computes the thumbprint according to RFC 7638 over the members listed in RFC 8037 appendix A.3.
fn thumbprint(public_key: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_rfc_8037() {
        let public = URL_SAFE_NO_PAD
            .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
            .unwrap();
        assert_eq!(
            thumbprint(&public),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn no_two_keys_are_the_same() {
        let make = || SigningKey::generate(Timestamp::from_millis(0)).unwrap().kid;
        assert_ne!(make(), make());
    }
}
