//! Access tokens: JWTs according to RFC 9068, signed with Ed25519 and validated according to RFC 8725.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};

use crate::changes::actor::Role;
use crate::error::{Credentials, Error, Result};
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The type that distinguishes an access token from other JWTs (RFC 9068 section 2.1).
const TYPE: &str = "at+jwt";
/// The client id, which RFC 9068 section 2.2 requires. All users who sign in with a password have this one.
pub const CLIENT: &str = "tribuna";

/// The claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The issuer: the public URL of this service.
    pub iss: String,
    /// The audience: the same URL.
    pub aud: String,
    /// The user.
    pub sub: Id,
    /// The session.
    pub sid: Id,
    /// The id of the token.
    pub jti: Id,
    /// Always [`CLIENT`].
    pub client_id: String,
    /// The time of issue, in seconds since 1970.
    pub iat: i64,
    /// The time of expiry, in seconds since 1970.
    pub exp: i64,
    /// The user's role at the time of issue. Requests are checked against the current role.
    pub role: Role,
}

/// Signs the claims with a PKCS #8 private key.
///
/// # Errors
/// Returns [`Error::Internal`] if the stored key is malformed.
pub fn sign(claims: &Claims, kid: &str, private_key: &[u8]) -> Result<String> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some(TYPE.into());
    header.kid = Some(kid.into());
    encode(&header, claims, &EncodingKey::from_ed_der(private_key))
        .map_err(|error| Error::Internal(format!("signing an access token: {error}")))
}

/// Returns the id of the key that, according to the token, signed it.
///
/// # Errors
/// Returns [`Credentials::BadToken`] for anything other than an Ed25519 access token.
fn key_id(token: &str) -> Result<String> {
    let header = decode_header(token).map_err(|_| BAD)?;
    let typed = header.typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE));
    if header.alg != Algorithm::EdDSA || !typed || header.crit.is_some() {
        return Err(BAD);
    }
    header.kid.ok_or(BAD)
}

/// The content of a token before it is verified, which is enough to look up its key and its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The id of the key that it claims to be signed with.
    pub kid: String,
    /// The user that it names.
    pub user: Id,
    /// The session that it names.
    pub session: Id,
}

/// Reads a token without verifying it.
///
/// # Errors
/// Returns [`Credentials::BadToken`] for anything other than an Ed25519 access token.
pub fn presented(token: &str) -> Result<Presented> {
    let kid = key_id(token)?;
    let payload = token.split('.').nth(1).ok_or(BAD)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| BAD)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| BAD)?;
    Ok(Presented {
        kid,
        user: claims.sub,
        session: claims.sid,
    })
}

/// Verifies that a token was signed with this key by this service and has not expired at `now`. Returns its claims.
///
/// # Errors
/// Returns [`Credentials::BadToken`] if any of these checks fails.
pub fn verify(token: &str, public_key: &[u8], issuer: &str, now: Timestamp) -> Result<Claims> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[issuer]);
    rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // The expiry is checked below, against the time that was passed in.
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

/// The maximum difference between the clocks of two instances in seconds.
const CLOCK_SKEW: i64 = 5;

const BAD: Error = Error::Unauthenticated(Credentials::BadToken);

#[cfg(test)]
mod tests;
