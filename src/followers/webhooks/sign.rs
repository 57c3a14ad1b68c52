//! Signatures by the specification of Standard Webhooks: HMAC-SHA256 of the id, the time and the body of a message.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::secret::WebhookSecret;
use crate::id::Id;
use crate::timestamp::Timestamp;

/// The headers of a signed message.
pub type SignedHeaders = [(&'static str, String); 3];

/// Returns the headers of a message that is sent at `now`. During a rotation there are two secrets, and so two signatures,
/// of which the receiver needs to verify one.
pub fn headers(secrets: &[WebhookSecret], id: Id, now: Timestamp, body: &str) -> SignedHeaders {
    let seconds = now.millis().div_euclid(1000);
    let signed = format!("{id}.{seconds}.{body}");
    let signature = |secret: &WebhookSecret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.bytes());
        let tag = hmac::sign(&key, signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    };
    let signatures: Vec<String> = secrets.iter().map(signature).collect();
    [
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // Computed with OpenSSL:
        // printf '<id>.<seconds>.<body>' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0000… -binary
        let secret = WebhookSecret::stored(vec![0; 32]).unwrap();
        let id: Id = "0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11".parse().unwrap();
        let now = Timestamp::from_millis(1_777_622_400_999);
        let [(_, name), (_, seconds), (_, one)] =
            headers(std::slice::from_ref(&secret), id, now, "{}");
        assert_eq!(name, id.to_string());
        assert_eq!(seconds, "1777622400");
        assert_eq!(one, "v1,l3kswboVR5Wiqag8eH5A6S+N/72yjaj3cTLF82Ng+i4=");
        let [.., (_, two)] = headers(&[secret.clone(), secret], id, now, "{}");
        assert_eq!(two, format!("{one} {one}"));
    }
}
