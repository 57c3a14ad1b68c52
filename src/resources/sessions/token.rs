//! Access tokens: JWTs by RFC 9068, signed with Ed25519 and checked by the rules of RFC 8725.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};

use super::role::Role;
use crate::error::{Credentials, Error, Result};
use crate::id::Id;
use crate::timestamp::Timestamp;

/// RFC 9068 section 2.1: tells an access token from every other JWT.
const TYPE: &str = "at+jwt";
/// RFC 9068 section 2.2 asks for a client; whoever signs in with a password is this one.
pub const CLIENT: &str = "tribuna";

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who gave it: the public address of this service.
    pub iss: String,
    /// For whom: the same.
    pub aud: String,
    /// The user.
    pub sub: Id,
    /// The session.
    pub sid: Id,
    /// Its own id.
    pub jti: Id,
    /// Always [`CLIENT`].
    pub client_id: String,
    /// When it was given, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// The user's role then; what counts is the role now.
    pub role: Role,
}

/// Signs the claims with a PKCS #8 private key.
///
/// # Errors
/// [`Error::Internal`] when the stored key is damaged.
pub fn sign(claims: &Claims, kid: &str, private_key: &[u8]) -> Result<String> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.into());
    header.kid = Some(kid.into());
    encode(&header, claims, &EncodingKey::from_ed_der(private_key))
        .map_err(|error| Error::Internal(format!("signing an access token: {error}")))
}

/// The id of the key a token says it is signed with.
///
/// # Errors
/// [`Credentials::BadToken`] for anything that is no Ed25519 access token.
pub fn key_id(token: &str) -> Result<String> {
    let header = decode_header(token).map_err(|_| BAD)?;
    let typed = header.typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
    if header.alg != Algorithm::EdDSA || !typed || header.crit.is_some() {
        return Err(BAD);
    }
    header.kid.ok_or(BAD)
}

/// The claims of a token that this service signed with this key and that has not ended at `now`.
///
/// # Errors
/// [`Credentials::BadToken`].
pub fn verify(token: &str, public_key: &[u8], issuer: &str, now: Timestamp) -> Result<Claims> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[issuer]);
    rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // The time is compared below, with the clock that was handed down.
    rules.validate_exp = false;
    let key =
        DecodingKey::from_ed_components(&URL_SAFE_NO_PAD.encode(public_key)).map_err(|_| BAD)?;
    let claims = decode::<Claims>(token, &key, &rules)
        .map_err(|_| BAD)?
        .claims;
    let seconds = now.millis().div_euclid(1000);
    if seconds < claims.exp && claims.iat <= seconds + CLOCK_SKEW {
        Ok(claims)
    } else {
        Err(BAD)
    }
}

/// How far the clocks of two instances may be apart, in seconds.
const CLOCK_SKEW: i64 = 5;

const BAD: Error = Error::Unauthenticated(Credentials::BadToken);
