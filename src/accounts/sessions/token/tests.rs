//! Tests of access tokens.

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
