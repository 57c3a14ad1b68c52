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
mod tests {
    #![allow(clippy::unwrap_used)]
    use aws_lc_rs::hmac;
    use aws_lc_rs::signature::Ed25519KeyPair;
    use serde_json::{Value, json};

    use super::*;
    use crate::accounts::signing_keys::model::SigningKey;

    const ISSUER: &str = "https://api.example.org";

    fn now() -> Timestamp {
        "2026-05-01T08:00:00Z".parse().unwrap()
    }

    fn key() -> SigningKey {
        SigningKey::generate(now()).unwrap()
    }

    fn claims() -> Claims {
        let iat = now().millis() / 1000;
        Claims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: Id::new(),
            sid: Id::new(),
            jti: Id::new(),
            client_id: CLIENT.into(),
            iat,
            exp: iat + 600,
            role: Role::Editor,
        }
    }

    /// Does what `identify` does, except for the database.
    fn check(token: &str, key: &SigningKey) -> Result<Claims> {
        if presented(token)?.kid != key.kid {
            return Err(BAD);
        }
        verify(token, &key.public_key, ISSUER, now())
    }

    fn refused(token: &str, key: &SigningKey) -> bool {
        matches!(
            check(token, key),
            Err(Error::Unauthenticated(Credentials::BadToken))
        )
    }

    /// Creates a token as an attacker would write it by hand.
    fn forge(header: &Value, claims: &Claims, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(&json!(claims)));
        let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn ed25519(key: &SigningKey) -> impl Fn(&[u8]) -> Vec<u8> {
        let pair = Ed25519KeyPair::from_pkcs8(&key.private_key).unwrap();
        move |text| pair.sign(text).as_ref().to_vec()
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let (key, claims) = (key(), claims());
        let token = sign(&claims, &key.kid, &key.private_key).unwrap();
        assert_eq!(check(&token, &key).unwrap(), claims);
        let by_hand = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key.kid });
        let by_hand = forge(&by_hand, &claims, ed25519(&key));
        assert_eq!(check(&by_hand, &key).unwrap(), claims);
    }

    #[test]
    fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
        let key = key();
        for (iss, aud) in [
            ("https://evil.example", ISSUER),
            (ISSUER, "https://shop.example"),
        ] {
            let claims = Claims {
                iss: iss.into(),
                aud: aud.into(),
                ..claims()
            };
            let token = sign(&claims, &key.kid, &key.private_key).unwrap();
            assert!(refused(&token, &key), "{iss} {aud}");
        }
    }

    #[test]
    fn a_token_ends_at_its_second_and_does_not_come_from_the_future() {
        let (key, seconds) = (key(), now().millis() / 1000);
        let token = |iat, exp| {
            let claims = Claims {
                iat,
                exp,
                ..claims()
            };
            sign(&claims, &key.kid, &key.private_key).unwrap()
        };
        assert!(check(&token(seconds - 600, seconds + 1), &key).is_ok());
        assert!(refused(&token(seconds - 600, seconds), &key));
        assert!(check(&token(seconds + CLOCK_SKEW, seconds + 600), &key).is_ok());
        assert!(refused(
            &token(seconds + CLOCK_SKEW + 1, seconds + 600),
            &key
        ));
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let key = key();
        for alg in ["none", "None", "NONE"] {
            let header = json!({ "alg": alg, "typ": "at+jwt", "kid": key.kid });
            assert!(refused(&forge(&header, &claims(), |_| Vec::new()), &key));
            assert!(refused(&forge(&header, &claims(), ed25519(&key)), &key));
        }
        let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key.kid });
        assert!(refused(&forge(&header, &claims(), |_| Vec::new()), &key));
    }

    #[test]
    fn the_public_key_is_no_secret_to_sign_with() {
        let key = key();
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &key.public_key);
        let sign = |text: &[u8]| hmac::sign(&secret, text).as_ref().to_vec();
        for alg in ["HS256", "EdDSA"] {
            let header = json!({ "alg": alg, "typ": "at+jwt", "kid": key.kid });
            let token = forge(&header, &claims(), sign);
            assert!(refused(&token, &key), "{alg}");
            assert!(verify(&token, &key.public_key, ISSUER, now()).is_err());
        }
    }

    #[test]
    fn only_an_access_token_is_one() {
        let key = key();
        for header in [
            json!({ "alg": "EdDSA", "kid": key.kid }),
            json!({ "alg": "EdDSA", "typ": "JWT", "kid": key.kid }),
            json!({ "alg": "EdDSA", "typ": "at+jwt" }),
            json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "other" }),
            json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key.kid, "crit": ["exp"] }),
        ] {
            let token = forge(&header, &claims(), ed25519(&key));
            assert!(refused(&token, &key), "{header}");
        }
        for nonsense in ["", ".", "..", "a.b.c", "trb_r_x"] {
            assert!(refused(nonsense, &key), "{nonsense}");
        }
    }

    #[test]
    fn another_key_or_other_claims_do_not_fit_the_signature() {
        let (ours, theirs) = (key(), key());
        let token = sign(&claims(), &ours.kid, &theirs.private_key).unwrap();
        assert!(refused(&token, &ours));
        let good = sign(&claims(), &ours.kid, &ours.private_key).unwrap();
        let mut parts = good.split('.');
        let (header, signature) = (parts.next().unwrap(), parts.nth(1).unwrap());
        let admin = Claims {
            role: Role::Admin,
            ..claims()
        };
        let admin = URL_SAFE_NO_PAD.encode(json!(admin).to_string());
        assert!(refused(&format!("{header}.{admin}.{signature}"), &ours));
    }
}
