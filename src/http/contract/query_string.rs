//! Query strings: limits their length, checks their encoding, and suggests a known name for an unknown parameter.

use std::borrow::Cow;

use url::form_urlencoded;

use super::suggestions::{likeliest, quoted_list};
use crate::error::{Error, Fault, Result};

/// The maximum length in encoded bytes, without `cursor` and `limit`.
const LONGEST: usize = 8 * 1024;

/// Parameter names of other services, each with the corresponding name in this API.
const CALLED: [(&str, &str); 12] = [
    ("per_page", "limit"),
    ("page_size", "limit"),
    ("size", "limit"),
    ("offset", "page"),
    ("skip", "page"),
    ("order", "sort"),
    ("order_by", "sort"),
    ("orderby", "sort"),
    ("language", "lang"),
    ("locale", "lang"),
    ("search", "q"),
    ("query", "q"),
];

/// Names of time bounds in other services, each with the suffix of such parameters in this API.
const BOUNDS: [(&str, &str); 2] = [("since", "_after"), ("until", "_before")];

/// The decoded name and value of a parameter.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Returns the parameters in order. A parameter that is not percent-encoded UTF-8 becomes a fault, because decoding would
/// silently replace its invalid bytes.
pub fn pairs(query: &str) -> impl Iterator<Item = std::result::Result<Pair<'_>, Fault>> {
    query
        .split('&')
        .filter(|sent| !sent.is_empty())
        .map(|sent| {
            let (name, value) = decoded(sent);
            if is_percent_encoded_utf8(sent) {
                return Ok((name, value));
            }
            let detail = "must be percent-encoded UTF-8";
            Err(Fault::parameter(name, "invalid_encoding", detail))
        })
}

fn decoded(sent: &str) -> Pair<'_> {
    let mut pairs = form_urlencoded::parse(sent.as_bytes());
    pairs.next().unwrap_or_default()
}

fn is_percent_encoded_utf8(sent: &str) -> bool {
    let is_hex = |digit: Option<char>| digit.is_some_and(|digit| digit.is_ascii_hexdigit());
    let mut escapes = sent.split('%').skip(1).map(str::chars);
    let escaped = escapes.all(|mut digits| is_hex(digits.next()) && is_hex(digits.next()));
    escaped
        && percent_encoding::percent_decode_str(sent)
            .decode_utf8()
            .is_ok()
}

/// Checks the length of a query string.
///
/// # Errors
/// Returns [`Error::Parameters`] with the name of the longest parameter if the query string is too long.
pub fn check_length(query: &str) -> Result<()> {
    // Pagination links add these parameters. They do not count, so that every link of an accepted request is accepted too.
    let is_added = |sent: &&str| sent.starts_with("cursor=") || sent.starts_with("limit=");
    let given: Vec<&str> = query.split('&').filter(|sent| !is_added(sent)).collect();
    let length = given.join("&").len();
    if length <= LONGEST {
        return Ok(());
    }
    let longest = given.into_iter().max_by_key(|sent| sent.len());
    let (name, _) = decoded(longest.unwrap_or_default());
    let name: String = name.chars().take(100).collect();
    let detail = format!(
        "all parameters together may have at most {LONGEST} bytes in their encoded form, not {length}"
    );
    Err(Error::parameter(name, "too_long", detail))
}

/// Returns the detail of the fault for an unknown name. It suggests the most likely known name, or lists all known names.
pub fn suggest<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let name = name.to_lowercase();
    let meant = called(&name, known.clone())
        .or_else(|| known.clone().find(|known| is_bound(&name, known)))
        .or_else(|| likeliest(&name, known.clone()));
    if let Some(meant) = meant {
        return format!("is not a known parameter; did you mean `{meant}`?");
    }
    let all: Vec<&str> = known.collect();
    match all.as_slice() {
        [] => "is not a known parameter; this operation takes none".into(),
        all => format!(
            "is not a known parameter; the known ones are {}",
            quoted_list(all.iter().copied())
        ),
    }
}

fn called<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let mut meant = CALLED.iter().filter(|(other, _)| *other == name);
    meant.find_map(|(_, meant)| known.clone().find(|known| known == meant))
}

/// Returns whether `name` is a time bound of other services and `known` has its suffix, as with `since` and `updated_after`.
fn is_bound(name: &str, known: &str) -> bool {
    let mut bounds = BOUNDS.iter();
    bounds.any(|(other, end)| *other == name && known.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 14] = [
        "author",
        "category",
        "count",
        "cursor",
        "exclude_category",
        "lang",
        "limit",
        "organization",
        "page",
        "published_after",
        "published_before",
        "sort",
        "tag",
        "updated_after",
    ];

    #[test]
    fn what_was_meant_is_told_and_nothing_misleading() {
        for (name, meant) in [
            ("after", Some("published_after")),
            ("before", Some("published_before")),
            ("since", Some("published_after")),
            ("per_page", Some("limit")),
            ("offset", Some("page")),
            ("order", Some("sort")),
            ("order_by", Some("sort")),
            ("orgs", Some("organization")),
            ("tags", Some("tag")),
            ("Categories", Some("category")),
            ("exclude", Some("exclude_category")),
            ("page_number", Some("page")),
            ("limt", Some("limit")),
            ("published_afetr", Some("published_after")),
            ("foo", None),
            ("format", None),
            ("colour", None),
            ("", None),
        ] {
            let message = suggest(name, KNOWN.into_iter());
            match meant {
                Some(meant) => assert_eq!(
                    message,
                    format!("is not a known parameter; did you mean `{meant}`?"),
                    "{name}"
                ),
                None => assert!(
                    message.contains("are `author`, `category`"),
                    "{name}: {message}"
                ),
            }
        }
        let of_terms = suggest("since", ["limit", "updated_after"].into_iter());
        assert!(
            of_terms.ends_with("did you mean `updated_after`?"),
            "{of_terms}"
        );
        assert!(suggest("x", std::iter::empty()).ends_with("this operation takes none"));
    }

    #[test]
    fn the_length_is_that_of_the_bytes_sent() {
        let long = |query: String| match check_length(&query) {
            Err(Error::Parameters(faults)) => format!("{faults:?}"),
            _ => "short".into(),
        };
        assert!(long(format!("a=1&q={}", "%41".repeat(3000))).contains("Parameter(\"q\")"));
        assert!(long("&".repeat(10_240)).contains("too_long"));
        assert_eq!(long(format!("a=1&cursor={}", "x".repeat(4000))), "short");
        assert_eq!(long(format!("q={}", "x".repeat(8190))), "short");
    }

    #[test]
    fn what_is_wrongly_encoded_is_named() {
        let message: Vec<String> = pairs("a=%&b=%ff&c=%C3%A9&%zz=1&&d=1+1")
            .map(|pair| match pair {
                Ok((name, value)) => format!("{name}={value}"),
                Err(fault) => format!("{:?} {}", fault.at, fault.code),
            })
            .collect();
        assert_eq!(
            message,
            [
                "Parameter(\"a\") invalid_encoding",
                "Parameter(\"b\") invalid_encoding",
                "c=é",
                "Parameter(\"%zz\") invalid_encoding",
                "d=1 1"
            ]
        );
    }
}
