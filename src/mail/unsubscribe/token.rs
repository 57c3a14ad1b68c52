//! The tokens of links for unsubscribing: the keyed hash of an address, a topic and the language of the message, sealed. A
//! token contains no address, never expires, and gives nobody more than the end of messages.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::lang::Lang;
use crate::mail::keys::{AddressHash, MailKey};
use crate::mail::message::Topic;

/// The version of the form of tokens.
const VERSION: u8 = 1;
/// The length of the seal.
const SEAL: usize = 32;
/// The length of what is before the language.
const HEAD: usize = 2 + 32;

/// The content of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscription {
    /// The hash of the address.
    pub address: AddressHash,
    /// The topic.
    pub topic: Topic,
    /// The language of the message.
    pub lang: Lang,
}

impl Unsubscription {
    /// Writes the token.
    pub fn token(&self, key: &MailKey) -> String {
        let head = [VERSION, self.topic.code()];
        let content = [&head[..], &self.address.0, self.lang.as_str().as_bytes()].concat();
        let seal = key.seal(&content);
        URL_SAFE_NO_PAD.encode([&content, seal.as_ref()].concat())
    }

    /// Reads a token; `None` if this key has not sealed it.
    pub fn of(token: &str, key: &MailKey) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        if !key.is_sealed(content, seal) {
            return None;
        }
        let (head, lang) = content.split_at_checked(HEAD)?;
        let (&[version, code], address) = head.split_first_chunk()?;
        let address = AddressHash(address.try_into().ok()?);
        let topic = Topic::of_code(code)?;
        let lang = std::str::from_utf8(lang).ok()?.parse().ok()?;
        (version == VERSION).then_some(Self {
            address,
            topic,
            lang,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_token_says_what_was_sealed_and_nothing_else_is_one() {
        let key = MailKey::new(&[7; 32]);
        for (topic, lang) in [
            (Topic::CommentReplies, "ar"),
            (Topic::StatusNotices, "zh-Hant-HK-x-abcdefgh-ijklmnop-qr"),
        ] {
            let one = Unsubscription {
                address: key.address(&"ada@example.org".parse().unwrap()),
                topic,
                lang: lang.parse().unwrap(),
            };
            let token = one.token(&key);
            assert!((90..=140).contains(&token.len()), "{token}");
            assert_eq!(Unsubscription::of(&token, &key), Some(one.clone()));
            assert_eq!(Unsubscription::of(&token, &MailKey::new(&[8; 32])), None);
            for changed in [
                token.replacen('A', "B", 1),
                token.chars().skip(4).collect(),
                format!("{token}AAAA"),
                String::new(),
            ] {
                assert_eq!(Unsubscription::of(&changed, &key), None, "{changed}");
            }
        }
    }
}
