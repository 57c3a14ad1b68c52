//! The headers that list the surrogate keys of a response.

use std::fmt;

/// The headers with the surrogate keys of a response, for purging a CDN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SurrogateHeaders {
    /// None.
    Off,
    /// `Surrogate-Key`, for Fastly and Varnish.
    SurrogateKey,
    /// `Cache-Tag`, for Cloudflare and Akamai.
    CacheTag,
    /// Both.
    Both,
}

/// Returns the values of the setting.
pub(super) fn words() -> Vec<&'static str> {
    SurrogateHeaders::ALL.map(SurrogateHeaders::word).to_vec()
}

impl SurrogateHeaders {
    const ALL: [Self; 4] = [Self::Off, Self::SurrogateKey, Self::CacheTag, Self::Both];

    /// Parses one of [`words`]. The error completes "the value …".
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut known = Self::ALL.into_iter();
        known
            .find(|known| known.word() == text)
            .ok_or_else(|| "is unknown".to_owned())
    }

    /// Returns whether responses have `Surrogate-Key`.
    pub fn has_surrogate_key(self) -> bool {
        matches!(self, Self::SurrogateKey | Self::Both)
    }

    /// Returns whether responses have `Cache-Tag`.
    pub fn has_cache_tag(self) -> bool {
        matches!(self, Self::CacheTag | Self::Both)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::SurrogateKey => "surrogate-key",
            Self::CacheTag => "cache-tag",
            Self::Both => "both",
        }
    }
}

impl fmt::Display for SurrogateHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_read_and_shown() {
        for (word, surrogate_key, cache_tag) in [
            ("off", false, false),
            ("surrogate-key", true, false),
            ("cache-tag", false, true),
            ("both", true, true),
        ] {
            let read = SurrogateHeaders::parse(word);
            let shown = read.map(|keys| {
                (
                    keys.to_string(),
                    keys.has_surrogate_key(),
                    keys.has_cache_tag(),
                )
            });
            assert_eq!(shown, Ok((word.to_owned(), surrogate_key, cache_tag)));
        }
        for unknown in ["", "on", "Both", "surrogate-key,cache-tag"] {
            assert!(SurrogateHeaders::parse(unknown).is_err(), "{unknown}");
        }
    }
}
