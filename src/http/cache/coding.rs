//! Content codings: which one a client wants most, and how bytes are put into it.

use std::io::{self, Write};

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use flate2::Compression;
use flate2::write::GzEncoder;

/// A coding, best first: on these texts each is smaller than the next, and as fast to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
    /// `gzip`.
    Gzip,
}

/// Each text is coded once and sent often, but its first reader waits: strong, though not the strongest.
const BROTLI_QUALITY: i32 = 5;
const BROTLI_WINDOW: i32 = 22;
const ZSTD_LEVEL: i32 = 6;
const GZIP_LEVEL: u32 = 6;

impl Coding {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// The value of `Content-Encoding`.
    pub fn token(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        })
    }

    fn of(token: &str) -> Option<Self> {
        let is = |name: &str| token.eq_ignore_ascii_case(name);
        match () {
            () if is("br") => Some(Self::Brotli),
            () if is("zstd") => Some(Self::Zstd),
            // RFC 9110 section 8.4.1.3: the old name means the same.
            () if is("gzip") || is("x-gzip") => Some(Self::Gzip),
            () => None,
        }
    }

    /// The one a client wants most; `None`: the bytes as they are, also for a client that would rather have nothing.
    pub fn wanted(headers: &HeaderMap) -> Option<Self> {
        Wishes::read(headers).best()
    }

    /// Bytes in this coding.
    ///
    /// # Errors
    /// What the coder reports.
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

/// What `Accept-Encoding` says (RFC 9110 section 12.5.3): a weight in thousandths for each coding it names.
#[derive(Default)]
struct Wishes {
    named: [Option<u16>; 3],
    identity: Option<u16>,
    others: Option<u16>,
}

impl Wishes {
    fn read(headers: &HeaderMap) -> Self {
        let mut wishes = Self::default();
        let lines = headers.get_all(ACCEPT_ENCODING);
        let lines = lines.filter_map(|line| line.to_str().ok());
        for item in lines.flat_map(|line| line.split(',')) {
            let (token, parameters) = item.split_once(';').unwrap_or((item, ""));
            let Some(weight) = weight(parameters) else {
                continue;
            };
            let token = token.trim();
            let place = match Coding::of(token) {
                Some(coding) => wishes.named.get_mut(coding as usize),
                None if token == "*" => Some(&mut wishes.others),
                None if token.eq_ignore_ascii_case("identity") => Some(&mut wishes.identity),
                None => None,
            };
            if let Some(place) = place {
                *place = Some(weight);
            }
        }
        wishes
    }

    fn best(&self) -> Option<Coding> {
        let mut best = None;
        let mut most = 0;
        for (coding, named) in Coding::ALL.into_iter().zip(self.named) {
            let weight = named.or(self.others).unwrap_or(0);
            if weight > most {
                (best, most) = (Some(coding), weight);
            }
        }
        // What is as welcome as a coding is longer than it.
        best.filter(|_| self.identity.is_none_or(|identity| identity <= most))
    }
}

/// RFC 9110 section 12.4.2, in thousandths; `None`: it is none.
fn weight(parameters: &str) -> Option<u16> {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return Some(1000);
    }
    let (name, value) = parameters.split_once('=')?;
    let value = value.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = fraction.bytes().all(|digit| digit.is_ascii_digit());
    if !name.trim().eq_ignore_ascii_case("q") || fraction.len() > 3 || !digits {
        return None;
    }
    let digits = fraction.bytes().chain([b'0'; 3]).take(3);
    let thousandths = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Read;

    use super::*;

    fn wanted(lines: &[&'static str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, HeaderValue::from_static(line));
        }
        Coding::wanted(&headers).map(|coding| match coding {
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
        })
    }

    #[test]
    fn the_heaviest_wish_wins_and_of_equals_the_smallest() {
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
            ("br;q=1.5, br;q=0.1234, gzip;q=.5", None),
            ("br;q=1.000", Some("br")),
            ("br;level=1", None),
        ] {
            assert_eq!(wanted(&[line]), expected, "{line}");
        }
        assert_eq!(wanted(&[]), None);
        assert_eq!(wanted(&["gzip", "br"]), Some("br"));
    }

    #[test]
    fn what_is_coded_is_read_again_by_who_has_only_the_standard() {
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
