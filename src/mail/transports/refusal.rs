//! Refusals: the reasons for which messages are not sent. Mail servers repeat addresses in their answers; the reasons here,
//! which are logged and stored, contain none.

use lettre::address::Envelope;

/// The maximum number of characters of a reason.
const LONGEST: usize = 300;
/// The replacement of a word that could be a part of an address.
const HIDDEN: &str = "…";

/// The reason for which a message is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// True if no later attempt will succeed.
    pub is_permanent: bool,
    /// The reason.
    pub reason: String,
}

impl Refusal {
    /// Creates a refusal after which a later attempt may succeed.
    pub fn temporary(reason: &str, envelope: &Envelope) -> Self {
        Self {
            is_permanent: false,
            reason: without_addresses(reason, envelope),
        }
    }

    /// Creates a refusal for ever.
    pub fn permanent(reason: &str, envelope: &Envelope) -> Self {
        Self {
            is_permanent: true,
            reason: without_addresses(reason, envelope),
        }
    }
}

/// Returns a text on one line without the addresses of the receivers, and without anything that looks like an address.
fn without_addresses(text: &str, envelope: &Envelope) -> String {
    let users: Vec<String> = envelope
        .to()
        .iter()
        .map(|to| to.user().to_lowercase())
        .collect();
    let shows = |word: &str| {
        let word = word.to_lowercase();
        let mut parts = word.split(|c: char| !(c.is_alphanumeric() || "._+-".contains(c)));
        word.contains('@') || parts.any(|part| users.iter().any(|user| user == part))
    };
    let words = text.split_whitespace();
    let shown: Vec<&str> = words
        .map(|word| if shows(word) { HIDDEN } else { word })
        .collect();
    shown.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_reason_contains_no_address() {
        let to = vec!["ada.l@example.org".parse().unwrap()];
        let envelope = Envelope::new(None, to).unwrap();
        for (given, shown) in [
            (
                "550 5.1.1 <ada.l@example.org>: user\r\n Ada.L unknown",
                "550 5.1.1 … user … unknown",
            ),
            ("mailbox \"ada.l\" is full", "mailbox … is full"),
            ("see other@example.net", "see …"),
            ("relaying denied", "relaying denied"),
        ] {
            assert_eq!(Refusal::permanent(given, &envelope).reason, shown);
        }
    }
}
