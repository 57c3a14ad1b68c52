//! Content codings: negotiation with the client, and the encoders.

use std::io::{self, Write};

use actix_web::http::header::{
    ACCEPT_ENCODING, ContentEncoding, Encoding, HeaderMap, HeaderValue, Preference, Quality,
    QualityItem,
};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A content coding that the server supports. The variants are in the server's order of preference: the smallest JSON
/// output first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
    /// `gzip`.
    Gzip,
}

/// Compression levels. A body is encoded once and sent often, but its first reader waits for the encoder: the levels
/// are strong, but not the strongest.
const BROTLI_QUALITY: i32 = 5;
const BROTLI_WINDOW: i32 = 22;
const ZSTD_LEVEL: i32 = 6;
const GZIP_LEVEL: u32 = 6;

impl Coding {
    /// All codings in the server's order of preference.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// Returns the value of `Content-Encoding`.
    pub fn token(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        })
    }

    fn from_encoding(encoding: &Encoding) -> Option<Self> {
        match encoding {
            Encoding::Known(ContentEncoding::Brotli) => Some(Self::Brotli),
            Encoding::Known(ContentEncoding::Zstd) => Some(Self::Zstd),
            Encoding::Known(ContentEncoding::Gzip) => Some(Self::Gzip),
            // RFC 9110 section 8.4.1.3: `x-gzip` is equivalent to gzip.
            Encoding::Unknown(name) if name.eq_ignore_ascii_case("x-gzip") => Some(Self::Gzip),
            Encoding::Known(_) | Encoding::Unknown(_) => None,
        }
    }

    /// Returns the coding that the client prefers, or `None` for the identity. The identity is also sent to a client
    /// that refuses it and every coding.
    pub fn preferred(headers: &HeaderMap) -> Option<Self> {
        AcceptedCodings::read(headers).best()
    }

    /// Encodes `bytes` with this coding.
    ///
    /// # Errors
    /// Returns the I/O error of the encoder.
    pub fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                let mut coded = Vec::with_capacity(bytes.len() / 2);
                brotli::BrotliCompress(&mut &*bytes, &mut coded, &parameters)?;
                Ok(coded)
            }
            Self::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL),
            Self::Gzip => {
                let coded = Vec::with_capacity(bytes.len() / 2);
                let mut encoder = GzEncoder::new(coded, Compression::new(GZIP_LEVEL));
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// The quality values in `Accept-Encoding` (RFC 9110 section 12.5.3).
///
/// `AcceptEncoding::negotiate` of actix-web does not apply `*` to codings that the header does not name, and it copies
/// the list. Only its parser for a single item is used.
#[derive(Default)]
struct AcceptedCodings {
    named: [Option<Quality>; 3],
    identity: Option<Quality>,
    any: Option<Quality>,
}

impl AcceptedCodings {
    fn read(headers: &HeaderMap) -> Self {
        let mut accepted = Self::default();
        let lines = headers.get_all(ACCEPT_ENCODING);
        let lines = lines.filter_map(|line| line.to_str().ok());
        let items = lines.flat_map(|line| line.split(','));
        for item in items.filter_map(|item| item.parse().ok()) {
            accepted.add(&item);
        }
        accepted
    }

    fn add(&mut self, item: &QualityItem<Preference<Encoding>>) {
        let weight = match &item.item {
            Preference::Any => Some(&mut self.any),
            Preference::Specific(Encoding::Known(ContentEncoding::Identity)) => {
                Some(&mut self.identity)
            }
            Preference::Specific(encoding) => Coding::from_encoding(encoding)
                .and_then(|coding| self.named.get_mut(coding as usize)),
        };
        if let Some(weight) = weight {
            *weight = Some(item.quality);
        }
    }

    fn best(&self) -> Option<Coding> {
        let (mut best, mut highest) = (None, Quality::ZERO);
        for (coding, named) in Coding::ALL.into_iter().zip(self.named) {
            let weight = named.or(self.any).unwrap_or(Quality::ZERO);
            if weight > highest {
                (best, highest) = (Some(coding), weight);
            }
        }
        // At equal quality, a coding wins over the identity, which is longer.
        best.filter(|_| self.identity.is_none_or(|identity| identity <= highest))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Read;

    use super::*;

    fn preferred(lines: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        Coding::preferred(&headers).map(|coding| match coding {
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
        })
    }

    #[test]
    fn the_highest_weight_wins_and_among_equals_the_smallest_coding() {
        for (line, expected) in [
            ("", None),
            ("gzip", Some("gzip")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, deflate, zstd", Some("zstd")),
            ("GZip;Q=0.5 , ZSTD;q=0.501", Some("zstd")),
            ("x-gzip", Some("gzip")),
            ("br;q=0", None),
            ("br;q=0.000, gzip;q=0.001", Some("gzip")),
            ("*", Some("br")),
            ("*, br;q=0", Some("zstd")),
            ("*;q=0", None),
            ("*;q=0, gzip", Some("gzip")),
            ("identity, *;q=0.5", None),
            ("identity;q=0.5, gzip", Some("gzip")),
            ("identity, gzip;q=0.9", None),
            ("identity, gzip", Some("gzip")),
            ("identity;q=0", None),
            ("deflate, compress", None),
            ("br;q=2, gzip;q=0.1", Some("gzip")),
            ("br;q=1.5, br;q=0.1234, br;q=NaN, br;q=, gzip;q=.5", None),
            ("identity;q=0, *;q=0", None),
            ("identity;q=0, *;q=0.1", Some("br")),
            (", ,gzip", Some("gzip")),
            ("br;q=1.000", Some("br")),
            ("br;level=1", None),
        ] {
            assert_eq!(preferred(&[line]), expected, "{line}");
        }
        assert_eq!(preferred(&[]), None);
        assert_eq!(preferred(&["gzip", "br"]), Some("br"));
    }

    #[test]
    fn independent_decoders_read_what_is_encoded() {
        let text = "Rent in Lagos, rent in Lima. ".repeat(200);
        for coding in Coding::ALL {
            let coded = coding.encode(text.as_bytes()).unwrap();
            assert!(coded.len() < text.len() / 10, "{coding:?}");
            let mut decoder: Box<dyn Read> = match coding {
                Coding::Brotli => Box::new(brotli::Decompressor::new(&*coded, 4096)),
                Coding::Zstd => Box::new(zstd::Decoder::new(&*coded).unwrap()),
                Coding::Gzip => Box::new(flate2::read::GzDecoder::new(&*coded)),
            };
            let mut read = String::new();
            decoder.read_to_string(&mut read).unwrap();
            assert_eq!(read, text, "{coding:?}");
        }
    }
}
